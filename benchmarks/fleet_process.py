"""The two processes of a measurement: the fleet's server and the exporter, the real ``serve`` command."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

import msgspec

from fleet_scrape import get
from fleet_server import Command, Done, Hello

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_POLL_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 300.0


class Usage(NamedTuple):
    """What a process has used so far: CPU seconds of all its threads, and memory in MB (10^6 bytes)."""

    cpu: float
    resident: float
    peak: float


def usage(pid: int) -> Usage:
    """Read the usage of a process; the kernel counts CPU in ticks of 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return Usage(
        (int(fields[11]) + int(fields[12])) / _TICKS, _megabytes(status, "VmRSS:"), _megabytes(status, "VmHWM:")
    )


def _megabytes(status: str, key: str) -> float:
    return int(status.partition(key)[2].split()[0]) * 1024 / 1e6


class FleetServer:
    """The process of ``fleet_server.py``."""

    def __init__(self, volumes: int, nodes: int) -> None:
        command = [sys.executable, str(Path(__file__).with_name("fleet_server.py"))]
        command += ["--volumes", str(volumes), "--nodes", str(nodes)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._commands = 0
        self._done: dict[int, Done] = {}
        self.hello = msgspec.json.decode(self._line(), type=Hello)

    def start(self, kind: str, count: int, rate: float) -> int:
        """Let events of a kind begin; ``wait`` takes what this returns."""
        return self._send(Command(self._next(), kind, count, rate))

    def marker(self) -> Done:
        """Let one volume's workload wait for it or, every second time, wait no longer."""
        return self.wait(self._send(Command(self._next(), marker=True)))

    def wait(self, number: int) -> Done:
        """Return when a command has been done."""
        while number not in self._done:
            done = msgspec.json.decode(self._line(), type=Done)
            self._done[done.id] = done
        return self._done.pop(number)

    def _next(self) -> int:
        self._commands += 1
        return self._commands

    def _send(self, command: Command) -> int:
        stdin = _piped(self._process.stdin)
        stdin.write(msgspec.json.encode(command) + b"\n")
        stdin.flush()
        return command.id

    def _line(self) -> bytes:
        line = _piped(self._process.stdout).readline()
        if not line:
            raise RuntimeError("the fleet's server has ended")
        return line

    def close(self) -> None:
        """End the process."""
        _end(self._process)


class Started(NamedTuple):
    """How a start of the exporter went, until it was ready. Seconds; ``start`` is what its imports took of the CPU."""

    wall: float
    cpu: float
    start_cpu: float


class Program:
    """A process that exports metrics at ``url``; ``begun`` is when it was started, on the monotonic clock."""

    url: str

    def __init__(self, command: list[str], stderr: int | None = None) -> None:
        self.begun = time.monotonic()
        self._process = subprocess.Popen(command, stderr=stderr)

    def usage(self) -> Usage:
        """Return what the process has used so far."""
        return usage(self._process.pid)

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until something of the process holds.

        Raises:
            TimeoutError: it still does not, after minutes.
            RuntimeError: the process has ended.
        """
        end = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.url} has ended before it {what}")
            if time.monotonic() > end:
                raise TimeoutError(f"{self.url} never {what}")
            time.sleep(_POLL_SECONDS)

    def close(self) -> None:
        """End the process."""
        _end(self._process)


class ExporterProcess(Program):
    """``longhorn-cr-exporter serve`` with a kubeconfig that points to the fleet's server."""

    def __init__(self, server: str, folder: Path) -> None:
        command = [sys.executable, "-m", "longhorn_cr_exporter", "--log-format", "json", "serve"]
        command += ["--kubeconfig", str(kubeconfig(server, folder)), "--listen", "127.0.0.1:0"]
        super().__init__(command, subprocess.PIPE)
        self.url = self._listening()
        start_cpu = self.usage().cpu
        threading.Thread(target=self._read_log, daemon=True).start()
        self.until(lambda: get(self.url + "/readyz").status == 200, "got ready")
        self.started = Started(time.monotonic() - self.begun, self.usage().cpu, start_cpu)

    def _listening(self) -> str:
        for line in _piped(self._process.stderr):
            message = _log(line)
            if message.get("msg") == "serving":
                return str(message["url"])
        raise RuntimeError("the exporter has ended before it served")

    def _read_log(self) -> None:
        for line in _piped(self._process.stderr):
            _log(line)


@contextlib.contextmanager
def exporter(server: FleetServer) -> Iterator[ExporterProcess]:
    """Start an exporter, wait until it is ready, and end it on leaving."""
    with tempfile.TemporaryDirectory() as folder:
        process = ExporterProcess(server.hello.url, Path(folder))
        with contextlib.closing(process):
            yield process


def _log(line: bytes) -> dict[str, object]:
    """Return what the exporter has logged; what is no news, or no log at all, is passed on."""
    try:
        message: dict[str, object] = json.loads(line)
    except ValueError:
        message = {}
    if message.get("level") != "info":
        sys.stderr.buffer.write(line)
        sys.stderr.flush()
    return message


def kubeconfig(server: str, folder: Path) -> Path:
    """Write a kubeconfig that points to a server into a folder; return the file."""
    context = {"cluster": "fleet", "user": "bench"}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "fleet", "cluster": {"server": server}}],
        "users": [{"name": "bench", "user": {"token": "of-no-secret"}}],
        "contexts": [{"name": "fleet", "context": context}],
        "current-context": "fleet",
    }
    file = folder / "kubeconfig"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def _piped(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise RuntimeError("not a pipe")
    return stream


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(timeout=30)
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
