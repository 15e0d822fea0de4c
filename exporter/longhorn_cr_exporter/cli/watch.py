"""``check --watch``: what changes among the findings of a cluster, as it happens."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Final

import msgspec

from ..diagnosis.finding import Finding, findings
from ..diagnosis.wording import count, duration
from ..exporter import Exporter
from ..kube.connection import Connection, connect
from ..model.resource import VOLUMES
from ..report.check import finding_document
from ..report.document import Change, ChangeDocument
from ..report.shape import moment
from .change import CLEARS, Board
from .check_table import STYLES
from .live import Sleep, read_cluster
from .output import harmless
from .run import follow, new_exporter, until_stopped
from .sheet import Sheet
from .source import Source

_ROUND_SECONDS: Final = 1.0
_TELLING: Final = 40  # letters without which a sentence says little
_MARKS: Final[dict[Change, str]] = {"appears": "+", "changes": "~", "clears": "-"}

Tell = Callable[[Change, Finding, float], None]
"""Told one change, and when it was seen (Unix seconds)."""


async def watch_cluster(source: Source, tell: Tell, opened: Callable[[str], None]) -> None:
    """Follow the source's cluster and tell what changes among its findings, until SIGINT or SIGTERM.

    ``opened`` is told, once, what is watched.

    Raises:
        LonghornExporterError: the cluster cannot be read at first. Later interruptions are logged and outlasted.
    """
    exporter = new_exporter(time.time, source.longhorn_version)
    async with connect(source.cluster) as connection:
        await read_cluster(exporter, connection, source.namespace, timeout_seconds=source.timeout)
        opened(f"watching {count(exporter.state.count(VOLUMES), 'volume')} in {source.namespace}; Ctrl-C ends it")
        await until_stopped(_watch(exporter, connection, source.namespace, tell))


async def _watch(exporter: Exporter, connection: Connection, namespace: str, tell: Tell) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(follow(exporter, connection, namespace), name="follow")
        tasks.create_task(tell_changes(exporter, tell), name="findings")


async def tell_changes(exporter: Exporter, tell: Tell, *, sleep: Sleep = asyncio.sleep) -> None:
    """Compare the findings round after round, for ever: some appear by the mere passing of time."""
    board = Board()
    while True:
        if exporter.ready:
            now = exporter.clock()
            for change, finding in board.take(findings(exporter.assessment, exporter.state, now)):
                tell(change, finding, now)
        await sleep(_ROUND_SECONDS)


def tell_line(sheet: Sheet) -> Tell:
    """Return what writes a line for a person, wrapped to the terminal."""

    def tell(change: Change, finding: Finding, now: float) -> None:
        cleared = change == CLEARS
        sheet.title(
            (f"{moment(now)} {_MARKS[change]}", "dim", 0),
            (finding.severity.upper(), "green" if cleared else STYLES[finding.severity], 8),
            (f"{finding.id}: {_news(change, finding, now)}", "dim" if cleared else "", 0),
        )

    return tell


def tell_json(change: Change, finding: Finding, now: float) -> None:
    """Write a line of JSON to standard output."""
    document = ChangeDocument(at=moment(now) or "", change=change, finding=finding_document(finding))
    sys.stdout.buffer.write(harmless(msgspec.json.encode(document)) + b"\n")
    sys.stdout.buffer.flush()


def _news(change: Change, finding: Finding, now: float) -> str:
    """Return what a line has room for: how the message begins, or how long it lasted."""
    if change != CLEARS:
        return _beginning(finding.message)
    lasted = "" if finding.since is None else f" after {duration(now - finding.since)}"
    return f"{finding.kind} {finding.name}, cleared{lasted}"


def _beginning(message: str) -> str:
    """Return the message's first sentences, as many as it takes to say something."""
    first, *others = message.split(". ")
    return first if len(first) >= _TELLING or not others else f"{first}. {others[0]}"
