"""Since when a volume has had fewer usable replicas than it wants, as far as the cluster's own times prove it.

A replica is lost when it fails (``failedAt``), when its node ceases to be Ready (the condition's transition) or when
its Kubernetes node goes (seen here, or noted by Longhorn). A volume that was never used has lost nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from math import inf
from typing import Final, NamedTuple

from ..cluster.state import ClusterState
from ..model.replica import Replica
from ..model.time import parse_time
from ..model.volume import Volume
from .fact import VolumeFacts
from .outage import gone_since, ready_since
from .redundancy import usable

FAILED: Final = "failed"
NOT_READY: Final = "not Ready"
GONE: Final = "gone"


class Loss(NamedTuple):
    """One replica that held data once and cannot be used: why, and since when where that is told."""

    replica: Replica
    why: str
    since: float | None


def losses(replicas: Collection[Replica], state: ClusterState) -> list[Loss]:
    """Return the volume's losses."""
    lost = (r for r in replicas if r.spec.active and r.spec.healthy_at and not usable(r, state.ready_nodes))
    return [_loss(replica, state) for replica in lost]


def _loss(replica: Replica, state: ClusterState) -> Loss:
    if replica.spec.failed_at:
        return Loss(replica, FAILED, parse_time(replica.spec.failed_at))
    node = state.kubernetes_nodes.get(replica.spec.node_id)
    if node is None:
        return Loss(replica, GONE, gone_since(replica.spec.node_id, state))
    return Loss(replica, NOT_READY, ready_since(node))


class Deficit(NamedTuple):
    """That a volume lacks usable replicas, since when at least; ``settled``: it surely did so long before that.

    A detached volume with fewer replica CRs than it wants is settled: replicas are only made, and stale ones deleted,
    long after the loss, and none is made while it is detached.
    """

    since: float | None
    settled: bool


def deficit(volume: Volume, facts: VolumeFacts, lost: Collection[Loss], state: ClusterState) -> Deficit:
    """Return since when a volume with a redundancy deficit has had one.

    With as many losses as it lacks replicas, it has lacked one since the newest but that many: before that loss, all
    may have been well. A loss at an unknown time may be the newest. With fewer, the rest was lost before any of them.
    """
    lacks = facts.redundancy_deficit or 0
    times = [_degraded_since(volume)]
    few = len(lost) < lacks
    if few:
        times += [detached_since(volume, state), _unscheduled_since(facts)]
    else:
        newest_first = sorted((inf if loss.since is None else loss.since for loss in lost), reverse=True)
        decisive = newest_first[lacks - 1] if lacks else inf
        times.append(decisive if decisive < inf else None)
    since = min((time for time in times if time is not None), default=None)
    return Deficit(since, settled=few and volume.status.state == "detached")


def _degraded_since(volume: Volume) -> float | None:
    """Return since when Longhorn itself calls it degraded, without a break; it does so of attached volumes only."""
    return parse_time(volume.status.last_degraded_at) if volume.status.robustness == "degraded" else None


def _unscheduled_since(facts: VolumeFacts) -> float | None:
    """Return since when Longhorn has found no place for a replica that it lacks."""
    return next((c.since for c in facts.conditions if c.type == "Scheduled" and not c.true), None)


def detached_since(volume: Volume, state: ClusterState) -> float | None:
    """Return since when all engines of a detached volume are known to be stopped."""
    if volume.status.state != "detached":
        return None
    times = [state.engine_stopped.since(name) for name in state.engines_of.of(volume.name)]
    known = [time for time in times if time is not None]
    return max(known) if known and len(known) == len(times) else None
