"""Longhorn's own words for states, so that a label's values stay bounded whatever a newer release writes."""

from __future__ import annotations

from typing import Final

VOLUME_STATES: Final = frozenset({"", "creating", "attached", "detached", "attaching", "detaching", "deleting"})
ROBUSTNESS: Final = frozenset({"", "healthy", "degraded", "faulted", "unknown"})
INSTANCE_STATES: Final = frozenset(
    {"", "running", "stopped", "error", "starting", "stopping", "unknown", "terminated", "suspended"}
)
INSTANCE_MANAGER_STATES: Final = frozenset({"", "running", "error", "stopped", "starting", "unknown"})
OTHER: Final = "other"


def bounded(state: str, known: frozenset[str]) -> str:
    """Return the state, or ``other`` for one that is not known."""
    return state if state in known else OTHER
