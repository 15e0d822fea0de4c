"""A recording: what happened to the objects of one cluster, event by event, read from a file and checked."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ..error import InputError
from ..model.time import format_time, parse_time
from .event import Event, EventType, parse_event

_FILES = ("events.jsonl.gz", "events.jsonl")
_GZIP = b"\x1f\x8b"
_SETTLED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done to the cluster at a moment (Unix seconds)."""

    start: float
    label: str


@dataclass(frozen=True, slots=True)
class Recording:
    """Events in the order they happened, at least one; several share a second.

    ``start`` and ``end`` are the first and the last event's clock, Unix seconds. ``steps`` is empty where no
    summary.json lies beside the events.
    """

    name: str
    events: tuple[Event, ...]
    steps: tuple[Step, ...] = ()

    @property
    def start(self) -> float:
        """Clock of the first event."""
        return self.events[0].clock

    @property
    def end(self) -> float:
        """Clock of the last event."""
        return self.events[-1].clock

    @property
    def settled(self) -> float:
        """Where to begin unless told otherwise: a minute in, when the cluster has come up and volumes are there."""
        return min(self.start + _SETTLED_SECONDS, self.end)

    def check(self, moment: float) -> float:
        """Return a moment within the recording.

        Raises:
            InputError: the moment lies outside; the message names the range.
        """
        if self.start <= moment <= self.end:
            return moment
        span = f"{format_time(self.start)} to {format_time(self.end)}"
        raise InputError(f"start {format_time(moment)} is outside the recording {self.name} ({span})")


def read_recording(path: Path, name: str = "") -> Recording:
    """Read a folder with events.jsonl[.gz] (and perhaps summary.json), or such a file itself, gzip or not.

    Objects of kinds that the exporter does not watch are left out.

    Raises:
        InputError: missing, empty, cut, or not a recording; the message says where.
    """
    file = _events_file(path)
    events = tuple(_in_order(file, _parse(file, _unpacked(file))))
    if not events:
        raise InputError(f"{file}: holds no events")
    return Recording(name or path.name, events, _read_steps(file.with_name("summary.json")))


def _events_file(path: Path) -> Path:
    if not path.is_dir():
        return path
    for name in _FILES:
        if (path / name).is_file():
            return path / name
    raise InputError(f"{path}: no recording there (wanted {' or '.join(_FILES)})")


def _unpacked(file: Path) -> bytes:
    try:
        content = file.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(f"{file}: cut or damaged gzip ({error})") from error
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from error


class _Line(msgspec.Struct):
    clock: str
    type: EventType
    object: msgspec.Raw


_line_decoder = msgspec.json.Decoder(_Line)


def _parse(file: Path, content: bytes) -> Iterator[tuple[int, Event]]:
    """Yield each line's number and event."""
    for number, text in enumerate(content.splitlines(), start=1):
        if not text.strip():
            continue
        try:
            event = _event(_line_decoder.decode(text))
        except ValueError as error:
            raise InputError(f"{file}, line {number}: not a recorded event: {error}") from error
        if event is not None:
            yield number, event


def _event(line: _Line) -> Event | None:
    clock = parse_time(line.clock)
    if clock is None:
        raise ValueError(f"clock {line.clock!r} is not a time")
    return parse_event(line.type, bytes(line.object), clock)


def _in_order(file: Path, numbered: Iterator[tuple[int, Event]]) -> Iterator[Event]:
    """Yield the events; time must not run backwards and versions must rise, or no watch could be served."""
    clock, version = 0.0, 0
    for number, event in numbered:
        if event.clock < clock:
            raise InputError(f"{file}, line {number}: the clock runs backwards")
        if event.version <= version:
            raise InputError(f"{file}, line {number}: resourceVersion {event.version} comes after {version}")
        clock, version = event.clock, event.version
        yield event


class _StepLine(msgspec.Struct):
    start: str
    label: str
    inputs: list[str] | None = None


class _Summary(msgspec.Struct):
    steps: list[_StepLine] = []


def _read_steps(file: Path) -> tuple[Step, ...]:
    """Return the steps of a summary in which something was done; none where there is no summary."""
    if not file.is_file():
        return ()
    try:
        steps = msgspec.json.decode(file.read_bytes(), type=_Summary).steps
    except (ValueError, OSError) as error:
        raise InputError(f"{file}: not a recording's summary: {error}") from error
    return tuple(Step(parse_time(step.start) or 0.0, step.label) for step in steps if step.inputs)
