"""The exporter of a large fleet, in this process and without an API server, at a clock of its own."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from fleet_node import kubernetes_node
from fleet_objects import NAMESPACE, fleet
from fleet_place import WRITTEN, Json, Place, node_name, places
from fleet_volume import csi_attachment, engine, replica, volume
from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.metrics.exporter import Build
from longhorn_cr_exporter.metrics.text import Format
from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.resource import (
    CSI_ATTACHMENTS,
    ENGINES,
    KUBERNETES_NODES,
    REPLICAS,
    RESOURCES,
    VOLUMES,
    Resource,
)

START: Final = 1_772_452_800
"""When it has read the whole fleet, Unix seconds."""
RULES: Final = Path(__file__).resolve().parents[1] / "alerts" / "rendered" / "alerts.yaml"
EVALUATION_SECONDS: Final = 30
"""The rules' interval: an evaluation at another moment than a multiple of it evaluates nothing."""


class FleetExporter:
    """An exporter in contact with a fleet that is at rest until it loses nodes."""

    def __init__(self, volumes: int) -> None:
        self.nodes = max(25, volumes // 100)
        self.places = places(volumes, self.nodes)
        self._now = float(START)
        self._exporter = Exporter(clock=lambda: self._now, monotonic=time.monotonic, build=Build("bench", "3"))
        for resource in RESOURCES:
            self._exporter.replace(resource, [], START)
        self._keep_in_contact()
        for resource, body in fleet(volumes, self.nodes):
            self._exporter.put(resource, decode_object(resource, body), START)

    def lose_nodes(self, *, cordoned: bool = False) -> None:
        """Have a tenth of the nodes, the first ones, no longer be Ready; where told so, they are cordoned too."""
        for index in range(self.nodes // 10):
            node = kubernetes_node(index)
            node["spec"]["unschedulable"] = cordoned
            _set(node, "Ready", "False")
            self._put(KUBERNETES_NODES, node)

    def deadlock(self) -> None:
        """Have every volume that ran there be deadlocked, its workload waiting for it on the next node that lives."""
        lost = {node_name(index) for index in range(self.nodes // 10)}
        for place in self.places:
            if place.node in lost:
                self._deadlock(place, node_name(self.nodes // 10))

    def _deadlock(self, place: Place, elsewhere: str) -> None:
        detached = replace(place, node="")
        broken = volume(detached)
        _set(broken, "Scheduled", "False")
        self._put(VOLUMES, broken)
        self._put(ENGINES, engine(detached))
        for number in range(3):
            copy = replica(detached, number)
            copy["spec"]["failedAt"] = "" if number else WRITTEN
            self._put(REPLICAS, copy)
        waiting = csi_attachment(replace(place, node=elsewhere))
        waiting["status"]["attached"] = False
        self._put(CSI_ATTACHMENTS, waiting)

    def _put(self, resource: Resource, parts: Json) -> None:
        if resource.namespaced:
            parts["metadata"]["namespace"] = NAMESPACE
        self._exporter.put(resource, decode_object(resource, msgspec.json.encode(parts)), self._now)

    def page(self, now: float = START) -> bytes:
        """Return what a scrape at that moment gets."""
        self._now = now
        self._keep_in_contact()
        while not self._exporter.advance(1_000_000):
            pass
        snapshot = self._exporter.exposition.snapshot(now=now, format_=Format.TEXT, names=())
        return snapshot.render(gzip=False).body()

    def _keep_in_contact(self) -> None:
        for contact in self._exporter.contacts.values():
            contact.up = contact.settled = True
            contact.last_sync = contact.last_event = self._now


def _set(parts: Json, type_: str, status: str) -> None:
    condition = next(each for each in parts["status"]["conditions"] if each["type"] == type_)
    condition["status"] = status


def series(page: bytes) -> int:
    """Return how many series a page has."""
    return page.count(b"\n") - page.count(b"\n#")
