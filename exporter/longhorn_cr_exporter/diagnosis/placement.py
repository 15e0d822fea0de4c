"""Where a replacement replica of a volume could go, by Longhorn's own scheduler.

Compared with longhorn-manager's ``getDiskCandidates``, release by release; a sample of that comparison is in
tests/oracle. Longhorn tries tiers of nodes and takes the first that offers a disk; what any tier would allow is legal.
Not asked for: backing images, linked clones, and file systems too small for a volume of 16 TiB.

In all functions ``replicas`` are all of the volume's replica CRs and ``now`` is Unix seconds. A node that is cordoned,
or about to be, is left out by ``without``: it takes no replica, and those on it occupy no zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from ..model.replica import Replica
from ..model.volume import Volume
from .candidate import DiskCandidate
from .demand import Demand, Occupation, Softness, demand_of, failed_occupy, occupation_of, replica_size, softness_of
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
    return () if search is None else tuple(sorted({name for tier in search.tiers() for name in tier.allowed()}))


def can_be_replaced(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> bool:
    """Whether ``replacement_nodes`` would name any."""
    search = _search(volume, replicas, fleet, now=now, without=without)
    return search is not None and (search.has_fresh() or any(tier.allowed() for tier in search.tiers()))


def first_choice_nodes(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> tuple[str, ...]:
    """Return the names, sorted, of the nodes among which Longhorn itself would choose: the first tier with any."""
    search = _search(volume, replicas, fleet, now=now, without=without)
    choices = () if search is None else (tier.preferred() for tier in search.tiers())
    return tuple(sorted(next((names for names in choices if names), ())))


def _search(volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str) -> _Search | None:
    """Return the question of one volume; None where Longhorn would fail before it asked any node."""
    rule = fleet.rule
    if rule is None:
        return None
    demand, failed_count = demand_of(volume, replicas, rule), failed_occupy(volume, rule, now)
    if demand is None or failed_count is None:
        return None
    pool, soft = fleet.pool(demand.kind, rule), softness_of(volume, rule)
    return _Search(pool, demand, soft, version=rule.version, failed_count=failed_count, without=without)


class Tier(NamedTuple):
    """Nodes that Longhorn tries together: fresh ones that fit, and the volume's own with how they fit.

    ``shared``: replicas of the volume may share a disk.
    """

    fresh: list[str]
    own: dict[str, int]
    shared: bool

    def allowed(self) -> list[str]:
        """Return the nodes with a disk that fits; a disk with a replica of the volume only where it may."""
        enough = _HELD if self.shared else _FRESH
        return self.fresh + [name for name, fit in self.own.items() if fit >= enough]

    def preferred(self) -> list[str]:
        """Return the nodes among which Longhorn itself would choose: those with a fresh disk, where there are any."""
        return self.fresh + [name for name, fit in self.own.items() if fit == _FRESH] or self.allowed()


class _Search:
    """One volume's question to its pool.

    Nodes that hold nothing of the volume (fresh ones) are told by their bounds alone, and all fit alike; only its own
    nodes need a look at each disk.
    """

    __slots__ = ("_demand", "_failed_count", "_pool", "_soft", "_special", "_version", "_without")

    def __init__(
        self, pool: Pool, demand: Demand, soft: Softness, *, version: Version, failed_count: bool, without: str
    ) -> None:
        homes = [pool.homes[disk] for disk in demand.held_disks if disk in pool.homes]
        self._special = {without, *demand.replicas, *homes}
        self._pool = pool
        self._demand = demand
        self._soft = soft
        self._version = version
        self._failed_count = failed_count
        self._without = without

    def has_fresh(self) -> bool:
        """Whether some tier has a fresh node: where replicas may share a zone, mostly told by the first node asked."""
        fresh = self._fresh()
        return next(fresh, None) is not None if self._soft.zone else any(self._outside(self._occupied().zones, fresh))

    def _occupied(self) -> Occupation:
        replicas = (replica for on_node in self._demand.replicas.values() for replica in on_node)
        return occupation_of(replicas, self._pool.places, without=self._without, failed_count=self._failed_count)

    def _fresh(self) -> Iterator[str]:
        fitting, special = self._pool.fitting(self._demand.size, self._demand.data), self._special
        return (name for name in fitting if name not in special)

    def tiers(self) -> Iterator[Tier]:
        """Yield the nodes of each tier, in Longhorn's order."""
        used, soft, places = self._occupied(), self._soft, self._pool.places
        fresh = list(self._fresh())
        own = {n: self._fit(places[n]) for n in self._special if n in places and n != self._without}
        tagged = [name for name in own if places[name].tagged]
        leaving = [name for name in tagged if name in used.leaving_nodes]

        def tier(fresh: list[str], names: Iterable[str]) -> Tier:
            return Tier(fresh, {name: own[name] for name in names}, shared=soft.disk)

        yield tier(self._outside(used.zones, fresh), self._outside(used.zones, tagged))
        if not soft.zone:
            yield tier([], [name for name in leaving if soft.balanced or places[name].zone in used.leaving_zones])
            return
        yield tier(fresh, [name for name in tagged if soft.balanced or name not in used.nodes])
        yield tier([], used.nodes if soft.node else leaving)  # used ones whatever their tags

    def _outside(self, zones: Collection[str], names: Iterable[str]) -> list[str]:
        places = self._pool.places
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
