"""Writes a recording's events into a real API server, object by object, as Longhorn's controllers and Kubernetes did.

What cannot be written is the server's own: uid, creationTimestamp, deletionTimestamp, resourceVersion, managedFields.
An object that begins to terminate is deleted while its finalizers hold it, and goes when they are taken away.
"""

from __future__ import annotations

import json
from typing import Final

from api.admin import NAMESPACE, Admin, Json, object_path
from longhorn_cr_exporter.model.resource import RESOURCES, Resource
from longhorn_cr_exporter.replay.event import Event

_SERVERS_OWN: Final = frozenset(
    {"uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "resourceVersion", "managedFields"}
)
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
