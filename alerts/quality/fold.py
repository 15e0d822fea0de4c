"""The objects of a recording as they stand at a moment: plain JSON, read without the exporter's own understanding.

What the alerts are judged by must not come from the code they are made of: this module and its users know the fields
of Longhorn's objects, and nothing of ``longhorn_cr_exporter.diagnosis``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.event import Event

Json = dict[str, Any]
LATCHED: Final = frozenset({"v1.7.0", "v1.7.1", "v1.7.2", "v1.8.0"})
_decode = msgspec.json.Decoder(Json).decode


class Fold:
    """What the events so far leave: objects by resource and name."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[str, Json]] = {}
        self.cordoned_since: dict[str, float] = {}

    def apply(self, events: Iterable[Event]) -> None:
        """Take in the next events."""
        for event in events:
            named = self._objects.setdefault(event.resource.name, {})
            if event.type == "DELETED":
                named.pop(event.name, None)
            else:
                named[event.name] = _decode(event.body)
            if event.resource.name == "nodes":
                self._note_cordon(event)

    def _note_cordon(self, event: Event) -> None:
        if self.cordoned(event.name):
            self.cordoned_since.setdefault(event.name, event.clock)
        else:
            self.cordoned_since.pop(event.name, None)

    def _all(self, resource: str) -> Iterator[Json]:
        yield from self._objects.get(resource, {}).values()

    def setting(self, name: str) -> str:
        """Return a setting's value, "" where there is none."""
        return str(self._objects.get("settings.longhorn.io", {}).get(name, {}).get("value", ""))

    @property
    def latches(self) -> bool:
        """Whether the running release has the deadlock, and degraded availability is not allowed."""
        allowed = self.setting("allow-volume-creation-with-degraded-availability")
        return self.setting("current-longhorn-version") in LATCHED and allowed == "false"

    def volumes(self) -> Iterator[tuple[str, Json]]:
        """Yield Longhorn's volumes by name."""
        yield from self._objects.get("volumes.longhorn.io", {}).items()

    def volume(self, name: str) -> Json | None:
        """Return a volume, None where there is none of that name."""
        return self._objects.get("volumes.longhorn.io", {}).get(name)

    def replicas(self, volume: str) -> list[Json]:
        """Return a volume's active replicas."""
        of_volume = (obj for obj in self._all("replicas.longhorn.io") if obj["spec"]["volumeName"] == volume)
        return [obj for obj in of_volume if obj["spec"].get("active", True)]

    def all_replicas(self) -> Iterator[Json]:
        """Yield every replica, copies of a migration or an upgrade too."""
        yield from self._all("replicas.longhorn.io")

    def engines(self, volume: str) -> list[Json]:
        """Return a volume's active engines."""
        of_volume = (obj for obj in self._all("engines.longhorn.io") if obj["spec"]["volumeName"] == volume)
        return [obj for obj in of_volume if obj["spec"].get("active", True)]

    def managers(self) -> Iterator[Json]:
        """Yield the instance managers."""
        yield from self._all("instancemanagers.longhorn.io")

    def longhorn_nodes(self) -> Iterator[Json]:
        """Yield Longhorn's nodes."""
        yield from self._all("nodes.longhorn.io")

    def nodes(self) -> Iterable[str]:
        """Return the names of Kubernetes' nodes."""
        return self._objects.get("nodes", {}).keys()

    def cordoned(self, node: str) -> bool:
        """Whether Kubernetes has the node and it is cordoned."""
        return bool(self._objects.get("nodes", {}).get(node, {}).get("spec", {}).get("unschedulable", False))

    def ready(self, node: str) -> bool:
        """Whether Kubernetes has the node and it is Ready."""
        obj = self._objects.get("nodes", {}).get(node)
        return obj is not None and condition(obj, "Ready") == "True"

    def has_node(self, node: str) -> bool:
        """Whether Kubernetes has the node."""
        return node in self._objects.get("nodes", {})

    def leaks(self, node: str, volume: str) -> bool:
        """Whether an instance manager on a node still lists an engine of the volume, as stopped."""
        engines = {obj["metadata"]["name"] for obj in self.engines(volume)}
        of_node = (obj for obj in self.managers() if obj["spec"]["nodeID"] == node)
        records = (entry for obj in of_node for entry in (obj["status"].get("instanceEngines") or {}).items())
        return any(engine in engines and record["status"]["state"] == "stopped" for engine, record in records)

    def held_by_hand(self, node: str) -> bool:
        """Whether somebody attached a volume to a node by Longhorn's own page or API."""
        tickets = (
            ticket
            for obj in self._all("volumeattachments.longhorn.io")
            for ticket in (obj["spec"].get("attachmentTickets") or {}).values()
        )
        return any(ticket["type"] == "longhorn-api" and ticket["nodeID"] == node for ticket in tickets)

    def evicts(self, node: str) -> bool:
        """Whether Longhorn is to empty a node, or the policy is that it does so once the node is cordoned."""
        obj = self._objects.get("nodes.longhorn.io", {}).get(node)
        asked = obj is not None and bool(obj["spec"].get("evictionRequested"))
        return asked or self.setting("node-drain-policy").startswith("block-for-eviction")

    def budgets(self) -> Iterable[str]:
        """Return the names of Longhorn's PodDisruptionBudgets: those of their instance managers."""
        return self._objects.get("poddisruptionbudgets.policy", {}).keys()

    def images(self) -> Iterator[Json]:
        """Yield the engine images."""
        yield from self._all("engineimages.longhorn.io")

    def attachments(self) -> Iterator[Json]:
        """Yield Kubernetes' VolumeAttachments of Longhorn's driver that are not being deleted."""
        for obj in self._all("volumeattachments.storage.k8s.io"):
            if obj["spec"]["attacher"] == "driver.longhorn.io" and not obj["metadata"].get("deletionTimestamp"):
                yield obj


def condition(obj: Json, kind: str) -> str:
    """Return the status of an object's condition, "" where it has none of that type."""
    found = (str(each["status"]) for each in obj["status"].get("conditions") or [] if each["type"] == kind)
    return next(found, "")


def usable(fold: Fold, volume: str) -> list[Json]:
    """Return the replicas that hold all data on nodes that are there and Ready."""
    return [obj for obj in fold.replicas(volume) if good(obj) and fold.ready(obj["spec"]["nodeID"])]


def good(replica: Json) -> bool:
    """Whether a replica was once complete and has not failed since."""
    return bool(replica["spec"]["healthyAt"]) and not replica["spec"]["failedAt"]


def given_up_at(replica: Json, volume: Json) -> float | None:
    """Return when Longhorn deletes a failed replica; None for one that has not failed, or is kept for ever."""
    failed = parse_time(replica["spec"]["failedAt"])
    minutes = volume["spec"].get("staleReplicaTimeout") or 0
    return None if failed is None or minutes <= 0 else failed + minutes * 60
