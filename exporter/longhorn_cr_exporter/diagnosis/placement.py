"""Where a replacement replica of a volume could go, by Longhorn's own scheduler.

Compared with longhorn-manager's ``getDiskCandidates``, release by release; a sample of that comparison is in
tests/oracle. Longhorn tries tiers of nodes and takes the first that offers a disk; what any tier would allow is legal.
Not asked for: backing images, linked clones, and file systems too small for a volume of 16 TiB.

In all functions ``replicas`` are all of the volume's replica CRs and ``now`` is Unix seconds. A node that is cordoned,
or about to be, is left out by ``without``: it takes no replica, and those on it occupy no zone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ..model.replica import Replica
from ..model.volume import Volume
from .candidate import DiskCandidate
from .demand import (
    Demand,
    Occupation,
    Softness,
    demand_of,
    failed_occupy,
    is_counted,
    occupation_of,
    replica_size,
    softness_of,
)
from .fleet import Fleet
from .pool import Place, Pool
from .version import Version

_OWN_DISK_ONLY_SINCE: Final = Version(1, 11, 3)
_NONE, _HELD, _FRESH = range(3)  # how a node fits: not at all, on disks with a replica of the volume, on others


def replacement_nodes(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> tuple[str, ...]:
    """Return the names, sorted, of all nodes that some tier would allow to take one more replica."""
    search = search_of(volume, replicas, fleet, now=now)
    return () if search is None else tuple(sorted({name for tier in search.tiers(without) for name in tier.allowed()}))


def can_be_replaced(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> bool:
    """Whether ``replacement_nodes`` would name any."""
    search = search_of(volume, replicas, fleet, now=now)
    return search is not None and search.finds_any(without)


def first_choice_nodes(
    volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float, without: str = ""
) -> tuple[str, ...]:
    """Return the names, sorted, of the nodes among which Longhorn itself would choose: the first tier with any."""
    search = search_of(volume, replicas, fleet, now=now)
    choices = () if search is None else (tier.preferred() for tier in search.tiers(without))
    return tuple(sorted(next((names for names in choices if names), ())))


def search_of(volume: Volume, replicas: Collection[Replica], fleet: Fleet, *, now: float) -> Search | None:
    """Return the question of one volume; None where Longhorn would fail before it asked any node."""
    rule = fleet.rule
    if rule is None:
        return None
    demand, failed_count = demand_of(volume, replicas, rule), failed_occupy(volume, rule, now)
    if demand is None or failed_count is None:
        return None
    pool, soft = fleet.pool(demand.kind, rule), softness_of(volume, rule)
    return Search(pool, demand, soft, version=rule.version, failed_count=failed_count)


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


class Search:
    """One volume's question to its pool.

    Nodes that hold nothing of the volume (fresh ones) are told by their bounds alone, and all fit alike; only its own
    nodes need a look at each disk.
    """

    __slots__ = ("_any_fresh", "_demand", "_failed_count", "_own", "_pool", "_soft", "_version")

    def __init__(self, pool: Pool, demand: Demand, soft: Softness, *, version: Version, failed_count: bool) -> None:
        homes = [pool.homes[disk] for disk in demand.held_disks if disk in pool.homes]
        self._own = {*demand.replicas, *homes}
        self._pool = pool
        self._demand = demand
        self._soft = soft
        self._version = version
        self._failed_count = failed_count
        self._any_fresh: bool | None = None

    def finds_any(self, without: str) -> bool:
        """Whether some tier allows any node. A fresh one stays so, whichever of the volume's own nodes is left out."""
        if self._any_fresh is None:
            self._any_fresh = self.count_fresh("") > 0
        if self._any_fresh and without in self._own:
            return True
        return self.count_fresh(without) > 0 or bool(self.own_allowed(without))

    def count(self) -> int:
        """Return how many nodes ``replacement_nodes`` would name; nobody wants a hundred names for each volume."""
        return self.count_fresh("") + len(self.own_allowed(""))

    def count_fresh(self, without: str) -> int:
        """Return how many fresh nodes some tier has: where replicas may share a zone, all that fit."""
        if not self._soft.zone:
            return len(self._outside(self._occupied(without).zones, self._fresh(without)))
        fitting = self._fitting()
        return len(fitting) - sum([name in fitting for name in self._own]) - self._takes_one_more(without, fitting)

    def _takes_one_more(self, without: str, fitting: Mapping[str, None]) -> bool:
        return without in fitting and without not in self._own

    def own_allowed(self, without: str) -> set[str]:
        """Return the volume's own nodes that some tier would allow."""
        if self._own_are_taken():
            return set()
        return {name for tier in self._tiers([], without) for name in tier.allowed()}

    def _own_are_taken(self) -> bool:
        """Whether a replica that counts, and stays, keeps each of the volume's own nodes from taking another."""
        if self._soft.node or self._soft.balanced:
            return False
        replicas = self._demand.replicas
        return all(any(map(self._stays, replicas.get(name, ()))) for name in self._own)

    def _stays(self, replica: Replica) -> bool:
        return not replica.spec.eviction_requested and is_counted(replica, failed_count=self._failed_count)

    def tiers(self, without: str) -> Iterator[Tier]:
        """Yield the nodes of each tier, in Longhorn's order."""
        return self._tiers(self._fresh(without), without)

    def _fitting(self) -> Mapping[str, None]:
        return self._pool.fitting(self._demand.size, self._demand.data)

    def _fresh(self, without: str) -> list[str]:
        return [name for name in self._fitting() if name not in self._own and name != without]

    def _occupied(self, without: str) -> Occupation:
        replicas = [replica for on_node in self._demand.replicas.values() for replica in on_node]
        return occupation_of(replicas, self._pool.places, without=without, failed_count=self._failed_count)

    def _tiers(self, fresh: list[str], without: str) -> Iterator[Tier]:
        used, soft, places = self._occupied(without), self._soft, self._pool.places
        tagged = [name for name in self._own if name in places and places[name].tagged and name != without]
        leaving = [name for name in tagged if name in used.leaving_nodes]

        def tier(fresh: list[str], names: Iterable[str]) -> Tier:
            return Tier(fresh, {name: self._fit(places[name]) for name in names}, shared=soft.disk)

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
