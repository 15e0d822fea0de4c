"""Where the volumes of a large fleet are, and the pieces that their objects have in common.

Of every twenty volumes one is detached; the rest are attached and healthy, with three replicas on three nodes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]
WRITTEN: Final = "2026-03-02T06:00:00Z"
VERSION: Final = "v1.7.2"
IMAGE: Final = f"longhornio/longhorn-engine:{VERSION}"
MANAGER_IMAGE: Final = f"longhornio/longhorn-instance-manager:{VERSION}"
GIB: Final = 2**30


@dataclass(frozen=True, slots=True)
class Place:
    """One volume of the fleet: its names and where its parts are. ``node`` is "" while it is detached."""

    index: int
    name: str
    node: str
    homes: tuple[str, str, str]

    @property
    def engine(self) -> str:
        """The engine's name."""
        return f"{self.name}-e-0"

    @property
    def replicas(self) -> tuple[str, str, str]:
        """The replicas' names, in the order of ``homes``."""
        first, second, third = (f"{self.name}-r-{3 * self.index + number:08x}" for number in range(3))
        return first, second, third


def places(volumes: int, nodes: int) -> list[Place]:
    """Spread volumes over nodes, of which there must be 25 or more."""
    chance = random.Random(volumes)
    spread = []
    for index in range(volumes):
        identity = f"{chance.getrandbits(128):032x}"
        name = "pvc-" + "-".join((identity[:8], identity[8:12], identity[12:16], identity[16:20], identity[20:]))
        steps = (0, 1 + index % 7, 11 + index % 13)
        first, second, third = (node_name((index + step) % nodes) for step in steps)
        spread.append(Place(index, name, "" if index % 20 == 19 else first, (first, second, third)))
    return spread


def node_name(index: int) -> str:
    """Return a node's name."""
    return f"worker-{index:03d}.example.internal"


def disk_name(node: str, number: int) -> str:
    """Return the name, and UUID, of one of a node's two disks."""
    return f"disk-{number}-{node.partition('.')[0]}"


def manager_name(node: str) -> str:
    """Return the name of a node's instance manager and of its budget."""
    return f"instance-manager-{node.partition('.')[0]:0>32}"


def condition(type_: str, status: str) -> Json:
    """Return a condition as Longhorn writes it."""
    return {
        "type": type_,
        "status": status,
        "lastProbeTime": "",
        "lastTransitionTime": WRITTEN,
        "reason": "",
        "message": "",
    }


def metadata(name: str, place: Place, **labels: str) -> Json:
    """Return the metadata of an object that belongs to a volume; more labels than the volume's follow it."""
    return {"name": name, "labels": {"longhornvolume": place.name} | labels, "finalizers": ["longhorn.io"]}


def owner(kind: str, name: str) -> Json:
    """Return the part of metadata that names an object's owner."""
    uid = "00000000-0000-4000-a000-00000000000c"
    return {"ownerReferences": [{"apiVersion": "longhorn.io/v1beta2", "kind": kind, "name": name, "uid": uid}]}
