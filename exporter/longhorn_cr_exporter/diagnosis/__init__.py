"""Longhorn's rules as pure functions of the cluster's state: facts in, facts out, time as an argument."""
