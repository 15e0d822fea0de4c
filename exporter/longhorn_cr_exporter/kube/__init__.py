"""The way in: configuration and credentials, and list + watch of one resource, typed and trimmed while decoding."""
