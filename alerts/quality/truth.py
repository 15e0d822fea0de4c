"""What really happened in a recording, as windows of time for each alert: from its summary, truth and objects."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.recording import Recording

from . import condition_node, condition_volume
from .catalogue import CRITICAL, DEADLOCK, WARNING, Tier
from .fold import LATCHED, Fold
from .replay import scrape_times
from .sighting import Scene, Told
from .window import Tracker, Window, bridged, without

SUMMARY: Final = "summary.json"
TRUTH: Final = "truth.jsonl"
MOVED_SECONDS: Final = 120.0
"""A pod that is moved while it waits leaves its volume unasked for a moment: one deadlock all the same."""
_BENIGN_FAULT_SECONDS: Final = 120.0
_BENIGN_REFUSAL_SECONDS: Final = 300.0


class Subject(NamedTuple):
    """One tier of an alert, and the object it is about."""

    tier: Tier
    object: str


class Expected(msgspec.Struct, frozen=True):
    """What a recording of our own making was made to raise: ``object`` as the alert's label names it."""

    alert: str
    severity: str
    object: str


class _Span(msgspec.Struct):
    start: str
    end: str
    open_at_end: bool = False

    def window(self) -> Window:
        return Window(parse_time(self.start) or 0.0, parse_time(self.end) or 0.0, self.open_at_end)


_Spans = dict[str, list[_Span]]


class Summary(msgspec.Struct):
    """What of a summary.json is used here. ``made`` marks a recording of our own making, which says what it is for."""

    tag: str = ""
    note: str = ""
    made: bool = False
    expected: list[Expected] = []
    deadlock_windows: _Spans = {}
    latched_windows: _Spans = {}
    armed_windows: _Spans = {}
    refused_windows: _Spans = {}
    faulted_windows: _Spans = {}


class Deadlock(NamedTuple):
    """A volume that no workload can have: ``refused`` from the first refusal to the cure, ``armed`` what led to it."""

    volume: str
    refused: Window
    armed: Window | None


class Truth(NamedTuple):
    """What a recording's alerts are judged by.

    ``named`` says when an alert is right, ``sure`` when it must come. ``end`` is the last moment that was looked at.
    """

    summary: Summary
    named: Mapping[Subject, Sequence[Window]]
    sure: Mapping[Subject, Sequence[Window]]
    deadlocks: Sequence[Deadlock]
    benign: bool
    end: float


def read_truth(folder: Path, recording: Recording) -> Truth:
    """Read what lies beside a recording's events, and the events themselves.

    Raises:
        InputError: summary.json or truth.jsonl is missing or not what it should be.
    """
    return tell(recording, _summary(folder / SUMMARY), list(_told(folder / TRUTH)))


def tell(recording: Recording, summary: Summary, told: Sequence[Told]) -> Truth:
    """Return the truth of a recording whose summary and truth lines, in order, are given."""
    named, sure, latching = _walked(recording, told)
    armed = {
        volume: [window for window in windows if any(each.covers(window.start, before=15) for each in latching)]
        for volume, windows in _windows(summary.armed_windows).items()
    }
    refused, latched = _windows(summary.deadlock_windows), _windows(summary.latched_windows)
    for volume, windows in refused.items():
        named[Subject(Tier(DEADLOCK, CRITICAL), volume)] = windows
        sure[Subject(Tier(DEADLOCK, CRITICAL), volume)] = bridged(windows, MOVED_SECONDS)
    for volume in {*armed, *latched}:
        latent = without(latched.get(volume, []), refused.get(volume, []))
        named[Subject(Tier(DEADLOCK, WARNING), volume)] = [*armed.get(volume, []), *latent]
    deadlocks = list(_deadlocks(refused, latched, armed))
    for volume in {each.volume for each in deadlocks}:
        before = [each.armed for each in deadlocks if each.volume == volume and each.armed is not None]
        sure[Subject(Tier(DEADLOCK, WARNING), volume)] = before
    return Truth(summary, named, sure, deadlocks, _is_benign(summary, armed), recording.end)


def _deadlocks(
    refused: Mapping[str, list[Window]], latched: Mapping[str, list[Window]], armed: Mapping[str, list[Window]]
) -> Iterator[Deadlock]:
    for volume, windows in refused.items():
        for window in bridged(windows, MOVED_SECONDS):
            state = next((each for each in latched.get(volume, []) if each.covers(window.start)), window)
            before = [each for each in armed.get(volume, []) if 0 <= state.start - each.end <= MOVED_SECONDS]
            yield Deadlock(volume, window, before[-1] if before else None)


def _is_benign(summary: Summary, armed: Mapping[str, list[Window]]) -> bool:
    """Whether no volume was ever near the deadlock, refused for long or faulted for longer than a salvage takes."""
    near = any(_windows(summary.deadlock_windows).values()) or any(_windows(summary.latched_windows).values())
    refused = any(each.seconds > _BENIGN_REFUSAL_SECONDS for each in _flat(summary.refused_windows))
    faulted = any(each.seconds > _BENIGN_FAULT_SECONDS for each in _flat(summary.faulted_windows))
    return not (near or refused or faulted or any(armed.values()))


def _windows(spans: _Spans) -> dict[str, list[Window]]:
    return {volume: [span.window() for span in each] for volume, each in spans.items()}


def _flat(spans: _Spans) -> Iterator[Window]:
    for windows in _windows(spans).values():
        yield from windows


class _Seen(NamedTuple):
    """What a walk through a recording found; ``latching`` is when the running release had the deadlock."""

    named: dict[Subject, Sequence[Window]]
    sure: dict[Subject, Sequence[Window]]
    latching: Sequence[Window]


def _walked(recording: Recording, told: Sequence[Told]) -> _Seen:
    """Look at the recording whenever it is scraped."""
    named, sure, latching = Tracker[Subject](), Tracker[Subject](), Tracker[bool]()
    for scene in _scenes(recording, told):
        seen = [*condition_volume.sightings(scene), *condition_node.sightings(scene)]
        named.see(scene.now, (Subject(each.tier, each.object) for each in seen))
        sure.see(scene.now, (Subject(each.tier, each.object) for each in seen if each.sure))
        latching.see(scene.now, {scene.fold.setting("current-longhorn-version") in LATCHED} - {False})
    end = recording.end
    return _Seen(dict(named.finish(end)), dict(sure.finish(end)), latching.finish(end).get(True, []))


def _scenes(recording: Recording, told: Sequence[Told]) -> Iterator[Scene]:
    fold, known = Fold(), dict[str, Told]()
    happened = [event.clock for event in recording.events]
    clocks = [parse_time(line.clock) or 0.0 for line in told]
    done_events = done_lines = 0
    for moment in scrape_times(recording):
        events = bisect_right(happened, moment, lo=done_events)
        lines = bisect_right(clocks, moment, lo=done_lines)
        fold.apply(recording.events[done_events:events])
        known.update((line.volume, line) for line in told[done_lines:lines])
        done_events, done_lines = events, lines
        yield Scene(fold, known, moment)


def _told(file: Path) -> Iterator[Told]:
    decoder = msgspec.json.Decoder(Told)
    for number, line in enumerate(_read(file).splitlines(), start=1):
        try:
            yield decoder.decode(line)
        except msgspec.DecodeError as error:
            raise InputError(f"{file}, line {number}: {error}") from error


def _summary(file: Path) -> Summary:
    try:
        return msgspec.json.decode(_read(file), type=Summary)
    except msgspec.DecodeError as error:
        raise InputError(f"{file}: {error}") from error


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from error
