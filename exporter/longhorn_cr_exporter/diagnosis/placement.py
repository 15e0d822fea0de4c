"""Where a replacement replica of a volume could go, by Longhorn's own scheduler.

Compared with longhorn-manager's ``getDiskCandidates``, release by release; a sample of that comparison is in
tests/oracle. Longhorn tries tiers of nodes and takes the first that offers a disk; what any tier would allow is legal.
Not asked for: backing images, linked clones, and file systems too small for a volume of 16 TiB.

In all functions ``replicas`` are all of the volume's replica CRs and ``now`` is Unix seconds. A node that is cordoned,
or about to be, is left out by ``without``: it takes no replica, and those on it occupy no zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from ..model.replica import Replica
from ..model.volume import Volume
from .candidate import DiskCandidate, NodeCandidate, PlacementRule
from .demand import Demand, Occupation, Softness, demand_of, occupation_of, replica_size, softness_of
from .fleet import Fleet
from .version import Version

_OWN_DISK_ONLY_SINCE: Final = Version(1, 11, 3)
_NONE, _HELD, _FRESH = range(3)  # how a node fits: not at all, on disks with a replica of the volume, on others


def replacement_nodes(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> tuple[str, ...]:
    """Return the names, sorted, of all nodes that some tier would allow to take one more replica."""
    search = _search(volume, replicas, fleet, now=now, without=without)
    return () if search is None else tuple(sorted({name for tier in search.tiers() for name in search.allowed(tier)}))


def can_be_replaced(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> bool:
    """Whether ``replacement_nodes`` would name any: mostly told without asking every node."""
    search = _search(volume, replicas, fleet, now=now, without=without)
    return search is not None and any(search.possible(tier) for tier in search.tiers())


def first_choice_nodes(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> tuple[str, ...]:
    """Return the names, sorted, of the nodes among which Longhorn itself would choose: the first tier with any."""
    search = _search(volume, replicas, fleet, now=now, without=without)
    choices = () if search is None else (search.preferred(tier) for tier in search.tiers())
    return tuple(sorted(next((names for names in choices if names), ())))


def _search(volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str) -> _Search | None:
    """Return the question of one volume; None where Longhorn would fail before it asked any node."""
    rule = fleet.rule
    demand = None if rule is None else demand_of(volume, replicas, rule)
    if rule is None or demand is None:
        return None
    nodes = {name: node for name, node in fleet.nodes.items() if _runs(node, demand)}
    nodes.pop(without, None)
    occupied = occupation_of(volume, replicas, nodes, rule, now)
    return None if occupied is None else _Search(nodes, demand, occupied, rule, softness_of(volume, rule))


def _runs(node: NodeCandidate, demand: Demand) -> bool:
    """Whether the node runs replicas of the volume's data engine and image at all."""
    if demand.v2:
        return node.v2
    return node.v1 and (node.images is None or demand.image in node.images)


class _Search:
    """One volume's question to the nodes that run its data engine."""

    __slots__ = ("_demand", "_enough", "_fits", "_nodes", "_occupied", "_rule", "_soft")

    def __init__(
        self,
        nodes: Mapping[str, NodeCandidate],
        demand: Demand,
        occupied: Occupation,
        rule: PlacementRule,
        soft: Softness,
    ) -> None:
        self._nodes = nodes
        self._demand = demand
        self._occupied = occupied
        self._rule = rule
        self._soft = soft
        self._enough = _HELD if soft.disk else _FRESH
        self._fits: dict[str, int] = {}

    def tiers(self) -> Iterator[Iterable[NodeCandidate]]:
        """Yield the nodes of each tier, in Longhorn's order."""
        used, soft = self._occupied, self._soft
        tagged = [node for node in self._nodes.values() if self._tagged(node)]
        leaving = [node for node in tagged if node.name in used.leaving_nodes]
        yield (node for node in tagged if node.zone not in used.zones)
        if not soft.zone:
            yield (node for node in leaving if soft.balanced or node.zone in used.leaving_zones)
            return
        yield (node for node in tagged if soft.balanced or node.name not in used.nodes)
        yield [self._nodes[name] for name in used.nodes] if soft.node else leaving  # used ones whatever their tags

    def allowed(self, tier: Iterable[NodeCandidate]) -> set[str]:
        """Return the nodes of a tier with a disk that fits; a disk with a replica of the volume only where it may."""
        return {node.name for node in tier if self._fit(node) >= self._enough}

    def preferred(self, tier: Iterable[NodeCandidate]) -> set[str]:
        """Return the nodes among which Longhorn itself would choose: those with a fresh disk, where there are any."""
        nodes = list(tier)
        return {node.name for node in nodes if self._fit(node) == _FRESH} or self.allowed(nodes)

    def possible(self, tier: Iterable[NodeCandidate]) -> bool:
        """Whether ``allowed`` would return any."""
        return any(self._fit(node) >= self._enough for node in tier)

    def _tagged(self, node: NodeCandidate) -> bool:
        return matches(node.tags, self._demand.node_tags, empty_allowed=self._rule.empty_node_selector)

    def _fit(self, node: NodeCandidate) -> int:
        fit = self._fits.get(node.name)
        if fit is None:
            fit = self._fits[node.name] = max((self._disk_fit(node, disk) for disk in node.disks), default=_NONE)
        return fit

    def _disk_fit(self, node: NodeCandidate, disk: DiskCandidate) -> int:
        demand = self._demand
        if disk.type != demand.disk_type or demand.data >= disk.spare or demand.size > disk.room:
            return _NONE
        if not matches(disk.tags, demand.disk_tags, empty_allowed=self._rule.empty_disk_selector):
            return _NONE
        own = demand.replicas.get(node.name)
        if own and demand.size + self._unlisted(own, disk) > disk.room:
            return _NONE
        return _HELD if disk.uuid in demand.held_disks else _FRESH

    def _unlisted(self, own: Iterable[Replica], disk: DiskCandidate) -> int:
        """Return the bytes of the volume's own replicas on the node that the disk does not account for yet."""
        own_disk_only = self._rule.version >= _OWN_DISK_ONLY_SINCE
        return sum(
            replica_size(replica)
            for replica in own
            if replica.name not in disk.listed and (not own_disk_only or replica.spec.disk_id == disk.uuid)
        )


def matches(tags: frozenset[str], wanted: frozenset[str], *, empty_allowed: bool) -> bool:
    """Whether tags satisfy a selector. An empty one takes anything, or where that is not allowed only what has none."""
    return wanted <= tags if wanted else empty_allowed or not tags
