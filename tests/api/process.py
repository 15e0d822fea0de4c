"""One child process with its output in a file: started, watched, and ended by its own id, whatever happens."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

_STEP_SECONDS = 0.05
_STOP_SECONDS = 10.0
_TAIL_LINES = 40


class ProcessError(AssertionError):
    """A child that ended by itself or did not do in time what it was started for; its last words are in the message."""


class Process:
    """A command that can be started again after it has ended; its output is appended to ``log``."""

    def __init__(self, command: Sequence[str | Path], log: Path) -> None:
        self.command = tuple(map(str, command))
        self.log = log
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._child is not None and self._child.poll() is None

    @property
    def status(self) -> int | None:
        """Its exit status once it has ended by itself or by a signal (then negative), else None."""
        return None if self._child is None else self._child.poll()

    def start(self) -> None:
        """Start it; does nothing where it runs."""
        if self.running:
            return
        with self.log.open("ab") as output:
            self._child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def wait_until(self, ready: Callable[[], bool], *, within: float) -> None:
        """Return once ``ready`` says so; raise ProcessError when it has ended before, or is not ready in time."""
        deadline = time.monotonic() + within
        while not ready():
            if not self.running:
                raise ProcessError(f"{self.command[0]} ended by itself:\n{self.tail()}")
            if time.monotonic() > deadline:
                raise ProcessError(f"{self.command[0]} is not ready after {within:g} s:\n{self.tail()}")
            time.sleep(_STEP_SECONDS)

    def kill(self) -> None:
        """End it at once, without a chance to say goodbye."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def terminate(self) -> None:
        """Ask it to end, as a service manager would, and do not wait."""
        if self._child is not None:
            self._child.terminate()

    def stop(self) -> None:
        """Ask it to end, and kill it when it does not go."""
        if self._child is not None:
            self.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(_STOP_SECONDS)
            self.kill()

    def tail(self) -> str:
        """Return the last lines of its output."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-_TAIL_LINES:])
