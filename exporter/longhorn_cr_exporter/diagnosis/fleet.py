"""All nodes as candidates for replicas, kept current node by node, and which volumes a node's change concerns.

A disk's free space is written every half minute, on every node. Mostly no volume's answer changes by that: only volumes
whose size or data lies between the old bound and the new one need to be asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from ..cluster.state import ClusterState
from ..model.number import parse_int
from ..model.setting import Setting
from ..model.volume import Volume
from .candidate import NodeCandidate, PlacementRule, node_candidate, placement_rule
from .pool import Kind, Pool
from .version import Version


class Band(NamedTuple):
    """Sizes from above ``low`` up to ``high`` bytes."""

    low: int
    high: int


class Shift(NamedTuple):
    """One node's change, as far as it matters to placement: bounds that moved, or (``wholly``) anything else.

    ``listed``: its disks account for other replicas than before.
    """

    wholly: bool
    sizes: tuple[Band, ...] = ()
    data: tuple[Band, ...] = ()
    listed: bool = False

    @property
    def free_space_alone(self) -> bool:
        """Whether nothing changed but the bytes that are free, which happens on every node every half minute."""
        return not (self.wholly or self.sizes or self.listed)

    def may_concern(self, state: ClusterState) -> bool:
        """Whether there may be any volume whose answer has changed; mostly the disk's bounds are far from all sizes."""
        return (
            self.wholly
            or any(state.volume_data.may_lie_between(*band) for band in self.data)
            or any(state.volume_sizes.may_lie_between(*band) for band in self.sizes)
        )

    def concerns(self, volume: Volume) -> bool:
        """Whether the answer of a volume without a replica on the node may have changed.

        One with a replica there is concerned by everything but free space, which counts alike for all.
        """
        if self.wholly:
            return True
        data = volume.status.actual_size
        if any(low <= data < high for low, high in self.data):
            return True
        size = parse_int(volume.spec.size) or 0 if self.sizes else 0
        return any(low < size <= high for low, high in self.sizes)


class Fleet:
    """What every node offers, by name; one that offers nothing is absent. ``rule`` is None where nothing is placed."""

    __slots__ = ("_pools", "nodes", "rule")

    def __init__(self, state: ClusterState, version: Version) -> None:
        self.rule: PlacementRule | None = placement_rule(state.settings, version)
        self.nodes: dict[str, NodeCandidate] = {}
        self._pools: dict[Kind, Pool] = {}
        for name in state.longhorn_nodes:
            self.refresh(name, state)

    def same_rule(self, settings: Mapping[str, Setting], version: Version) -> bool:
        """Whether these settings and this release place as this fleet does; otherwise it must be made anew."""
        return self.rule == placement_rule(settings, version)

    def refresh(self, name: str, state: ClusterState) -> Shift | None:
        """Look at one node again; return what changed, None where nothing did that matters."""
        old = self.nodes.pop(name, None)
        new = None if self.rule is None else node_candidate(name, state, self.rule)
        if new is not None:
            self.nodes[name] = new
        shift = _shift(old, new)
        if shift is not None:
            self._pools.clear()
        return shift

    def pool(self, kind: Kind, rule: PlacementRule) -> Pool:
        """Return the nodes as volumes of that kind see them."""
        pool = self._pools.get(kind)
        if pool is None:
            pool = self._pools[kind] = Pool(self.nodes.values(), kind, rule)
        return pool


def _shift(old: NodeCandidate | None, new: NodeCandidate | None) -> Shift | None:
    if old == new:
        return None
    if old is None or new is None or _without_bounds(old) != _without_bounds(new):
        return Shift(wholly=True)
    pairs = list(zip(old.disks, new.disks, strict=True))
    return Shift(
        wholly=False,
        sizes=tuple(_bands((before.room, after.room) for before, after in pairs)),
        data=tuple(_bands((before.spare, after.spare) for before, after in pairs)),
        listed=any(before.listed != after.listed for before, after in pairs),
    )


def _without_bounds(node: NodeCandidate) -> NodeCandidate:
    disks = tuple(msgspec.structs.replace(disk, spare=0, room=0, listed=frozenset()) for disk in node.disks)
    return msgspec.structs.replace(node, disks=disks)


def _bands(bounds: Iterator[tuple[int, int]]) -> Iterator[Band]:
    return (Band(min(pair), max(pair)) for pair in bounds if pair[0] != pair[1])
