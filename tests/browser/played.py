"""The demo with its clock in hand: a recording behind the embedded API server, an exporter that follows, its pages."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from longhorn_cr_exporter.cli.option import DEFAULT_NAMESPACE
from longhorn_cr_exporter.cli.run import follow, new_exporter
from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.kube.connection import Connection
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.replay import Replay
from longhorn_cr_exporter.replay.shipped import open_recording
from longhorn_cr_exporter.web.server import Address, serving

_WITHIN_SECONDS = 30.0  # decides nothing but how long a failing test takes to say so
_LOOK_SECONDS = 0.02

VOLUME = "vol-rwo3"
"""The volume that the recording is about."""


class Played:
    """A recorded cluster at a moment that is set by hand, and the address of the exporter's pages."""

    def __init__(self, replay: Replay, exporter: Exporter, url: str) -> None:
        self.url = url
        self.exporter = exporter
        self._replay = replay

    async def until(self, condition: Callable[[Exporter], bool]) -> None:
        """Wait until the exporter knows something."""
        async with asyncio.timeout(_WITHIN_SECONDS):
            while not (self.exporter.ready and condition(self.exporter)):  # noqa: ASYNC110  # watches are on their way
                await asyncio.sleep(_LOOK_SECONDS)

    async def go_to(self, clock: str, *, stage: str | None, state: str) -> None:
        """Let all happen until a time of the recorded morning, which leaves the volume in that stage and state."""
        self._replay.advance_to(parse_time(f"2026-03-02T{clock}Z") or 0.0)

        def seen(exporter: Exporter) -> bool:
            facts = exporter.assessment.volumes.facts.get(VOLUME)
            return facts is not None and (facts.stage, facts.state) == (stage, state)

        await self.until(seen)

    async def to_armed(self) -> None:
        """Go on to where a replica could not be replaced."""
        await self.go_to("06:20:00", stage="armed", state="attached")

    async def to_deadlocked(self) -> None:
        """Go on to where a pod waits: step by step, so that the exporter sees each thing when it happens."""
        await self.go_to("06:33:54", stage="latent", state="detached")
        await self.go_to("06:34:06", stage="deadlocked", state="detached")
        await self.go_to("06:40:00", stage="deadlocked", state="detached")


@asynccontextmanager
async def played() -> AsyncIterator[Played]:
    """Play the shipped deadlock from where all is well."""
    start = parse_time("2026-03-02T06:01:05Z")
    async with Replay(open_recording("deadlock-9938"), start=start, running=False) as replay:
        exporter = new_exporter(replay.clock.now, None)
        async with Connection.plain(replay.url) as connection, served(exporter) as url:
            following = asyncio.create_task(follow(exporter, connection, DEFAULT_NAMESPACE))
            try:
                stage = Played(replay, exporter, url)
                await stage.until(lambda _: True)
                yield stage
            finally:
                following.cancel()
                await asyncio.wait([following])


@asynccontextmanager
async def served(exporter: Exporter) -> AsyncIterator[str]:
    """Serve an exporter on a free port of this machine."""
    async with serving(exporter, Address("127.0.0.1", 0)) as url:
        yield url
