"""All objects of a cluster, versioned as an API server does it, with no thought of time or network."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from ..model.resource import RESOURCES, Resource
from .collection import Change, Collection
from .event import Event
from .stamp import with_version

HISTORY: Final = 1000


class Store:
    """The collections of the eleven resources under one version counter.

    ``history`` is how many changes each resource keeps at least for watchers. A resource can be uninstalled, as when
    its CustomResourceDefinition is deleted, and installed again, empty.
    """

    def __init__(self, *, history: int = HISTORY) -> None:
        self.version = 0
        self._collections = {resource.name: Collection(resource, history=history) for resource in RESOURCES}
        self._installed = set(self._collections)

    def collection(self, resource: Resource) -> Collection:
        """Return a resource's objects, none while it is not installed."""
        return self._collections[resource.name]

    def installed(self, resource: Resource) -> bool:
        """Whether the resource is served."""
        return resource.name in self._installed

    def fold(self, events: Iterable[Event]) -> None:
        """Apply events as what has been: no watch can ask for them."""
        for event in events:
            self.apply(event)
        self.compact()

    def apply(self, event: Event) -> Change | None:
        """Apply an event; one whose version is not newer than the store's gets the next version.

        Returns None where it changes nothing: its resource is not installed, or its object was not there to delete.
        """
        if event.version <= self.version:
            event = self._renumbered(event)
        self.version = event.version
        if event.resource.name not in self._installed:
            return None
        return self._collections[event.resource.name].apply(event)

    def _renumbered(self, event: Event) -> Event:
        version = self.version + 1
        return msgspec.structs.replace(event, version=version, body=with_version(event.body, version))

    def compact(self) -> None:
        """Forget all history, as etcd's compaction does."""
        for collection in self._collections.values():
            collection.compact(self.version)

    def uninstall(self, resource: Resource, clock: float) -> None:
        """Delete the resource's objects one by one, at ``clock``, and then the resource itself."""
        for stored in self.collection(resource).snapshot(self.version):
            self.apply(Event("DELETED", resource, stored.namespace, stored.name, 0, stored.labels, clock, stored.body))
        self._installed.discard(resource.name)
        self.collection(resource).end_incarnation()

    def install(self, resource: Resource) -> None:
        """Serve the resource again; it begins empty."""
        self._installed.add(resource.name)
