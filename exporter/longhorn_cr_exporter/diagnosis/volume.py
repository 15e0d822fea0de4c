"""The facts of one volume, put together."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..cluster.state import ClusterState
from ..model.meta import Condition
from ..model.replica import Replica
from ..model.resource import KUBERNETES_NODES, REPLICAS
from ..model.time import parse_time
from ..model.volume import Volume, Workload
from .attach import attach_demand
from .fact import ConditionFact, VolumeFacts
from .ready import ready_for_workloads
from .redundancy import active_engine, count_by_state, deletion_time, needed_on, usable, zone_of
from .term import ROBUSTNESS, VOLUME_STATES, bounded
from .version import Version

_NO_WORKLOAD = Workload()


def volume_facts(volume: Volume, state: ClusterState, version: Version) -> VolumeFacts:
    """Judge one volume. Counts are None for a sharded volume, which has no replica CRs, and while unreadable."""
    spec, status, claim = volume.spec, volume.status, volume.status.kubernetes_status
    replicas = state.replicas_of.of(volume.name).values() if state.known(REPLICAS) else None
    counted = None if volume.sharded else replicas
    nodes = _usable_nodes(counted, state)
    workload = next(iter(claim.workloads_status or ()), _NO_WORKLOAD)
    return VolumeFacts(
        name=volume.name,
        pvc=claim.pvc_name,
        pvc_namespace=claim.namespace,
        node=status.current_node_id or spec.node_id,
        access_mode=spec.access_mode,
        data_engine=spec.data_engine or "v1",
        data_locality=spec.data_locality,
        workload=workload.workload_name,
        workload_type=workload.workload_type,
        state=bounded(status.state, VOLUME_STATES),
        robustness=bounded(status.robustness, ROBUSTNESS),
        conditions=condition_facts(status.conditions),
        desired_replicas=spec.number_of_replicas,
        replicas=None if counted is None else _counts(volume, counted, state),
        usable_replicas=None if nodes is None else len(nodes),
        replica_deficit=None if counted is None else _lack(spec.number_of_replicas, _active(counted)),
        replica_surplus=None if counted is None else _lack(len(counted), spec.number_of_replicas),
        redundancy_deficit=None if nodes is None else _lack(spec.number_of_replicas, len(nodes)),
        replica_nodes=None if nodes is None else len(set(nodes)),
        replica_zones=None if nodes is None else len({zone_of(node, state) for node in nodes}),
        ready=ready_for_workloads(volume, replicas, version),
        attach=attach_demand(volume, state),
        next_replica_deletion=_next_deletion(volume, counted or ()),
        needed_on=() if nodes is None else needed_on(counted or (), nodes, spec.number_of_replicas),
    )


def condition_facts(conditions: Iterable[Condition] | None) -> tuple[ConditionFact, ...]:
    """Return one fact per condition type; of several of one type the first counts, as it does for Longhorn."""
    first: dict[str, Condition] = {}
    for condition in conditions or ():
        first.setdefault(condition.type, condition)
    return tuple(
        ConditionFact(c.type, c.status == "True", c.reason, parse_time(c.last_transition_time)) for c in first.values()
    )


def _usable_nodes(replicas: Collection[Replica] | None, state: ClusterState) -> list[str] | None:
    if replicas is None or not state.known(KUBERNETES_NODES):
        return None
    return [replica.spec.node_id for replica in replicas if usable(replica, state.kubernetes_nodes)]


def _counts(volume: Volume, replicas: Iterable[Replica], state: ClusterState) -> dict[str, int]:
    return count_by_state(replicas, active_engine(state.engines_of.of(volume.name).values()))


def _active(replicas: Iterable[Replica]) -> int:
    return sum(replica.spec.active for replica in replicas)


def _lack(wanted: int, have: int) -> int:
    return max(0, wanted - have)


def _next_deletion(volume: Volume, replicas: Iterable[Replica]) -> float | None:
    times = (deletion_time(replica, volume) for replica in replicas)
    return min((time for time in times if time is not None), default=None)
