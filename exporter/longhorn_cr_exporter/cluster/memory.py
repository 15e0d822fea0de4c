"""First-seen times of states that carry no time of their own.

A CR says that an engine *is* stopped, not since when; likewise for a cordon and for a pod that waits. What was seen to
begin is remembered here. After a start the state may be older than the first sight of it: a time that the object itself
proves (its last status write, a condition's transition) then makes the age a lower bound that survives the restart.
"""

from __future__ import annotations


class Memory:
    """Since when each name has been in one state. Times are Unix seconds."""

    __slots__ = ("_since",)

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def note(self, name: str, *, holds: bool, now: float, proven: float | None = None) -> None:
        """Record whether the state holds; its beginning is ``proven``, where that is earlier than ``now``, or now."""
        if not holds:
            self._since.pop(name, None)
        elif name not in self._since:
            self._since[name] = now if proven is None else min(now, proven)

    def since(self, name: str) -> float | None:
        """Return when the state began, None while it does not hold."""
        return self._since.get(name)

    def forget(self, name: str) -> None:
        """Drop what is known of a name, as when its object goes."""
        self._since.pop(name, None)
