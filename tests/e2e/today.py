"""A recording as if it happened now: rules compare the times in it with Prometheus' own clock."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import msgspec

from longhorn_cr_exporter.model.time import format_time, parse_time
from longhorn_cr_exporter.replay.event import Event
from longhorn_cr_exporter.replay.recording import Recording, Step

_TIME: Final = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"')


def moved(recording: Recording, seconds: int) -> Recording:
    """Return a recording with every time in it that much later."""
    events = tuple(_moved(event, seconds) for event in recording.events)
    steps = tuple(Step(step.start + seconds, step.label) for step in recording.steps)
    return replace(recording, events=events, steps=steps)


def _moved(event: Event, seconds: int) -> Event:
    def later(found: re.Match[bytes]) -> bytes:
        return b'"%s"' % format_time((parse_time(found[1].decode()) or 0.0) + seconds).encode()

    return msgspec.structs.replace(event, body=_TIME.sub(later, event.body), clock=event.clock + seconds)
