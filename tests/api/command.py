"""Commands as a person types them, run beside the tests: their output line by line, with the time of each line."""

from __future__ import annotations

import asyncio
import contextlib
import time
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

    async def says(self, text: str, *, since: float, within: float = _WITHIN_SECONDS) -> None:
        """Return once it has written a line with this text after a time; fail when it ends first."""
        async with asyncio.timeout(within):
            while not any(text in line.text and line.at > since for line in self.lines):
                assert not self._silent, f"ended without {text!r}:\n{self.text}"
                self._written.clear()
                await self._written.wait()

    async def end(self, *, within: float = _WITHIN_SECONDS) -> int:
        """Return its exit status once it has ended."""
        async with asyncio.timeout(within):
            return await self._process.wait()

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.lines.append(Line(time.monotonic(), line.decode(errors="replace").rstrip("\n")))
            self._written.set()
        self._silent = True
        self._written.set()
