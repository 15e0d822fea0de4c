"""The event log of a recording: objects as they come, change and go, under one clock and one version counter."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from .shape import Json

_START: Final = datetime(2026, 3, 2, 6, tzinfo=UTC)
_FIRST_VERSION: Final = 100_000


class Journal:
    """Writes an event for every object that is added, changed or deleted, at the clock's second.

    ``closing`` is called at the end of each second in which something may have happened.
    """

    def __init__(self, closing: Callable[[], None]) -> None:
        self.lines: list[str] = []
        self._closing = closing
        self._second = 0
        self._version = _FIRST_VERSION
        self._made = 0

    @property
    def clock(self) -> str:
        """The moment, as Kubernetes writes it."""
        return clock(self._second)

    @property
    def second(self) -> int:
        """Seconds since the recording began."""
        return self._second

    def move(self, second: int) -> None:
        """Go on to a later second."""
        if second < self._second:
            raise ValueError(f"the clock is at {self.clock}, and cannot go back to {clock(second)}")
        if second > self._second:
            self._closing()
            self._second = second

    def add(self, obj: Json) -> None:
        """Write an object that is new; it gets its identity."""
        self._made += 1
        obj["metadata"] |= {"uid": f"00000000-0000-4000-b000-{self._made:012x}", "creationTimestamp": self.clock}
        if "generation" in obj["metadata"]:
            obj["metadata"]["generation"] = 1
        self._write("ADDED", obj)

    def change(self, obj: Json) -> None:
        """Write an object that was added before."""
        self._write("MODIFIED", obj)

    def delete(self, obj: Json) -> None:
        """Write that an object is gone."""
        self._write("DELETED", obj)

    def _write(self, kind: str, obj: Json) -> None:
        self._version += 1
        obj["metadata"]["resourceVersion"] = str(self._version)
        event = {"clock": self.clock, "object": obj, "type": kind}
        self.lines.append(json.dumps(event, separators=(",", ":")))


def clock(second: int) -> str:
    """Return the time ``second`` seconds after a recording's beginning."""
    return (_START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
