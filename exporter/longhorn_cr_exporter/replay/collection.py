"""The objects of one resource with their recent history: what LIST and WATCH read.

Versions are Kubernetes' resourceVersions: one rising counter over all resources. What is read as of an earlier version
is found by undoing the changes since, so nothing is copied for a reader that pages through a list or falls behind.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Sequence

import msgspec

from ..error import LonghornExporterError
from ..model.resource import Resource
from .event import Event, EventType
from .stamp import Stamped, stamp

_SNAPSHOTS = 4


class ExpiredError(LonghornExporterError):
    """The version asked for is older than what is kept."""


class Stored(msgspec.Struct, frozen=True, eq=False, gc=False):
    """One version of one object. ``key`` orders a list, as in etcd: ``namespace/name``."""

    key: str
    namespace: str
    name: str
    version: int
    labels: dict[str, str]
    stamped: Stamped

    @property
    def body(self) -> bytes:
        """The complete object's JSON."""
        return self.stamped.body


class Change(msgspec.Struct, eq=False):
    """One change: ``previous`` is None for a new object; on DELETED ``object`` is the last state."""

    version: int
    type: EventType
    object: Stored
    previous: Stored | None
    _line: bytes = b""

    def line(self) -> bytes:
        """Return it as a watch's line, made once for all watchers."""
        if not self._line:
            self._line = watch_line(self.type, self.object.body)
        return self._line


def watch_line(type_: str, body: bytes) -> bytes:
    """Return one line of a watch's answer."""
    return b'{"type":"%s","object":%s}\n' % (type_.encode(), body)


class Collection:
    """One resource's objects. ``history`` is how many changes are kept at least for watchers that fall behind.

    ``version`` is that of the last change, ``compacted`` the oldest that a new reader may ask for. ``incarnation``
    counts how often the resource was uninstalled: a watch ends with the one it began in.
    """

    def __init__(self, resource: Resource, *, history: int) -> None:
        self.resource = resource
        self.version = 0
        self.compacted = 0
        self.incarnation = 0
        self._forgotten = 0
        self._keep = history
        self._objects: dict[str, Stored] = {}
        self._keys: list[str] = []
        self._history: list[Change] = []
        self._snapshots: dict[int, list[Stored]] = {}
        self._listeners: list[Callable[[], None]] = []

    def get(self, key: str) -> Stored | None:
        """Return the object of a key, ``namespace/name`` or a cluster-wide object's ``/name``."""
        return self._objects.get(key)

    def apply(self, event: Event) -> Change | None:
        """Take an event in; its type follows from what is there. None when there is nothing to delete."""
        key = f"{event.namespace}/{event.name}"
        previous = self._objects.get(key)
        if event.type == "DELETED" and previous is None:
            return None
        stamped = stamp(event, previous.stamped if previous else None)
        stored = Stored(key, event.namespace, event.name, event.version, event.labels, stamped)
        self._place(stored, previous, gone=event.type == "DELETED")
        type_: EventType = "DELETED" if event.type == "DELETED" else "MODIFIED" if previous else "ADDED"
        change = Change(event.version, type_, stored, previous)
        self._remember(change)
        return change

    def _place(self, stored: Stored, previous: Stored | None, *, gone: bool) -> None:
        if gone:
            del self._objects[stored.key]
            self._keys.pop(bisect_right(self._keys, stored.key) - 1)
            return
        self._objects[stored.key] = stored
        if previous is None:
            insort(self._keys, stored.key)

    def _remember(self, change: Change) -> None:
        self.version = change.version
        self._history.append(change)
        if len(self._history) > 2 * self._keep:
            self.compact(self._history[-self._keep - 1].version)
        self._notify()

    def compact(self, version: int) -> None:
        """Forget the changes up to a version: who asks for an earlier state has come too late."""
        self.compacted = max(self.compacted, version)
        index = self._index_after(version)
        if index:
            self._forgotten = self._history[index - 1].version
            del self._history[:index]
        self._snapshots = {kept: snapshot for kept, snapshot in self._snapshots.items() if kept >= self.compacted}

    def since(self, version: int) -> Sequence[Change]:
        """Return the changes after a version; a reader that has missed nothing may go on from before a compaction.

        Raises:
            ExpiredError: they are no longer all known.
        """
        if version < self._forgotten:
            raise ExpiredError
        return self._history[self._index_after(version) :]

    def _index_after(self, version: int) -> int:
        return bisect_right(self._history, version, key=lambda change: change.version)

    def snapshot(self, version: int) -> Sequence[Stored]:
        """Return all objects as they were at a version, sorted by key.

        Raises:
            ExpiredError: that is no longer known.
        """
        if version < self.compacted:
            raise ExpiredError
        index = self._index_after(version)
        effective = self._history[index - 1].version if index else self.compacted
        if effective not in self._snapshots:
            self._snapshots[effective] = self._as_of(index)
            while len(self._snapshots) > _SNAPSHOTS:
                del self._snapshots[next(iter(self._snapshots))]
        return self._snapshots[effective]

    def _as_of(self, index: int) -> list[Stored]:
        """Undo the history's changes from an index on."""
        if index == len(self._history):
            return [self._objects[key] for key in self._keys]
        objects = dict(self._objects)
        for change in reversed(self._history[index:]):
            if change.previous is None:
                objects.pop(change.object.key, None)
            else:
                objects[change.object.key] = change.previous
        return [objects[key] for key in sorted(objects)]

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` after every change; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def end_incarnation(self) -> None:
        """Make the watches end."""
        self.incarnation += 1
        self._notify()

    def _notify(self) -> None:
        for listener in tuple(self._listeners):
            listener()
