"""Since when nodes and instance managers are down, as far as the cluster's own times, or what was seen, prove it."""

from __future__ import annotations

from collections.abc import Iterator

from ..cluster.state import ClusterState
from ..model.meta import first_condition
from ..model.node import InstanceManager, KubernetesNode
from ..model.time import parse_time


def ready_since(node: KubernetesNode) -> float | None:
    """Return since when a node is Ready, or is not."""
    condition = first_condition(node.status.conditions, "Ready")
    return parse_time(condition.last_transition_time) if condition else None


def gone_since(node: str, state: ClusterState) -> float | None:
    """Return since when a Kubernetes node is gone; None where it was before the exporter looked, and nothing tells."""
    times = [state.node_gone.since(node), _gone_by_longhorn(node, state)]
    return min((time for time in times if time is not None), default=None)


def _gone_by_longhorn(node: str, state: ClusterState) -> float | None:
    longhorn = state.longhorn_nodes.get(node)
    ready = first_condition(longhorn.status.conditions, "Ready") if longhorn else None
    if ready is None or ready.reason != "KubernetesNodeGone":
        return None
    return parse_time(ready.last_transition_time)


def down_since(manager: InstanceManager, state: ClusterState) -> float | None:
    """Return since when at the earliest an instance manager that does not run may have been down.

    It is when it was seen to go, or when it was made; None where it was down when first seen, and does not say when it
    was made.
    """
    seen = state.instance_manager_down.since(manager.name)
    return parse_time(manager.metadata.creation_timestamp) if seen is None else seen


def running_manager(node: str, state: ClusterState, data_engine: str | None = None) -> bool:
    """Whether an instance manager, of that data engine or of any, runs on the node."""
    return any(manager.status.current_state == "running" for manager in _managers(node, state, data_engine))


def unserved_since(node: str, state: ClusterState, data_engine: str | None = None) -> float | None:
    """Return since when at the earliest a node without such a running instance manager has had none."""
    times = [down_since(manager, state) for manager in _managers(node, state, data_engine)]
    longhorn = state.longhorn_nodes.get(node)
    if not times and longhorn is not None:
        times = [parse_time(longhorn.metadata.creation_timestamp)]
    return max((time for time in times if time is not None), default=None)


def _managers(node: str, state: ClusterState, data_engine: str | None) -> Iterator[InstanceManager]:
    for manager in state.instance_managers_on.of(node).values():
        if data_engine is None or (manager.spec.data_engine or "v1") == data_engine:
            yield manager
