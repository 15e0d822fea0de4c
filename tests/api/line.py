"""The line between the exporter and the API server: a TCP proxy that can be cut and mended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Self

_HOST = "127.0.0.1"
_CHUNK = 2**16


class Line:
    """Passes bytes to a port on loopback and back. While it is cut, whoever connects is dropped at once."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._cut = False
        self._connections: set[asyncio.Task[None]] = set()

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, target: int) -> AsyncIterator[Self]:
        """Listen on a free port, ``port``, while the context lasts."""
        line = cls(target)
        server = await asyncio.start_server(line._accept, _HOST, 0)
        line.port = server.sockets[0].getsockname()[1]
        try:
            yield line
        finally:
            server.close()
            await line.cut()

    async def cut(self) -> None:
        """Break every connection, and let none come."""
        self._cut = True
        connections = tuple(self._connections)
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def mend(self) -> None:
        """Let connections come again."""
        self._cut = False

    async def blink(self) -> None:
        """Break every connection; new ones may come at once."""
        await self.cut()
        self.mend()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            if not self._cut:
                await self._pass(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass  # the end of a connection, whatever side it came from
        finally:
            self._connections.discard(task)
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(_HOST, self._target)
        directions = [
            asyncio.ensure_future(_pump(reader, far_writer)),
            asyncio.ensure_future(_pump(far_reader, writer)),
        ]
        try:
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
            far_writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()
