"""The facts of one replica."""

from __future__ import annotations

from ..cluster.state import ClusterState
from ..model.replica import Replica
from ..model.resource import KUBERNETES_NODES
from ..model.time import parse_time
from .deletion import deletion_time
from .fact import ReplicaFacts
from .term import INSTANCE_STATES, bounded
from .version import Version


def replica_facts(replica: Replica, state: ClusterState, version: Version) -> ReplicaFacts:
    """Judge one replica. ``node_missing`` is None for a replica that has no node, and while nodes are unreadable."""
    spec = replica.spec
    known = spec.node_id != "" and state.known(KUBERNETES_NODES)
    return ReplicaFacts(
        name=replica.name,
        volume=spec.volume_name,
        node=spec.node_id,
        state=bounded(replica.status.current_state, INSTANCE_STATES),
        failed_since=parse_time(spec.failed_at),
        deletion_at=_deletion_at(replica, state, version),
        node_missing=spec.node_id not in state.kubernetes_nodes if known else None,
    )


def _deletion_at(replica: Replica, state: ClusterState, version: Version) -> float | None:
    volume = state.volumes.get(replica.spec.volume_name)
    if volume is None or not replica.spec.failed_at:
        return None
    return deletion_time(replica, volume, state.replicas_of.of(volume.name).values(), version)
