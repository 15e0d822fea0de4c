"""What one volume asks of a node for one more replica, and which nodes and zones its replicas occupy already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from ..model.number import parse_int
from ..model.replica import Replica
from ..model.time import parse_time
from ..model.volume import Volume
from .candidate import PlacementRule
from .pool import Kind, Place
from .version import Version

MAX_RETRIES: Final = 5
_USELESS_FREES_DISK_SINCE: Final = Version(1, 7, 3)
_NOT_YET: Final = Version(1, 8, 0)  # older than 1.7.3
_BALANCE_SHARES_NODES: Final = (Version(1, 7, 0), Version(1, 10, 2))
_AS_SETTING: Final = frozenset({"", "ignored"})


class Demand(NamedTuple):
    """What is asked of a node and its disks, sizes in bytes. ``replicas`` are the volume's own, by node."""

    kind: Kind
    size: int
    data: int
    replicas: Mapping[str, list[Replica]]
    held_disks: Collection[str]


class Softness(NamedTuple):
    """What two replicas of the volume may share: a node, a zone, a disk.

    ``balanced``: a node with a replica counts as one without, as it does from 1.7.0 up to 1.10.1 under the replica auto
    balance "best-effort" (longhorn/longhorn #11189).
    """

    node: bool
    zone: bool
    disk: bool
    balanced: bool


class Occupation(NamedTuple):
    """Nodes and zones with a counted replica, and those of them whose counted replicas are all being evicted."""

    nodes: frozenset[str]
    zones: frozenset[str]
    leaving_nodes: frozenset[str]
    leaving_zones: frozenset[str]


def demand_of(volume: Volume, replicas: Iterable[Replica], rule: PlacementRule) -> Demand | None:
    """Return what the volume asks for, None for one whose size is no number."""
    spec = volume.spec
    size = parse_int(spec.size)
    if size is None:
        return None
    by_node: dict[str, list[Replica]] = {}
    for replica in replicas:
        if replica.spec.node_id:
            by_node.setdefault(replica.spec.node_id, []).append(replica)
    return Demand(
        kind=kind_of(volume),
        size=size,
        data=volume.status.actual_size,
        replicas=by_node,
        held_disks={r.spec.disk_id for r in replicas if _holds_disk(r, rule.version)},
    )


def kind_of(volume: Volume) -> Kind:
    """Return what decides which nodes and disks the volume sees at all."""
    spec = volume.spec
    return _kind(spec.data_engine, spec.image, tuple(spec.node_selector or ()), tuple(spec.disk_selector or ()))


@lru_cache(maxsize=256)  # there are few kinds, and every volume is asked for its own
def _kind(data_engine: str, image: str, node_selector: tuple[str, ...], disk_selector: tuple[str, ...]) -> Kind:
    return Kind(data_engine == "v2", image, frozenset(node_selector), frozenset(disk_selector))


def _holds_disk(replica: Replica, version: Version) -> bool:
    """Whether the replica occupies its disk: a failed one only while it may be taken up again, from 1.7.3 and 1.8.1 on.

    Source: longhorn/longhorn #10210.
    """
    if not replica.spec.failed_at:
        return True
    freed = version >= _USELESS_FREES_DISK_SINCE and version != _NOT_YET
    return not freed or reusable(replica)


def reusable(replica: Replica) -> bool:
    """Whether Longhorn may come back to a failed replica: it has a disk, retries left, and is not being evicted."""
    spec = replica.spec
    placed = spec.node_id != "" and spec.disk_id != ""
    return placed and spec.rebuild_retry_count < MAX_RETRIES and not spec.eviction_requested


def softness_of(volume: Volume, rule: PlacementRule) -> Softness:
    """Return what replicas may share: the volume's own word, or the setting's where it has none."""
    spec = volume.spec
    return Softness(
        _soft(spec.replica_soft_anti_affinity, rule.node_soft),
        _soft(spec.replica_zone_soft_anti_affinity, rule.zone_soft),
        _soft(spec.replica_disk_soft_anti_affinity, rule.disk_soft),
        _balanced(spec.replica_auto_balance, rule),
    )


def _balanced(word: str, rule: PlacementRule) -> bool:
    since, until = _BALANCE_SHARES_NODES
    auto_balance = rule.auto_balance if word == "ignored" else word
    return auto_balance == "best-effort" and since <= rule.version < until


def _soft(word: str, setting: bool) -> bool:  # noqa: FBT001 - the setting's value
    return setting if word in _AS_SETTING else word == "enabled"


def failed_occupy(volume: Volume, rule: PlacementRule, now: float) -> bool | None:
    """Whether failed replicas that may be taken up again still occupy their nodes.

    A degraded volume gives up on them after a while. None where Longhorn cannot tell for how long it is degraded; it
    places nothing then.
    """
    if volume.status.robustness != "degraded":
        return True
    due = replenished_after(volume, rule)
    return None if due is None else now <= due


def occupation_of(
    replicas: Iterable[Replica], places: Mapping[str, Place], *, without: str, failed_count: bool
) -> Occupation:
    """Return what the replicas in these places but ``without`` occupy."""
    counted = [r for r in replicas if r.spec.node_id in places and is_counted(r, failed_count=failed_count)]
    held = [(r.spec.node_id, r.spec.eviction_requested) for r in counted if r.spec.node_id != without]
    on = [(node, places[node].zone, leaving) for node, leaving in held]
    used, zones = frozenset(node for node, _, _ in on), frozenset(zone for _, zone, _ in on)
    return Occupation(
        nodes=used,
        zones=zones,
        leaving_nodes=used - {node for node, _, leaving in on if not leaving},
        leaving_zones=zones - {zone for _, zone, leaving in on if not leaving},
    )


def is_counted(replica: Replica, *, failed_count: bool) -> bool:
    """Whether a replica occupies its node: one that is being deleted does not; of a failed one the caller says."""
    if replica.terminating:
        return False
    return not replica.spec.failed_at or (failed_count and reusable(replica))


def replenished_after(volume: Volume, rule: PlacementRule) -> float | None:
    """Return the moment after which a degraded volume's failed replicas no longer occupy their nodes.

    That is replica-replenishment-wait-interval after lastDegradedAt; None where either cannot be read.
    """
    degraded = parse_time(volume.status.last_degraded_at)
    return None if degraded is None or rule.wait is None else degraded + rule.wait


def replica_size(replica: Replica) -> int:
    """Return the bytes that a replica promises; 0 where that is no number."""
    return parse_int(replica.spec.volume_size) or 0
