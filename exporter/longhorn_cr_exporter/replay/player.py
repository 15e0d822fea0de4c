"""Plays a recording into a store as its clock runs."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable

from .clock import Clock
from .event import Event
from .recording import Recording
from .store import Store

Listener = Callable[[Event], None]


class Player:
    """Applies each event once its moment has come, all events of a moment in one step.

    ``listener`` hears of each event after it was applied, but not of those that were folded.
    """

    def __init__(self, recording: Recording, store: Store, clock: Clock, listener: Listener) -> None:
        self._recording = recording
        self._store = store
        self._clock = clock
        self._listener = listener
        self.applied = 0

    @property
    def ended(self) -> bool:
        """Whether every event has been applied."""
        return self.applied == len(self._recording.events)

    def apply_due(self) -> None:
        """Apply the events whose moment has come."""
        for event in self._take_due():
            self._store.apply(event)
            self._listener(event)

    def fold_due(self) -> tuple[Event, ...]:
        """Take the events whose moment has come as what has been: no watch tells of them. Return them."""
        events = self._take_due()
        self._store.fold(events)
        return events

    def _take_due(self) -> tuple[Event, ...]:
        first = self.applied
        events = self._recording.events
        self.applied = bisect_right(events, self._clock.now(), lo=first, key=lambda event: event.clock)
        return events[first : self.applied]

    async def run(self) -> None:
        """Play to the end; a clock that stands or jumps is followed."""
        moved = asyncio.Event()
        end_listening = self._clock.listen(moved.set)
        try:
            while True:
                moved.clear()
                self.apply_due()
                if self.ended:
                    return
                await self._until_next(moved)
        finally:
            end_listening()

    async def _until_next(self, moved: asyncio.Event) -> None:
        seconds = self._clock.real_seconds_until(self._recording.events[self.applied].clock)
        try:
            async with asyncio.timeout(seconds):
                await moved.wait()
        except TimeoutError:
            pass
