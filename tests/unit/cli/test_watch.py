"""``check --watch``: a cluster followed through its deadlock."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from longhorn_cr_exporter.cli.run import follow, new_exporter
from longhorn_cr_exporter.cli.sheet import Sheet
from longhorn_cr_exporter.cli.watch import tell_changes, tell_line
from longhorn_cr_exporter.diagnosis.finding import Finding
from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.kube.connection import Connection
from longhorn_cr_exporter.replay.replay import Replay
from longhorn_cr_exporter.report.document import Change
from recorded import recording
from unit.cli.moment import DEADLOCK, at, reach, seconds
from unit.cli.test_schema import validator

Told = tuple[Change, str, str, float]


class Rounds:
    """Rounds of comparison that are begun by hand: stands in for the sleep between them."""

    def __init__(self) -> None:
        self._begin = asyncio.Semaphore(0)
        self._over = asyncio.Event()

    async def sleep(self, _seconds: float) -> None:
        """Wait for the next round to be begun."""
        self._over.set()
        await self._begin.acquire()

    async def one(self) -> None:
        """Have one round take place."""
        self._over.clear()
        self._begin.release()
        await self._over.wait()


@asynccontextmanager
async def running(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run coroutines beside a test."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(exporter: Exporter, stage: str | None) -> None:
    """Wait until the exporter sees vol-rwo3 in a stage."""
    async with asyncio.timeout(60):
        while True:
            volume = exporter.assessment.volumes.facts.get("vol-rwo3")
            if exporter.ready and volume is not None and volume.stage == stage:
                return
            await asyncio.sleep(0.01)


async def test_a_deadlock_appears_and_clears() -> None:
    """The volume is told when it is armed, when it deadlocks and when it is well again, at the recording's times."""
    told: list[Told] = []

    def tell(change: Change, finding: Finding, now: float) -> None:
        if finding.name == "vol-rwo3" and finding.id.startswith("volume-"):
            told.append((change, finding.id, finding.severity, now))

    rounds = Rounds()
    async with Replay(recording(DEADLOCK), running=False) as replay, Connection.plain(replay.url) as connection:
        exporter = new_exporter(replay.clock.now, None)
        watching = tell_changes(exporter, tell, sleep=rounds.sleep)
        async with running(follow(exporter, connection, "longhorn-system"), watching):
            for clock, stage in (
                ("06:01:00", None),
                ("06:20:00", "armed"),
                ("06:40:00", "deadlocked"),
                ("07:50:00", None),
            ):
                replay.advance_to(seconds(clock))
                await until(exporter, stage)
                await rounds.one()
                await rounds.one()
    assert told == [
        ("appears", "volume-armed", "warning", seconds("06:20:00")),
        ("clears", "volume-armed", "warning", seconds("06:40:00")),
        ("appears", "volume-deadlocked", "critical", seconds("06:40:00")),
        ("clears", "volume-deadlocked", "critical", seconds("07:50:00")),
    ]


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param(
            "appears",
            f"{at('06:40:00')} +  CRITICAL  volume-deadlocked: Volume v is deadlocked since 06:34 (5 min)\n",
            id="appears",
        ),
        pytest.param(
            "clears",
            f"{at('06:40:00')} -  CRITICAL  volume-deadlocked: Volume v, cleared after 5 min\n",
            id="clears",
        ),
    ],
)
def test_a_change_is_a_line(change: Change, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time, what became of it, how urgent it is, and how the message begins."""
    monkeypatch.setenv("COLUMNS", "110")
    finding = Finding(
        id="volume-deadlocked",
        severity="critical",
        kind="Volume",
        name="v",
        message="Volume v is deadlocked since 06:34 (5 min). Much more is to be said",
        action="",
        runbook="",
        since=seconds("06:34:04"),
    )
    out = io.StringIO()
    tell_line(Sheet(out))(change, finding, seconds("06:40:00"))
    assert out.getvalue() == line


async def test_the_command_follows_a_server_until_ctrl_c(tmp_path: Path) -> None:
    """In a process of its own: lines of JSON as the schema describes them, and status 0 when interrupted."""
    async with Replay(recording(DEADLOCK), start=seconds("06:40:00"), running=False) as replay:
        code = "from longhorn_cr_exporter.cli.main import main; main()"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", code, "check", "--watch", "-o", "json", *reach(tmp_path, replay.url)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": ":".join(sys.path)},
        )
        assert process.stdout is not None
        first = json.loads(await process.stdout.readline())
        validator("check-watch").validate(first)
        assert (first["change"], first["finding"]["id"]) == ("appears", "volume-deadlocked")
        process.send_signal(signal.SIGINT)
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
