"""What ``demo`` prints: how to look, one line an event that matters, and a progress line that stays at the bottom."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from ..model.time import format_time
from ..replay.replay import Line, Progress, Replay

_PROGRESS_SECONDS = 1.0
_BAR_WIDTH = 24
_CLEAR_LINE = "\r\x1b[K"


class Stage:
    """Writes to one stream; only a terminal gets colours and the progress line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._terminal = out.isatty()
        self._progress = ""
        self._early: list[Line] | None = []

    def open(self, heading: str) -> None:
        """Say what is played and where to look, and from now on what happens."""
        self._write(heading)
        early, self._early = self._early or (), None
        for line in early:
            self.tell(line)

    def tell(self, line: Line) -> None:
        """Print one line, once open; what was done to the cluster from outside stands out."""
        if self._early is not None:
            self._early.append(line)
            return
        clock = format_time(line.clock)[11:19]
        text = f"— {line.text} —" if line.step else line.text
        if self._terminal and line.step:
            text = f"\x1b[1m{text}\x1b[0m"
        self._write(f"{clock}  {text}\n")

    async def keep(self, replay: Replay) -> None:
        """Renew the progress line until cancelled."""
        while self._terminal:
            self._progress = _progress_line(replay.progress())
            self._write("")
            await asyncio.sleep(_PROGRESS_SECONDS)

    @contextmanager
    def above(self) -> Iterator[None]:
        """Let something else write to the stream, above the progress line."""
        if self._terminal:
            self._out.write(_CLEAR_LINE)
        yield
        self._out.write(self._progress)
        self._out.flush()

    def close(self) -> None:
        """Take the progress line away and say that it was meant."""
        self._progress = ""
        self._write("stopped\n")

    def _write(self, text: str) -> None:
        clear = _CLEAR_LINE if self._terminal else ""
        self._out.write(f"{clear}{text}{self._progress}")
        self._out.flush()


def heading(replay: Replay, url: str, speed: float) -> str:
    """Return what ``demo`` says first."""
    recording = replay.recording
    volume_query = 'longhorn_cr_volume_(ready_for_workloads|condition{.*"Scheduled"|replica_deficit)'
    return (
        f"Replaying {recording.name}: {format_time(replay.progress().start)} to {format_time(recording.end)}, "
        f"{speed:g} recorded seconds a second.\n\n"
        f"  Open        {url}\n"
        f"  Metrics     curl -s {url}/metrics | grep -E '{volume_query}'\n"
        f"  Engines     curl -s {url}/metrics | grep engine_stopped_age\n"
        f"  Cordons     curl -s {url}/metrics | grep instance_manager_on_cordoned_node\n"
        f"  Stop        Ctrl-C\n\n"
    )


def _progress_line(progress: Progress) -> str:
    filled = round(progress.fraction * _BAR_WIDTH)
    bar = "#" * filled + "." * (_BAR_WIDTH - filled)
    state = "ended, clock runs on" if progress.ended else f"{progress.applied} of {progress.total} events"
    return f"[{bar}] {format_time(progress.now)}  {state}"
