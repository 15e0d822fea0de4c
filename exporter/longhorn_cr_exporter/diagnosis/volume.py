"""The facts of one volume, put together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from ..cluster.state import ClusterState
from ..model.engine import Engine
from ..model.meta import Condition
from ..model.replica import Replica
from ..model.resource import ENGINES, KUBERNETES_NODES, LONGHORN_NODES, REPLICAS
from ..model.time import parse_time
from ..model.volume import Volume, Workload
from .attach import Wish, attach_demand
from .candidate import PlacementRule
from .cause import attach_cause
from .deletion import deletion_time
from .demand import replenished_after
from .fact import AttachFact, ConditionFact, VolumeFacts
from .ready import ready_for_workloads
from .redundancy import active_engine, count_by_state, needed_on, rebuilding, unadopted, zone_of
from .since import proven_since
from .stage import deadlock_stage
from .standing import Standing
from .term import ROBUSTNESS, VOLUME_STATES, bounded
from .version import Version

_NO_WORKLOAD = Workload()


class Rules(NamedTuple):
    """What the release and the settings make of all volumes. ``placement`` is None where nothing is placed."""

    version: Version
    degraded_allowed: bool
    placement: PlacementRule | None


def volume_facts(
    volume: Volume, standing: Standing, state: ClusterState, rules: Rules, *, before: VolumeFacts | None
) -> VolumeFacts:
    """Judge one volume as it stands; ``before`` is what was said of it last.

    Counts are None for a sharded volume, which has no replica CRs, and while unreadable.
    """
    spec, status, claim = volume.spec, volume.status, volume.status.kubernetes_status
    replicas = standing.replicas if state.known(REPLICAS) else None
    counted = None if volume.sharded else replicas
    nodes = None if counted is None else _usable_nodes(standing, state)
    engine = active_engine(state.engines_of.of(volume.name).values())
    workload = next(iter(claim.workloads_status or ()), _NO_WORKLOAD)
    demand = attach_demand(volume, state)
    places = None if counted is None else _replacements(standing, state)
    stage = _stage(volume, replicas, nodes, rules, waited=demand is not None, replaceable=places != 0)
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
        replicas=None if counted is None else count_by_state(counted, engine),
        usable_replicas=None if nodes is None else len(nodes),
        replica_deficit=None if counted is None else _lack(spec.number_of_replicas, _active(counted)),
        replica_surplus=None if counted is None else _lack(len(counted), spec.number_of_replicas),
        redundancy_deficit=None if nodes is None else _lack(spec.number_of_replicas, len(nodes)),
        replica_nodes=None if nodes is None else len(set(nodes)),
        replica_zones=None if nodes is None else len({zone_of(node, state) for node in nodes}),
        ready=ready_for_workloads(volume, replicas, rules.version),
        attach=demand and _with_cause(demand, volume, stage, rules.version, state),
        stage=stage,
        stage_since=_since(stage, volume, demand, state, before=before, now=standing.now),
        replacement_nodes=places,
        unadopted_replicas=_unadopted(counted, engine, state),
        next_replica_deletion=_next_deletion(volume, counted or (), rules.version),
        needed_on=() if nodes is None else needed_on(counted or (), nodes, spec.number_of_replicas),
        recheck_at=_recheck_at(volume, rules.placement, now=standing.now),
    )


def condition_facts(conditions: Iterable[Condition] | None) -> tuple[ConditionFact, ...]:
    """Return one fact per condition type; of several of one type the first counts, as it does for Longhorn."""
    first: dict[str, Condition] = {}
    for condition in conditions or ():
        first.setdefault(condition.type, condition)
    return tuple(
        ConditionFact(c.type, c.status == "True", c.reason, parse_time(c.last_transition_time)) for c in first.values()
    )


def _stage(
    volume: Volume,
    replicas: Collection[Replica] | None,
    nodes: list[str] | None,
    rules: Rules,
    *,
    waited: bool,
    replaceable: bool,
) -> str | None:
    if replicas is None:
        return None
    held = None if nodes is None else len(nodes) + sum(map(rebuilding, replicas))
    return deadlock_stage(
        volume,
        replicas,
        version=rules.version,
        degraded_allowed=rules.degraded_allowed,
        attach_wanted=waited,
        lacks_replica=held is not None and held < volume.spec.number_of_replicas,
        replaceable=replaceable,
    )


def _since(
    stage: str | None,
    volume: Volume,
    demand: Wish | None,
    state: ClusterState,
    *,
    before: VolumeFacts | None,
    now: float,
) -> float | None:
    if stage is None:
        return None
    if before is not None and before.stage == stage and before.stage_since is not None:
        return before.stage_since
    proven = proven_since(stage, volume, demand, state)
    return now if proven is None else min(now, proven)


def _with_cause(demand: Wish, volume: Volume, stage: str | None, version: Version, state: ClusterState) -> AttachFact:
    return AttachFact(demand.since, demand.node, attach_cause(volume, demand, stage, version, state))


def _replacements(standing: Standing, state: ClusterState) -> int | None:
    if not state.known(LONGHORN_NODES):
        return None
    search = standing.search()
    return 0 if search is None else search.count()


def _unadopted(replicas: Iterable[Replica] | None, engine: Engine | None, state: ClusterState) -> int | None:
    if replicas is None or not state.known(ENGINES):
        return None
    return sum([unadopted(replica, engine) for replica in replicas])


def _usable_nodes(standing: Standing, state: ClusterState) -> list[str] | None:
    return [replica.spec.node_id for replica in standing.good] if state.known(KUBERNETES_NODES) else None


def _active(replicas: Iterable[Replica]) -> int:
    return sum([replica.spec.active for replica in replicas])


def _lack(wanted: int, have: int) -> int:
    return max(0, wanted - have)


def _next_deletion(volume: Volume, replicas: Collection[Replica], version: Version) -> float | None:
    times = [deletion_time(replica, volume, replicas, version) for replica in replicas if replica.spec.failed_at]
    return min((time for time in times if time is not None), default=None)


def _recheck_at(volume: Volume, rule: PlacementRule | None, *, now: float) -> float | None:
    """Return when the failed replicas of a degraded volume cease to occupy their nodes, if that is still to come."""
    if volume.status.robustness != "degraded" or rule is None:
        return None
    due = replenished_after(volume, rule)
    return due if due is not None and due >= now else None
