"""The line between the exporter and the API server: a TCP proxy that can be cut and mended."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Self

_HOST = "127.0.0.1"


class Line:
    """Passes bytes to a port on loopback and back. While it is cut, whoever connects is dropped at once."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._cut = False
        self._ends: set[_End] = set()

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, target: int) -> AsyncIterator[Self]:
        """Listen on a free port, ``port``, while the context lasts."""
        line = cls(target)
        server = await asyncio.get_running_loop().create_server(lambda: _NearEnd(line), _HOST, 0)
        line.port = server.sockets[0].getsockname()[1]
        try:
            yield line
        finally:
            server.close()
            await line.cut()

    async def cut(self) -> None:
        """Break every connection, and let none come; returns when all are gone."""
        self._cut = True
        while self._ends:
            for end in tuple(self._ends):
                end.drop()
            await asyncio.sleep(0)

    def mend(self) -> None:
        """Let connections come again."""
        self._cut = False

    async def blink(self) -> None:
        """Break every connection; new ones may come at once."""
        await self.cut()
        self.mend()

    def join(self, end: _End) -> None:
        """Take up a connection that was made."""
        self._ends.add(end)
        if self._cut:
            end.drop()

    def leave(self, end: _End) -> None:
        """Forget a connection that is gone."""
        self._ends.discard(end)

    async def connect(self, near: _NearEnd) -> None:
        """Open the connection behind one that has come."""
        far = _End(self)
        far.peer = near
        try:
            await asyncio.get_running_loop().create_connection(lambda: far, _HOST, self._target)
        except OSError:
            near.drop()
        else:
            near.begin(far)


class _End(asyncio.Protocol):
    """One of a connection's two ends; what comes out of it goes into its peer."""

    def __init__(self, line: Line) -> None:
        self.peer: _End | None = None
        self._line = line
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._line.join(self)

    def data_received(self, data: bytes) -> None:
        if self.peer is not None and self.peer._transport is not None:
            self.peer._transport.write(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - however it ended
        self._line.leave(self)
        if self.peer is not None:
            self.peer.drop()

    def drop(self) -> None:
        """Break it."""
        if self._transport is not None:
            self._transport.abort()


class _NearEnd(_End):
    """The end that the exporter has connected to; it is not read before there is a far end."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connecting = asyncio.create_task(self._line.connect(self))
        super().connection_made(transport)
        assert self._transport is not None
        self._transport.pause_reading()

    def begin(self, far: _End) -> None:
        """Read from now on, into the far end."""
        self.peer = far
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()
        else:
            far.drop()

    def drop(self) -> None:
        self._connecting.cancel()
        super().drop()
