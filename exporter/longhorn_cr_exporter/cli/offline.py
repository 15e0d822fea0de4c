"""Judging a dump: the same exporter, fed once and at one moment."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from ..error import InputError
from ..exporter import Exporter
from ..model.resource import RESOURCES
from ..replay.dump import Dump, read_dump
from .run import new_exporter

_LONG_BYTES = 20_000_000  # read in a second or so: no progress is worth showing below


def judged(path: str, *, namespace: str, at: float | None, version_override: str | None) -> Exporter:
    """Read a dump and judge it at ``at``, by default the newest time in it. Raises InputError."""
    dump = _read(path, namespace)
    moment = dump.newest if at is None else at
    if moment is None:
        raise InputError(f"{path}: no time in any object; say when it was taken, with --at")
    exporter = new_exporter(lambda: moment, version_override)
    for resource in RESOURCES:
        contact = exporter.contacts[resource.name]
        contact.settled = True
        contact.decode_errors = dump.decode_errors[resource]
        if resource in dump.given:
            contact.up, contact.last_sync = True, moment
            exporter.replace(resource, dump.objects[resource], moment)
        else:
            contact.problem = "not in the dump"
    while not exporter.advance(sys.maxsize):
        pass
    return exporter


def _read(path: str, namespace: str) -> Dump:
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None, visible=False)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None, visible=max(done, total) > _LONG_BYTES)

        return read_dump(path, namespace=namespace, progress=advance)
