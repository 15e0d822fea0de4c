"""``python -m stack`` as a process of its own, what it prints, and the processes that it has started."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from api.waiting import until
from stack.place import ROOT

ADDRESSES: Final = ("--listen", "--prometheus", "--alertmanager", "--dashboards")
ANY_PORTS: Final = tuple(f"{option}=127.0.0.1:0" for option in ADDRESSES)
_PATIENCE_SECONDS: Final = 180.0


class Demonstration:
    """One that was started; ``folder`` holds what it prints, and its temporary files."""

    def __init__(self, process: Process, folder: Path) -> None:
        self.folder = folder
        self._process = process

    @property
    def out(self) -> str:
        """What it has printed on standard output."""
        return (self.folder / "out").read_text()

    @property
    def err(self) -> str:
        """What it has printed on standard error."""
        return (self.folder / "err").read_text()

    @property
    def links(self) -> dict[str, str]:
        """The links that it has printed, by what stands before them."""
        return dict(re.findall(r"^ +([A-Z][a-z ]*?):? +(http://\S+)", self.out, re.MULTILINE))

    @property
    def left_behind(self) -> list[str]:
        """What lies in its folder for temporary files."""
        return [path.name for path in (self.folder / "tmp").iterdir()]

    async def prints(self, text: str) -> None:
        """Return once it has printed a text."""

        async def has_printed() -> bool:
            assert self._process.returncode is None, self.out + self.err
            return text in self.out

        await until(has_printed, f"{text} to be printed", within=_PATIENCE_SECONDS)

    async def ends(self) -> int:
        """Return its exit status once it has ended."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await self._process.wait()

    @staticmethod
    def alive(children: Mapping[str, int]) -> list[str]:
        """Return the names of those that still run."""
        return [name for name, pid in children.items() if Path(f"/proc/{pid}").exists()]

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def children(self) -> dict[str, int]:
        """Return the ids of the processes that it has started and that run, by name."""
        stats = [stat for stat in map(_stat, Path("/proc").glob("[0-9]*/stat")) if stat is not None]
        return {name: pid for pid, name, parent in stats if parent == self._process.pid}

    async def close(self) -> None:
        """End it and, should it hang, what it has started."""
        if self._process.returncode is None:
            children = self.children()
            self._process.terminate()
            try:
                await self.ends()
            except TimeoutError:
                for pid in (*children.values(), self._process.pid):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                await self._process.wait()


def _stat(file: Path) -> tuple[int, str, int] | None:
    """Read a process' id, name and parent; None when it has just gone."""
    try:
        head, _, tail = file.read_text().rpartition(")")
    except (FileNotFoundError, ProcessLookupError):
        return None
    pid, _, name = head.partition(" (")
    return int(pid), name, int(tail.split()[1])


@asynccontextmanager
async def demonstrating(
    folder: Path, *options: str, changes: Mapping[str, str] | None = None
) -> AsyncIterator[Demonstration]:
    """Let one run while the context lasts; ``changes`` are to its environment."""
    (folder / "tmp").mkdir()
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), **(changes or {})}
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        command = (sys.executable, "-m", "stack", *options)
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=out, stderr=err, cwd=ROOT, env=environment, start_new_session=True
        )
    demonstration = Demonstration(process, folder)
    try:
        yield demonstration
    finally:
        await demonstration.close()
