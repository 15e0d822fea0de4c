"""A real Prometheus that holds a replayed recording: scrapes, recording rules and alerts, at the recording's own clock.

The exporter follows the recording in-process; ``rule-replay`` scrapes it every 15 s, evaluates the shipped rules with
Prometheus' own engine, and leaves one block that the real server answers from. Nothing is scraped while that runs, so
that every question has one answer for ever.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from alerts.quality.firing import without_words
from alerts.quality.replay import Replay
from api.process import Process
from dashboards.twist import PLAIN, Twist, twisted
from recorded import FOLDER, recording
from rules.rulebook import ROOT, RULES
from rules.tool import tool

JOB: Final = "longhorn-cr-exporter"
_LISTENING: Final = re.compile(r'msg="Listening on" .*address=(\S+)')
_START_SECONDS: Final = 60.0
_RETENTION: Final = "100y"
_READY: Final = "Server is ready to receive web requests"
CACHE: Final = (
    Path(
        os.environ.get("LONGHORN_CR_EXPORTER_CACHE")
        or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "longhorn-cr-exporter"
    )
    / "filled"
)
EXPORTER: Final = ROOT / "exporter"
REPLAY: Final = ROOT / "alerts" / "quality" / "replay.py"
TWIST: Final = Path(__file__).with_name("twist.py")

Labels = Mapping[str, str]


class QueryError(AssertionError):
    """Prometheus did not answer a query; its own words are in the message."""


class Row(NamedTuple):
    """A series of an answer; ``points`` are (Unix seconds, value), one where the query was for one moment."""

    labels: Labels
    points: tuple[tuple[float, float], ...]

    @property
    def value(self) -> float:
        """The last value."""
        return self.points[-1][1]


class Prometheus:
    """One that runs, at ``url``."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, expr: str, at: float) -> list[Row]:
        """Return the rows of an expression at a moment, in Prometheus' order.

        Raises:
            QueryError: it does not answer.
        """
        return [
            Row(row["metric"], (_point(row["value"]),)) for row in self._get("query", query=expr, time=at)["result"]
        ]

    def ask_range(self, expr: str, start: float, end: float, step: float) -> list[Row]:
        """Return the rows of an expression over time.

        Raises:
            QueryError: it does not answer.
        """
        result = self._get("query_range", query=expr, start=start, end=end, step=step)["result"]
        return [Row(row["metric"], tuple(map(_point, row["values"]))) for row in result]

    def _get(self, path: str, **parameters: str | float) -> Any:
        try:
            with urlopen(f"{self.url}/api/v1/{path}?{urlencode(parameters)}") as answer:
                return json.load(answer)["data"]
        except HTTPError as error:
            raise QueryError(json.load(error)["error"]) from error


def _point(point: list[Any]) -> tuple[float, float]:
    return float(point[0]), float(point[1])


def copy_filled(folder: Path, run: str, twist: Twist = PLAIN, kept_in: Path = CACHE) -> None:
    """Leave what a Prometheus would hold of a recording, ``<release>/<run>``, in a folder: filled once, then copied.

    It is filled anew when the exporter, the rules, the engine or a recording has changed; what was kept before is
    dropped then. Others may do the same at the same time, of other versions too.
    """
    kept = kept_in / _version() / _digest([run.encode(), repr(twist).encode()])
    kept_in.mkdir(parents=True, exist_ok=True)
    with _locked(kept_in, fcntl.LOCK_SH):
        if kept.is_dir():
            shutil.copytree(kept, folder, dirs_exist_ok=True)
            return
    fill(folder, run, twist)
    with _locked(kept_in, fcntl.LOCK_EX):
        _keep(folder, kept)


@contextmanager
def _locked(folder: Path, operation: int) -> Generator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, operation)
        yield


def _keep(folder: Path, kept: Path) -> None:
    """Keep a copy, whole or not at all, and of its version alone."""
    version = kept.parent
    for each in version.parent.iterdir():
        if each.is_dir() and each != version:
            shutil.rmtree(each)
    if not kept.is_dir():
        version.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=version) as scratch:
            shutil.copytree(folder, Path(scratch) / "data").rename(kept)


@cache
def _version() -> str:
    sources = [RULES, REPLAY, TWIST, *sorted(FOLDER.rglob("events.jsonl.gz")), *sorted(EXPORTER.rglob("*.py"))]
    return _digest([str(tool("rule-replay")).encode(), *(source.read_bytes() for source in sources)])


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:16]


def fill(folder: Path, run: str, twist: Twist = PLAIN) -> None:
    """Leave what a Prometheus would hold of a recording in a folder, which is empty."""
    rules = folder / "rules.yaml"
    rules.write_text(without_words(RULES.read_text()))
    command: list[str | Path] = [tool("rule-replay"), "-job", JOB, "-keep", folder, rules]
    frames = Replay(recording(run), monotonic=time.monotonic).frames()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as engine:
        assert engine.stdin is not None
        engine.stdin.writelines(twisted(frames, twist))
    assert engine.returncode == 0, f"rule-replay failed on {run}; its output is above"


@contextmanager
def serving(run: str, folder: Path, twist: Twist = PLAIN) -> Generator[Prometheus]:
    """Run a Prometheus that answers from a recording, and scrapes nothing; ``folder`` is empty, and becomes its own."""
    copy_filled(folder, run, twist)
    with answering(folder) as prometheus:
        yield prometheus


@contextmanager
def answering(folder: Path) -> Generator[Prometheus]:
    """Run a Prometheus that answers from what rule-replay has left in a folder, which becomes its own."""
    config, log = folder / "prometheus.yml", folder / "prometheus.log"
    config.write_text("{}\n")
    command: list[str | Path] = [
        tool("prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder}",
        f"--storage.tsdb.retention.time={_RETENTION}",
        "--web.listen-address=127.0.0.1:0",
    ]
    process = Process(command, log)
    process.start()
    try:
        process.wait_until(lambda: _READY in log.read_text(), within=_START_SECONDS)
        address = _LISTENING.search(log.read_text())
        assert address is not None, log.read_text()
        yield Prometheus(f"http://{address[1]}")
    finally:
        process.stop()
