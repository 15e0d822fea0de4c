"""Spans of time in which something was so, and the moments they are made of."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T", bound=Hashable)


class Window(msgspec.Struct, frozen=True, order=True):
    """From ``start`` until before ``end``, Unix seconds; ``open`` where it still was so when the recording ended."""

    start: float
    end: float
    open: bool = False

    @property
    def seconds(self) -> float:
        """How long it was."""
        return self.end - self.start

    def covers(self, moment: float, *, before: float = 0.0, after: float = 0.0) -> bool:
        """Whether a moment lies in it, widened by ``before`` and ``after`` seconds."""
        return self.start - before <= moment <= self.end + after


class Tracker(Generic[T]):
    """Makes windows of what is seen at successive moments."""

    def __init__(self) -> None:
        self._since: dict[T, float] = {}
        self._closed: dict[T, list[Window]] = {}

    def see(self, moment: float, holding: Iterable[T]) -> None:
        """Note all that is so at a moment, later than those before."""
        now = set(holding)
        for thing in [known for known in self._since if known not in now]:
            self._closed.setdefault(thing, []).append(Window(self._since.pop(thing), moment))
        for thing in now:
            self._since.setdefault(thing, moment)

    def finish(self, moment: float) -> Mapping[T, list[Window]]:
        """Return the windows of each thing; what is so to the end ends, open, at ``moment``."""
        for thing, since in self._since.items():
            self._closed.setdefault(thing, []).append(Window(since, moment, open=True))
        self._since = {}
        return self._closed


def bridged(windows: Iterable[Window], seconds: float) -> list[Window]:
    """Return windows in order, those joined whose gap is no longer than ``seconds`` or that overlap."""
    joined: list[Window] = []
    for window in sorted(windows):
        if joined and window.start - joined[-1].end <= seconds:
            last = joined[-1]
            later = max(last, window, key=lambda each: each.end)
            joined[-1] = Window(last.start, later.end, open=later.open)
        else:
            joined.append(window)
    return joined


def without(windows: Iterable[Window], others: Iterable[Window]) -> list[Window]:
    """Return what of windows no other window covers."""
    left = sorted(windows)
    for other in others:
        left = [part for window in left for part in _cut(window, other)]
    return left


def _cut(window: Window, other: Window) -> Iterator[Window]:
    if other.end <= window.start or window.end <= other.start:
        yield window
        return
    if window.start < other.start:
        yield Window(window.start, other.start)
    if other.end < window.end:
        yield Window(other.end, window.end, window.open)
