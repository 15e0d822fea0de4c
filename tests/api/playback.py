"""Writes a recording's events into a real API server, object by object, as Longhorn's controllers and Kubernetes did.

What cannot be written is the server's own: uid, creationTimestamp, deletionTimestamp, generation, resourceVersion,
managedFields.
An object that begins to terminate is deleted while its finalizers hold it, and goes when they are taken away. All else
is stored as it was recorded, which is asserted: Longhorn's real CRDs refuse nothing of the recordings and drop only
nulls (Longhorn writes ``attachmentTicketStatuses: null``, and times and maps likewise).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from api.admin import NAMESPACE, Admin, Json, object_path
from longhorn_cr_exporter.model.resource import RESOURCES, Resource
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.event import Event
from recorded import recording

_SERVERS_OWN: Final = frozenset(
    {
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "resourceVersion",
        "managedFields",
    }
)
RUN: Final = "v1.7.2/b-deadlock-9938"
"""The recording that most tests are about."""
DEADLOCK: Final = parse_time("2026-03-02T06:40:00Z") or 0.0
"""A moment in it: one volume is deadlocked, with a pod that waits."""
Versions = dict[str, str]
"""resourceVersions by object name."""


class Playback:
    """Plays events into the server. ``versions`` is what stands there by resource: what a follower must come to see."""

    def __init__(self, admin: Admin) -> None:
        self.versions: dict[Resource, Versions] = {resource: {} for resource in RESOURCES}
        self.stored: dict[tuple[Resource, str], Json] = {}
        self._recorded: dict[tuple[Resource, str], Json] = {}
        self._admin = admin

    async def play(self, event: Event) -> None:
        """Do to the server what the event says was done."""
        key = (event.resource, event.name)
        obj = json.loads(event.body)
        if event.type == "DELETED":
            await self._remove(key)
            return
        if key not in self._recorded:
            await self._create(key, obj)
        await self._change(key, obj)
        self._recorded[key] = obj
        lost = list(_lost(_writable(obj), self.stored[key]))
        assert not lost, f"{event.resource.name} {event.name}: the API server dropped or changed {lost}"

    async def set_up(self, run: str, moment: float) -> None:
        """Write a run's cluster as it stood at a moment, without its way there; what stands so already is left."""
        standing: dict[tuple[Resource, str], Event] = {}
        for event in recording(run).events:
            if event.clock <= moment:
                standing[event.resource, event.name] = event
        for event in standing.values():
            if event.type != "DELETED":
                await self.play(event)

    async def play_on(self, run: str, moment: float) -> None:
        """Play what a run holds after a moment, to its end, in one go."""
        for event in recording(run).events:
            if event.clock > moment:
                await self.play(event)

    def forget(self, resource: Resource) -> None:
        """Take note that a resource and all its objects are gone; a later ``set_up`` brings them back."""
        self.versions[resource] = {}
        for key in [key for key in self._recorded if key[0] == resource]:
            del self._recorded[key], self.stored[key]

    async def clear(self) -> None:
        """Remove all that was written."""
        for resource, name in tuple(self._recorded):
            await self._admin.discard(object_path(resource, name))

    async def _create(self, key: tuple[Resource, str], obj: Json) -> None:
        resource, _ = key
        self._note(key, await self._admin.create(resource.path(NAMESPACE), _writable(obj)))
        self._recorded[key] = {**obj, "status": None}

    async def _change(self, key: tuple[Resource, str], obj: Json) -> None:
        """Write what differs from the record of before: the object itself, its status, that it terminates."""
        before, path = self._recorded[key], object_path(*key)
        if _body(obj) != _body(before):
            self._note(key, await self._admin.replace(path, self._current(key, obj)))
        if obj.get("status") and obj["status"] != before.get("status"):
            self._note(key, await self._admin.replace(f"{path}/status", self._current(key, obj)))
        if _terminates(obj) and not _terminates(before):
            self._note(key, await self._admin.delete(path))

    async def _remove(self, key: tuple[Resource, str]) -> None:
        resource, name = key
        if not _terminates(self._recorded.pop(key)):
            await self._admin.delete(object_path(*key))
        if self.stored.pop(key)["metadata"].get("finalizers"):
            await self._admin.merge(object_path(*key), {"metadata": {"finalizers": None}})
        del self.versions[resource][name]

    def _current(self, key: tuple[Resource, str], obj: Json) -> Json:
        """Return the object as a change of what stands on the server now."""
        body = _writable(obj)
        body["metadata"]["resourceVersion"] = self.versions[key[0]][key[1]]
        return body

    def _note(self, key: tuple[Resource, str], stored: Json) -> None:
        self.stored[key] = stored
        self.versions[key[0]][key[1]] = stored["metadata"]["resourceVersion"]


def _writable(obj: Json) -> Json:
    metadata = {name: value for name, value in obj["metadata"].items() if name not in _SERVERS_OWN}
    return {**obj, "metadata": metadata}


def _body(obj: Json) -> Json:
    return {name: value for name, value in _writable(obj).items() if name != "status"}


def _terminates(obj: Json) -> bool:
    return bool(obj["metadata"].get("deletionTimestamp"))


def _lost(recorded: Json, stored: Json, path: str = "") -> Iterator[str]:
    """Yield the paths whose value the server did not store as it is; it may add to objects, and leave out nulls."""
    for name, value in recorded.items():
        kept = stored.get(name)
        if isinstance(value, dict) and isinstance(kept, dict):
            yield from _lost(value, kept, f"{path}.{name}")
        elif value != kept:
            yield f"{path}.{name}"
