"""The nodes as one kind of volume sees them: those that run its data engine and image, and the disks that suit it.

Volumes of one kind (data engine, image, selectors) share a pool, so that each is left with its own numbers to compare.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    __slots__ = ("_least", "_offering", "_offers", "homes", "places")

    def __init__(self, nodes: Iterable[NodeCandidate], kind: Kind, rule: PlacementRule) -> None:
        self.places = {node.name: _place(node, kind, rule) for node in nodes if _runs(node, kind)}
        self.homes = {disk.uuid: place.name for place in self.places.values() for disk in place.disks}
        offering = [place for place in sorted(self.places.values()) if place.tagged and place.disks]
        self._offering: Mapping[str, None] = dict.fromkeys(place.name for place in offering)
        self._offers = [(p.name, [(disk.room, disk.spare) for disk in p.disks]) for p in offering]
        self._least = _least([max(bounds) for _, bounds in self._offers])

    def fitting(self, size: int, data: int) -> Mapping[str, None]:
        """Return the names, sorted, of the tagged nodes with a disk for ``size`` bytes, ``data`` of them written."""
        room, spare = self._least
        if size <= room and data < spare:
            return self._offering
        return dict.fromkeys(name for name, bounds in self._offers if _fits(bounds, size, data))


def _least(bounds: list[tuple[int, int]]) -> tuple[int, int]:
    """Return bounds that hold on every node: what fits into them fits on each node's roomiest disk."""
    return min((room for room, _ in bounds), default=0), min((spare for _, spare in bounds), default=0)


def _fits(bounds: Iterable[tuple[int, int]], size: int, data: int) -> bool:
    return any(size <= room and data < spare for room, spare in bounds)


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
