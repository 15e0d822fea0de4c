"""A recording or a dump in place of a cluster: an embedded API server, its faults, its clock, and a narrator."""
