"""One program that runs beside this one: its output in a file, its end by its own id, whatever happens."""

from __future__ import annotations

import asyncio
import re
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, Self

from longhorn_cr_exporter.error import LonghornExporterError

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 10.0
_LOOK_SECONDS: Final = 0.05


class ChildError(LonghornExporterError):
    """A program beside this one ended by itself, or did not start in time; its last words are in the message."""


class Child:
    """A program called ``name``, started, that writes to ``log``. A signal from the terminal does not reach it."""

    def __init__(self, name: str, process: Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(cls, name: str, command: Sequence[str | Path], log: Path) -> Self:
        """Start a command; its output goes to ``log``, which begins empty."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *map(str, command), stdin=DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        return cls(name, process, log)

    @classmethod
    @asynccontextmanager
    async def running(cls, name: str, command: Sequence[str | Path], log: Path) -> AsyncIterator[Self]:
        """Let a command run while the context lasts."""
        child = await cls.start(name, command, log)
        try:
            yield child
        finally:
            await child.stop()

    async def says(self, pattern: re.Pattern[str]) -> str:
        """Return what a pattern's group finds in its output, once it does.

        Raises:
            ChildError: it has ended before, or takes too long.
        """
        try:
            async with asyncio.timeout(_START_SECONDS):
                while not (found := pattern.search(self._said())):
                    if self._process.returncode is not None:
                        raise self._last_words("ended by itself")
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            raise self._last_words(f"did not start within {_START_SECONDS:g} s") from None
        return found[1]

    async def fail(self) -> None:
        """Raise ChildError once it has ended."""
        await self._process.wait()
        raise self._last_words("ended by itself")

    async def stop(self) -> None:
        """Ask it to end, and kill it when it does not go."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
            with suppress(TimeoutError):
                async with asyncio.timeout(_STOP_SECONDS):
                    await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End it at once, without a chance to say goodbye."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        await self._process.wait()

    def _said(self) -> str:
        return self.log.read_text(errors="replace")

    def _last_words(self, what: str) -> ChildError:
        last = self._said().rstrip().rpartition("\n")[2]
        return ChildError(f"{self.name} {what}: {last or 'it said nothing'}")
