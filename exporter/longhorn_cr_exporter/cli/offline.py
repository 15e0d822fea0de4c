"""Judging a dump: the same exporter, fed once and at one moment."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from ..error import InputError
from ..exporter import Exporter
from ..model.node import InstanceManager
from ..model.resource import (
    CSI_ATTACHMENTS,
    ENGINES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_ATTACHMENTS,
    LONGHORN_NODES,
    REPLICAS,
    RESOURCES,
    SETTINGS,
    VOLUMES,
    Resource,
)
from ..model.volume import LonghornAttachment
from ..replay.dump import Dump, read_dump
from .run import new_exporter

_NEVER_EMPTY = frozenset({SETTINGS, INSTANCE_MANAGERS, LONGHORN_NODES, KUBERNETES_NODES})
_LONG_BYTES = 20_000_000  # read in a second or so: no progress is worth showing below


def judged(path: str, *, namespace: str, at: float | None, version_override: str | None) -> Exporter:
    """Read a dump and judge it at ``at``, by default the newest time in it. Raises InputError.

    What is not in the dump is unknown, unless the dump is evidently whole: then there was none of it.
    """
    dump = _read(path, namespace)
    moment = dump.newest if at is None else at
    if moment is None:
        raise InputError(f"{path}: no time in any object; say when it was taken, with --at")
    exporter = new_exporter(lambda: moment, version_override)
    given = dump.given | _empty(dump)
    for resource in RESOURCES:
        contact = exporter.contacts[resource.name]
        contact.settled = True
        contact.decode_errors = dump.decode_errors[resource]
        if resource in given:
            contact.up, contact.last_sync = True, moment
            exporter.replace(resource, dump.objects[resource], moment)
        else:
            contact.problem = "not in the dump"
    exporter.advance(sys.maxsize)
    return exporter


def _empty(dump: Dump) -> set[Resource]:
    """Return the resources that are not in the dump because there was no object of them.

    ``kubectl get`` of several resources does not say which of them were empty. Where those are there that no cluster is
    without, somebody asked for everything; what others speak of was left out nevertheless.
    """
    if not dump.given.issuperset(_NEVER_EMPTY):
        return set()
    managers, attachments = dump.objects[INSTANCE_MANAGERS], dump.objects[LONGHORN_ATTACHMENTS]
    spoken_of = {
        VOLUMES: dump.objects[REPLICAS] or dump.objects[ENGINES],
        ENGINES: any(isinstance(m, InstanceManager) and m.status.instance_engines for m in managers),
        REPLICAS: any(isinstance(m, InstanceManager) and m.status.instance_replicas for m in managers),
        CSI_ATTACHMENTS: any(isinstance(a, LonghornAttachment) and _asked_by_csi(a) for a in attachments),
    }
    return {resource for resource in RESOURCES if not spoken_of.get(resource)} - dump.given


def _asked_by_csi(attachment: LonghornAttachment) -> bool:
    return any(ticket.type == "csi-attacher" for ticket in (attachment.spec.attachment_tickets or {}).values())


def _read(path: str, namespace: str) -> Dump:
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("reading", total=None, visible=False)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None, visible=max(done, total) > _LONG_BYTES)

        return read_dump(path, namespace=namespace, progress=advance)
