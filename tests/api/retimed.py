"""A recording as if it happened today: an API server stamps what it stores by its own clock, which is the real one."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import msgspec

from drained import events_before
from longhorn_cr_exporter.model.time import format_time, parse_time
from longhorn_cr_exporter.replay.event import Event
from recorded import recording

_TIME = re.compile(rb'"(2026-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')


class Retimed:
    """A recording of which ``clock`` is now."""

    def __init__(self, run: str, clock: str) -> None:
        self._run = run
        self._clock = parse_time(clock) or 0.0
        self._shift = float(int(time.time() - self._clock))

    def standing(self, *, seconds_ago: float) -> Iterator[Event]:
        """Yield the objects that stood at a time before, each by its last event."""
        return (self._moved(event) for event in events_before(self._run, self._clock - seconds_ago))

    def since(self, *, seconds_ago: float) -> Iterator[Event]:
        """Yield the events from that time until now."""
        for event in recording(self._run).events:
            if self._clock - seconds_ago <= event.clock <= self._clock:
                yield self._moved(event)

    def _moved(self, event: Event) -> Event:
        body = _TIME.sub(self._later, event.body)
        return msgspec.structs.replace(event, body=body, clock=event.clock + self._shift)

    def _later(self, found: re.Match[bytes]) -> bytes:
        seconds = parse_time(found[1].decode()) or 0.0
        return b'"%s"' % format_time(seconds + self._shift).encode()
