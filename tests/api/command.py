"""Commands as a person types them, run beside the tests: their output line by line, with the time of each line."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Self

_WITHIN_SECONDS = 60.0
_LINE_BYTES = 2**24


class Line(NamedTuple):
    """A line that was written at a time of ``time.monotonic``."""

    at: float
    text: str


class Command:
    """A running command; what it has written so far is in ``lines``, of both its outputs unless ``output`` is kept."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.lines: list[Line] = []
        self._process = process
        self._written = asyncio.Event()
        self._silent = False

    @classmethod
    @asynccontextmanager
    async def of(cls, *command: str | Path) -> AsyncIterator[Self]:
        """Run a command while the context lasts; it is killed where it has not ended by itself."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=_LINE_BYTES,
        )
        running = cls(process)
        reading = asyncio.create_task(running._read())
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            await reading

    @property
    def text(self) -> str:
        """All it has written."""
        return "\n".join(line.text for line in self.lines)

    async def says(self, text: str, *, since: float, times: int = 1) -> bool:
        """Return whether it writes a line with this text after a time, the same one so many times, before it ends."""
        async with asyncio.timeout(_WITHIN_SECONDS):
            while self._said(text, since) < times:
                if self._silent:
                    return False
                self._written.clear()
                await self._written.wait()
        return True

    async def end(self) -> int:
        """Return its exit status once it has ended."""
        async with asyncio.timeout(_WITHIN_SECONDS):
            return await self._process.wait()

    def _said(self, text: str, since: float) -> int:
        """Return how often it has written that one of such lines which it has written most."""
        return max(
            Counter(line.text for line in self.lines if text in line.text and line.at > since).values(), default=0
        )

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(Line(time.monotonic(), line.decode(errors="replace").rstrip("\n")))
            self._written.set()
        self._silent = True
        self._written.set()
