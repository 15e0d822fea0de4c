"""What a change of a node, or of the instance managers and budgets on it, means: as in join.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.meta import Labels, condition_true
from ..model.node import InstanceManager, InstanceManagerSpec, KubernetesNode, LonghornNode, PodDisruptionBudget
from .touch import Seen, name_of, touch_protection, touch_volumes_on

if TYPE_CHECKING:
    from .state import ClusterState


def join_instance_manager(
    state: ClusterState, before: InstanceManager | None, after: InstanceManager | None, seen: Seen
) -> None:
    """An instance manager concerns itself and its node; but for its process lists, also what it protects there.

    Since when it does not run is remembered of one that was seen to run.
    """
    if before is not None:
        state.instance_managers_on.drop(before.spec.node_id, before.name)
        state.instance_managers_of_image.drop(before.spec.image, before.name)
    if after is not None:
        state.instance_managers_on.put(after.spec.node_id, after.name, after)
        state.instance_managers_of_image.put(after.spec.image, after.name, after)
    name = name_of(before, after, forget=state.instance_manager_down.forget)
    if _running(after):
        state.instance_manager_down.forget(name)
    elif _running(before) and after is not None:
        state.instance_manager_down.note(name, holds=True, now=seen.at)
    state.changes.instance_managers.add(name)
    nodes = {manager.spec.node_id for manager in (before, after) if manager is not None}
    state.changes.nodes.update(nodes)
    state.changes.node_shares.update(nodes)
    if _without_processes(before) != _without_processes(after):
        for node in nodes:
            touch_protection(state, node)


def _running(manager: InstanceManager | None) -> bool:
    return manager is not None and manager.status.current_state == "running"


def _without_processes(manager: InstanceManager | None) -> tuple[InstanceManagerSpec, str, Labels | None] | None:
    return None if manager is None else (manager.spec, manager.status.current_state, manager.metadata.labels)


def join_longhorn_node(
    state: ClusterState, before: LonghornNode | None, after: LonghornNode | None, _seen: Seen
) -> None:
    """A Longhorn node concerns itself and, when its zone changes, the volumes with a replica on it."""
    name = name_of(before, after)
    state.changes.nodes.add(name)
    if (before.status.zone if before else "") != (after.status.zone if after else ""):
        touch_volumes_on(state, name)


def join_kubernetes_node(
    state: ClusterState, before: KubernetesNode | None, after: KubernetesNode | None, seen: Seen
) -> None:
    """A Kubernetes node concerns itself and its instance managers; its coming, going and readiness what is on it.

    Since when it is gone is remembered where it leaves something of Longhorn's behind.
    """
    name = name_of(before, after, forget=state.cordoned.forget)
    if after is not None:
        state.cordoned.note(name, holds=after.spec.unschedulable, now=seen.at)
        state.node_gone.forget(name)
    elif state.replicas_on.of(name) or name in state.longhorn_nodes:
        state.node_gone.note(name, holds=True, now=seen.at)
    state.changes.nodes.add(name)
    state.changes.node_shares.add(name)
    state.changes.instance_managers.update(state.instance_managers_on.of(name))
    if _schedulable(before) != _schedulable(after):
        touch_protection(state, name)
    ready = kubernetes_ready(after)
    if kubernetes_ready(before) != ready:
        (state.ready_nodes.add if ready else state.ready_nodes.discard)(name)
        state.changes.replicas.update(state.replicas_on.of(name))
        touch_volumes_on(state, name)


def _schedulable(node: KubernetesNode | None) -> bool | None:
    return None if node is None else not node.spec.unschedulable


def kubernetes_ready(node: KubernetesNode | None) -> bool | None:
    """Whether the kubelet is Ready; None for a node that does not exist."""
    return None if node is None else condition_true(node.status.conditions, "Ready")


def join_disruption_budget(
    state: ClusterState, before: PodDisruptionBudget | None, after: PodDisruptionBudget | None, _seen: Seen
) -> None:
    """A budget, which has its instance manager's name, concerns that one's node."""
    manager = state.instance_managers.get(name_of(before, after))
    if manager is not None:
        touch_protection(state, manager.spec.node_id)
