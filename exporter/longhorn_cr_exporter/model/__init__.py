"""The Kubernetes objects this exporter reads, as small typed structs that name only the fields used.

The lowest layer: everything may import it, it imports nothing of ours. Go's JSON rules hold for the input (a missing
key is the zero value, unknown keys are skipped); where Longhorn writes ``null`` for an empty list or map, the field is
optional and read with ``or ()``.
"""
