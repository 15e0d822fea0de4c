"""Where a replacement replica of a volume could go, by Longhorn's own scheduler.

Compared with longhorn-manager's ``getDiskCandidates``, release by release; a sample of that comparison is in
tests/oracle. Longhorn tries tiers of nodes and takes the first that offers a disk; what any tier would allow is legal.
Not asked for: backing images, linked clones, and file systems too small for a volume of 16 TiB.

In all functions ``replicas`` are all of the volume's replica CRs and ``now`` is Unix seconds. A node that is cordoned,
or about to be, is left out by ``without``: it takes no replica, and those on it occupy no zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from ..model.replica import Replica
from ..model.volume import Volume
from .candidate import DiskCandidate
from .demand import Demand, Occupation, Softness, demand_of, occupation_of, replica_size, softness_of
from .fleet import Fleet
from .pool import Place, Pool
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
    """Whether ``replacement_nodes`` would name any."""
    search = _search(volume, replicas, fleet, now=now, without=without)
    return search is not None and any(search.allowed(tier) for tier in search.tiers())


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
    pool = fleet.pool(demand.kind, rule)
    occupied = occupation_of(volume, replicas, pool.places, rule, now=now, without=without)
    if occupied is None:
        return None
    soft = softness_of(volume, rule)
    return _Search(pool, demand, occupied, soft=soft, version=rule.version, without=without)


class _Search:
    """One volume's question to its pool.

    Nodes that hold nothing of the volume (``fresh``) are told by their bounds alone, and all fit alike; only its own
    nodes (``own``) need a look at each disk.
    """

    __slots__ = ("_demand", "_enough", "_fresh", "_occupied", "_own", "_places", "_soft", "_version")

    def __init__(
        self, pool: Pool, demand: Demand, occupied: Occupation, *, soft: Softness, version: Version, without: str
    ) -> None:
        homes = {pool.homes[disk] for disk in demand.held_disks if disk in pool.homes}
        special = {without, *demand.replicas, *homes}
        self._places = pool.places
        self._demand = demand
        self._occupied = occupied
        self._soft = soft
        self._version = version
        self._enough = _HELD if soft.disk else _FRESH
        self._fresh = [name for name in pool.fitting(demand.size, demand.data) if name not in special]
        self._own = {name: self._fit(pool.places[name]) for name in special if name in pool.places and name != without}

    def tiers(self) -> Iterator[tuple[list[str], list[str]]]:
        """Yield the nodes of each tier, in Longhorn's order: fresh ones that fit, and own ones that may."""
        used, soft, places = self._occupied, self._soft, self._places
        tagged = [name for name in self._own if places[name].tagged]
        leaving = [name for name in tagged if name in used.leaving_nodes]
        yield self._outside(used.zones, self._fresh), self._outside(used.zones, tagged)
        if not soft.zone:
            yield [], [name for name in leaving if soft.balanced or places[name].zone in used.leaving_zones]
            return
        yield self._fresh, [name for name in tagged if soft.balanced or name not in used.nodes]
        yield [], list(used.nodes) if soft.node else leaving  # used ones whatever their tags

    def allowed(self, tier: tuple[list[str], list[str]]) -> list[str]:
        """Return the nodes of a tier with a disk that fits; a disk with a replica of the volume only where it may."""
        fresh, own = tier
        return fresh + [name for name in own if self._own[name] >= self._enough]

    def preferred(self, tier: tuple[list[str], list[str]]) -> list[str]:
        """Return the nodes among which Longhorn itself would choose: those with a fresh disk, where there are any."""
        fresh, own = tier
        return fresh + [name for name in own if self._own[name] == _FRESH] or self.allowed(tier)

    def _outside(self, zones: Collection[str], names: Iterable[str]) -> list[str]:
        places = self._places
        return [name for name in names if places[name].zone not in zones]

    def _fit(self, place: Place) -> int:
        own = self._demand.replicas.get(place.name, ())
        return max((self._disk_fit(disk, own) for disk in place.disks), default=_NONE)

    def _disk_fit(self, disk: DiskCandidate, own: Iterable[Replica]) -> int:
        demand = self._demand
        if not disk.fits(demand.size + self._unlisted(own, disk), demand.data):
            return _NONE
        return _HELD if disk.uuid in demand.held_disks else _FRESH

    def _unlisted(self, own: Iterable[Replica], disk: DiskCandidate) -> int:
        """Return the bytes of the volume's own replicas on the node that the disk does not account for yet."""
        own_disk_only = self._version >= _OWN_DISK_ONLY_SINCE
        return sum(
            replica_size(replica)
            for replica in own
            if replica.name not in disk.listed and (not own_disk_only or replica.spec.disk_id == disk.uuid)
        )
