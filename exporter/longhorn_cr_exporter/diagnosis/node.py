"""The facts of one node, Kubernetes' and Longhorn's view of it side by side."""

from __future__ import annotations

from collections.abc import Iterable

from ..cluster.join_node import kubernetes_ready
from ..cluster.state import ClusterState
from ..model.meta import first_condition
from ..model.node import KubernetesNode, LonghornNode
from ..model.resource import KUBERNETES_NODES
from ..model.time import parse_time
from .fact import DiskFacts, NodeFacts
from .volume import condition_facts

_CORDON_TAINT = "node.kubernetes.io/unschedulable"


def node_facts(name: str, state: ClusterState) -> NodeFacts:
    """Judge one node that Kubernetes or Longhorn knows."""
    kubernetes = state.kubernetes_nodes.get(name)
    longhorn = state.longhorn_nodes.get(name)
    return NodeFacts(
        name=name,
        cordoned=kubernetes.spec.unschedulable if kubernetes else None,
        cordoned_since=_cordoned_since(kubernetes, longhorn, state),
        kubernetes_node_present=kubernetes is not None if state.known(KUBERNETES_NODES) else None,
        kubernetes_ready=kubernetes_ready(kubernetes),
        conditions=condition_facts(longhorn.status.conditions if longhorn else ()),
        allow_scheduling=longhorn.spec.allow_scheduling if longhorn else None,
        eviction_requested=longhorn.spec.eviction_requested if longhorn else None,
        disks=disk_facts(longhorn) if longhorn else (),
    )


def node_exists(name: str, state: ClusterState) -> bool:
    """Whether Longhorn or Kubernetes knows the node: a control plane's cordon is told too."""
    return name in state.longhorn_nodes or name in state.kubernetes_nodes


def _cordoned_since(
    kubernetes: KubernetesNode | None, longhorn: LonghornNode | None, state: ClusterState
) -> float | None:
    """Return since when the cordon stands: by the taint, else when first seen here or, if earlier, by Longhorn."""
    if kubernetes is None or not kubernetes.spec.unschedulable:
        return None
    taints = (taint for taint in kubernetes.spec.taints or () if taint.key == _CORDON_TAINT)
    added = [time for taint in taints if (time := parse_time(taint.time_added)) is not None]
    if added:
        return added[0]
    seen = [state.cordoned.since(kubernetes.name), _seen_by_longhorn(longhorn)]
    return min((time for time in seen if time is not None), default=None)


def _seen_by_longhorn(node: LonghornNode | None) -> float | None:
    schedulable = first_condition(node.status.conditions, "Schedulable") if node else None
    if schedulable is None or schedulable.reason != "KubernetesNodeCordoned":
        return None
    return parse_time(schedulable.last_transition_time)


def disk_facts(node: LonghornNode) -> tuple[DiskFacts, ...]:
    """Return the node's disks, by name, with their conditions."""
    disks: Iterable[str] = sorted(node.status.disk_status or ())
    status = node.status.disk_status or {}
    return tuple(DiskFacts(name, condition_facts(status[name].conditions)) for name in disks)
