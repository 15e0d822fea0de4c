"""The cluster as last seen: objects, indexes over them, and which of them changed."""
