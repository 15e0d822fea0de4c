"""The facts of everything, kept current: only what an event concerns is judged again."""
