"""The nodes as one kind of volume sees them: those that run its data engine and image, and the disks that suit it.

Volumes of one kind (data engine, image, selectors) share a pool, so that each is left with its own numbers to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .candidate import DiskCandidate, NodeCandidate, PlacementRule


class Kind(NamedTuple):
    """What volumes have in common that see the same nodes and disks."""

    v2: bool
    image: str
    node_tags: frozenset[str]
    disk_tags: frozenset[str]


class Place(NamedTuple):
    """A node that runs the kind's replicas. ``tagged``: the node selector takes it. ``disks`` suit by type and tags."""

    name: str
    zone: str
    tagged: bool
    disks: tuple[DiskCandidate, ...]


class Pool:
    """Places by name, and the node of each suitable disk by its UUID."""

    __slots__ = ("_bounds", "_several", "homes", "places")

    def __init__(self, nodes: Iterable[NodeCandidate], kind: Kind, rule: PlacementRule) -> None:
        self.places = {node.name: _place(node, kind, rule) for node in nodes if _runs(node, kind)}
        self.homes = {disk.uuid: place.name for place in self.places.values() for disk in place.disks}
        offering = [place for place in sorted(self.places.values()) if place.tagged]
        self._bounds = [(p.name, p.disks[0].room, p.disks[0].spare) for p in offering if len(p.disks) == 1]
        self._several = [place for place in offering if len(place.disks) > 1]

    def fitting(self, size: int, data: int) -> Iterator[str]:
        """Yield the tagged nodes with a disk for ``size`` bytes of which ``data`` bytes are written."""
        for name, room, spare in self._bounds:
            if size <= room and data < spare:
                yield name
        for place in self._several:
            if any(disk.fits(size, data) for disk in place.disks):
                yield place.name


def _runs(node: NodeCandidate, kind: Kind) -> bool:
    if kind.v2:
        return node.v2
    return node.v1 and (node.images is None or kind.image in node.images)


def _place(node: NodeCandidate, kind: Kind, rule: PlacementRule) -> Place:
    type_ = "block" if kind.v2 else "filesystem"
    return Place(
        name=node.name,
        zone=node.zone,
        tagged=matches(node.tags, kind.node_tags, empty_allowed=rule.empty_node_selector),
        disks=tuple(
            disk
            for disk in node.disks
            if disk.type == type_ and matches(disk.tags, kind.disk_tags, empty_allowed=rule.empty_disk_selector)
        ),
    )


def matches(tags: frozenset[str], wanted: frozenset[str], *, empty_allowed: bool) -> bool:
    """Whether tags satisfy a selector. An empty one takes anything, or where that is not allowed only what has none."""
    return wanted <= tags if wanted else empty_allowed or not tags
