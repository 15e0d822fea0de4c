"""A reflector that runs against a script, and all that can be seen of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from longhorn_cr_exporter.kube.connection import Connection
from longhorn_cr_exporter.kube.reflector import Reflector
from longhorn_cr_exporter.model.contact import Contact
from longhorn_cr_exporter.model.resource import VOLUMES
from unit.kube.scripted import Clock, RecordingSink, ScriptedServer, Step, serving

NO_LIST_OPTIONS: dict[str, str] = {}


class Run:
    """A reflector that is running, and all that can be seen of it."""

    def __init__(self, server: ScriptedServer, clock: Clock, sink: RecordingSink) -> None:
        self.server = server
        self.clock = clock
        self.sink = sink
        self.contact = Contact()

    @property
    def names(self) -> list[str]:
        """The names the sink holds."""
        return sorted(self.sink.objects)

    async def finished(self) -> None:
        """Wait for the request after the script's last."""
        async with asyncio.timeout(10):
            await self.server.finished.wait()


@asynccontextmanager
async def running(
    *steps: Step, clock: Clock | None = None, silence_seconds: float = 30, sink: RecordingSink | None = None
) -> AsyncIterator[Run]:
    """Run a reflector against the steps until the block is left."""
    clock = clock or Clock()
    async with serving(*steps) as server, Connection.plain(server.url) as connection:
        run = Run(server, clock, sink or RecordingSink())
        server.accepted = lambda: run.contact.watches["success"]
        reflector = Reflector(
            VOLUMES,
            connection,
            run.sink,
            run.contact,
            clock=clock,
            namespace="longhorn-system",
            silence_seconds=silence_seconds,
            sleep=clock.sleep,
            chance=lambda: 0.5,
        )
        task = asyncio.create_task(reflector.run())
        try:
            yield run
        finally:
            task.cancel()
            await asyncio.wait([task], timeout=5)
            assert task.cancelled(), "cancellation is prompt"
