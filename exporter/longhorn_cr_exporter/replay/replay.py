"""A recording as a running cluster: store, clock, player, narrator and API server under one roof."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from .clock import Clock
from .event import Event
from .narration import Narrator, printable
from .player import Player
from .recording import Recording
from .server import Server
from .store import Store

_OVER = "the recording ends here; the cluster stays as it is and its clock runs on"


@dataclass(frozen=True, slots=True)
class Line:
    """One line for a person, at a moment (Unix seconds). ``step`` marks what was done to the cluster from outside."""

    clock: float
    text: str
    step: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a replay has come. Moments are Unix seconds on the recording's clock; ``now`` may pass ``end``."""

    now: float
    start: float
    end: float
    applied: int
    total: int

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.applied == self.total

    @property
    def fraction(self) -> float:
        """How much of the recorded time has passed, 0 to 1."""
        span = self.end - self.start
        return min(1.0, max(0.0, (self.now - self.start) / span)) if span else 1.0


class Replay:
    """Serves a recording while its context is entered, from ``start`` (its ``settled`` by default) at ``speed``.

    What was before ``start`` is the state it begins with. ``listener`` is called with each line as it happens. Without
    ``running`` the clock stands until ``advance_to`` or ``clock.resume()``. ``monotonic`` counts real seconds, the
    event loop's by default. ``server`` makes the API server, for one with faults or other times. No jump
    of the clock is too long for a watch: the whole recording is kept as history.

    Raises:
        InputError: the start lies outside the recording.
    """

    def __init__(
        self,
        recording: Recording,
        *,
        start: float | None = None,
        speed: float = 1.0,
        listener: Callable[[Line], None] | None = None,
        running: bool = True,
        monotonic: Callable[[], float] | None = None,
        server: Callable[[Store], Server] = Server,
    ) -> None:
        self.recording = recording
        self.store = Store(history=len(recording.events))
        self.server = server(self.store)
        self._start = recording.settled if start is None else recording.check(start)
        self._speed = speed
        self._running = running
        self._monotonic = monotonic
        self._listener = listener
        self._narrator = Narrator()
        self._steps = [step for step in recording.steps if step.start > self._start]
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        monotonic = self._monotonic or asyncio.get_running_loop().time
        self.clock = Clock(self._start, monotonic=monotonic, speed=self._speed, running=self._running)
        self._player = Player(self.recording, self.store, self.clock, self._narrate)
        for event in self._player.fold_due():
            self._narrator.see(event)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.server)
            playing = asyncio.create_task(self._play(), name="replay")
            stack.push_async_callback(_end, playing)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop playing and serving."""
        await self._stack.aclose()

    @property
    def url(self) -> str:
        """Address of the API server, ``http://127.0.0.1:port``."""
        return self.server.url

    def progress(self) -> Progress:
        """Return how far it has come."""
        total = len(self.recording.events)
        return Progress(self.clock.now(), self._start, self.recording.end, self._player.applied, total)

    def advance_to(self, moment: float) -> None:
        """Move the clock to a moment and let all happen that happened until then.

        Raises:
            ValueError: the moment has passed already.
        """
        self.clock.advance_to(moment)
        self._player.apply_due()

    async def _play(self) -> None:
        await self._player.run()
        self._say(Line(self.recording.end, _OVER))

    def _narrate(self, event: Event) -> None:
        while self._steps and self._steps[0].start <= event.clock:
            step = self._steps.pop(0)
            self._say(Line(step.start, printable(step.label.replace("-", " ")), step=True))
        for text in self._narrator.tell(event):
            self._say(Line(event.clock, text))

    def _say(self, line: Line) -> None:
        if self._listener is not None:
            self._listener(line)


async def _end(playing: asyncio.Task[None]) -> None:
    playing.cancel()
    with suppress(asyncio.CancelledError):
        await playing
