"""Which replicas a volume could live on, and how many it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..cluster.state import ClusterState
from ..model.engine import Engine
from ..model.meta import condition_true
from ..model.node import KubernetesNode
from ..model.replica import Replica


def replica_state(replica: Replica, engine: Engine | None) -> str:
    """Return what a replica counts as: healthy, rebuilding, failed, unscheduled, stopped or inactive.

    ``inactive`` is the copy of a migration or an engine upgrade. ``healthy`` runs and was healthy, ``rebuilding`` runs
    and is still written to only (WO for the engine, or never yet healthy); ``stopped`` is every one that does not run
    without having failed, as those of a detached volume.
    """
    spec = replica.spec
    if not spec.active:
        return "inactive"
    if spec.failed_at:
        return "failed"
    if not spec.node_id:
        return "unscheduled"
    if replica.status.current_state != "running":
        return "stopped"
    mode = (engine.status.replica_mode_map or {}).get(replica.name) if engine else None
    return "rebuilding" if mode == "WO" or not spec.healthy_at else "healthy"


def count_by_state(replicas: Iterable[Replica], engine: Engine | None) -> dict[str, int]:
    """Return the number of replicas by ``replica_state``; states without one are absent."""
    counts: dict[str, int] = {}
    for replica in replicas:
        state = replica_state(replica, engine)
        counts[state] = counts.get(state, 0) + 1
    return counts


def usable(replica: Replica, ready_nodes: Collection[str]) -> bool:
    """Whether the volume could live on it: once healthy, not failed, active, its Kubernetes node there and Ready."""
    return replica.spec.node_id in ready_nodes and holds_data(replica)


def holds_data(replica: Replica) -> bool:
    """Whether it is a good copy by Longhorn's own account: once healthy, not failed, active."""
    spec = replica.spec
    return bool(spec.healthy_at) and not spec.failed_at and spec.active


def node_ready(node: KubernetesNode | None) -> bool:
    """Whether a Kubernetes node exists and its kubelet is Ready."""
    return node is not None and condition_true(node.status.conditions, "Ready")


def zone_of(node: str, state: ClusterState) -> str:
    """Return the node's zone as Longhorn's scheduler sees it; no zone is one zone, ""."""
    longhorn_node = state.longhorn_nodes.get(node)
    return longhorn_node.status.zone if longhorn_node else ""


def active_engine(engines: Iterable[Engine]) -> Engine | None:
    """Return the volume's active engine: exactly one should be; None while none is."""
    return next((engine for engine in engines if engine.spec.active), None)


def rebuilding(replica: Replica) -> bool:
    """Whether it is on its way to hold data: placed, active, not failed, not yet healthy."""
    spec = replica.spec
    return spec.active and spec.node_id != "" and not spec.failed_at and not spec.healthy_at


def unadopted(replica: Replica, engine: Engine | None) -> bool:
    """Whether it runs, was never healthy, did not fail, and the running engine does not know it.

    So a rebuild can stand still for weeks without a word (longhorn/longhorn #13571).
    """
    if replica.status.current_state != "running" or not rebuilding(replica):
        return False
    if engine is None or engine.status.current_state != "running":
        return False
    maps = (engine.spec.replica_address_map, engine.status.current_replica_address_map)
    return not any(replica.name in (addresses or ()) for addresses in maps)


def needed_on(replicas: Iterable[Replica], usable_nodes: list[str], desired: int) -> tuple[str, ...]:
    """Return the node of every replica that held data once and whose node the volume cannot do without.

    It can do without a node when ``desired`` usable replicas remain elsewhere. ``usable_nodes`` are the nodes of the
    usable replicas. A node is named once per such replica, sorted; failed replicas count, since theirs is the loss.
    """
    candidates = [r.spec.node_id for r in replicas if r.spec.active and r.spec.healthy_at and r.spec.node_id]
    return tuple(sorted([node for node in candidates if len(usable_nodes) - usable_nodes.count(node) < desired]))
