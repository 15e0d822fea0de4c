"""What happens in the fleet while it is measured: changes of one kind to object after object."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Final, NamedTuple

from longhorn_cr_exporter.model.resource import (
    CSI_ATTACHMENTS,
    ENGINES,
    KUBERNETES_NODES,
    LONGHORN_NODES,
    REPLICAS,
    VOLUMES,
    Resource,
)
from longhorn_cr_exporter.replay.collection import Stored
from longhorn_cr_exporter.replay.event import Event
from longhorn_cr_exporter.replay.store import Store

_STRIDE: Final = 7919  # a prime, so that changes go all over the fleet


class Rewrite(NamedTuple):
    """Each text becomes the other everywhere in an object's JSON or, the next time, the other way round."""

    resource: Resource
    texts: tuple[tuple[bytes, bytes], ...]


_DEGRADE: Final = Rewrite(
    VOLUMES,
    (
        (b'"robustness":"healthy"', b'"robustness":"degraded"'),
        (b'"lastDegradedAt":""', b'"lastDegradedAt":"2026-03-02T06:30:00Z"'),
    ),
)
_REBUILD: Final = Rewrite(ENGINES, ((b'":"RW"', b'":"WO"'),))
_STOP: Final = Rewrite(REPLICAS, ((b'"currentState":"running"', b'"currentState":"stopped"'),))
_TIMES: Final = ((b'"time":"2026-03-02T06', b'"time":"2026-03-02T07'),)
_WRITE_DISK: Final = Rewrite(
    LONGHORN_NODES, ((b'"storageAvailable":7516192768000', b'"storageAvailable":7516192000000'),)
)
_CORDON: Final = Rewrite(KUBERNETES_NODES, ((b'"unschedulable":false', b'"unschedulable":true'),))
KINDS: Final = {
    "volume": (_DEGRADE,),
    "engine": (_REBUILD,),
    "replica": (_STOP,),
    "volume_unchanged": (Rewrite(VOLUMES, _TIMES),),
    "engine_unchanged": (Rewrite(ENGINES, _TIMES),),
    "node": (_WRITE_DISK,),
    "cordon": (_CORDON,),
    "mixed": (_DEGRADE, _STOP, _REBUILD, _DEGRADE, _STOP),
}
"""Of each kind the rewrites that take turns. "mixed" is two volumes and two replicas to one engine."""
_DETACH: Final = Rewrite(CSI_ATTACHMENTS, ((b'"attached":true', b'"attached":false'),))


class Changes:
    """Rewrites objects of one store, of each resource one after the other, in an order that is the same every time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turns: dict[str, Iterator[str]] = {}
        self._marked: str | None = None

    def of(self, kind: str) -> Iterator[Event]:
        """Yield the events of a kind without end; each must have been applied before the next is asked for."""
        for rewrite in cycle(KINDS[kind]):
            yield self._rewritten(rewrite, next(self._turn(rewrite.resource)))

    def marker(self) -> tuple[str, Event]:
        """Return a volume and the event by which its workload begins, or ends, to wait for it."""
        key = self._marked or next(self._turn(CSI_ATTACHMENTS))
        self._marked = None if self._marked else key
        event = self._rewritten(_DETACH, key)
        return event.body.partition(b'"persistentVolumeName":"')[2].partition(b'"')[0].decode(), event

    def _turn(self, resource: Resource) -> Iterator[str]:
        """Return what gives the key of the next object to change."""
        if resource.name not in self._turns:
            stored = self._store.collection(resource).snapshot(self._store.version)
            running = [item.key for item in stored if b'"nodeID":""' not in item.body]
            order = [running[index * _STRIDE % len(running)] for index in range(len(running))]
            self._turns[resource.name] = cycle(order)
        return self._turns[resource.name]

    def _rewritten(self, rewrite: Rewrite, key: str) -> Event:
        stored = self._store.collection(rewrite.resource).get(key)
        assert stored is not None
        return _event(rewrite.resource, stored, _flipped(stored.body, rewrite))


def _flipped(body: bytes, rewrite: Rewrite) -> bytes:
    back = rewrite.texts[0][0] not in body
    for before, after in rewrite.texts:
        body = body.replace(after, before) if back else body.replace(before, after)
    return body


def _event(resource: Resource, stored: Stored, body: bytes) -> Event:
    """Return the event; version 0 lets the store give the next one."""
    return Event("MODIFIED", resource, stored.namespace, stored.name, 0, stored.labels, 0.0, body)
