"""What to tell of nodes, of what guards and runs on them, and of settings.

Each function gets an object before and after an event (None: not there) and yields lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..model.meta import first_condition
from ..model.node import InstanceManager, KubernetesNode, LonghornNode, PodDisruptionBudget
from ..model.setting import Setting
from .scene import Scene

_PASSING = frozenset({"", "starting"})


def tell_kubernetes_node(
    _scene: Scene, previous: KubernetesNode | None, current: KubernetesNode | None
) -> Iterator[str]:
    """Tell of cordon and uncordon, readiness, arrival and removal."""
    if previous is None or current is None:
        node = current or previous
        yield f"node {node.name if node else ''} {'joined' if current else 'deleted'}"
        return
    if current.spec.unschedulable != previous.spec.unschedulable:
        yield f"node {current.name} {'cordoned' if current.spec.unschedulable else 'uncordoned'}"
    if _ready(current) != _ready(previous):
        yield f"node {current.name} {'ready' if _ready(current) == 'True' else 'not ready'}"


def _ready(node: KubernetesNode) -> str:
    condition = first_condition(node.status.conditions, "Ready")
    return condition.status if condition else ""


def tell_longhorn_node(_scene: Scene, previous: LonghornNode | None, current: LonghornNode | None) -> Iterator[str]:
    """Tell of arrival, removal, and what an administrator sets."""
    if previous is None or current is None:
        node = current or previous
        yield f"Longhorn node {node.name if node else ''} {'added' if current else 'removed'}"
        return
    before, after = previous.spec, current.spec
    if (after.tags or []) != (before.tags or []):
        yield f"Longhorn node {current.name}: tags {', '.join(after.tags or ()) or 'none'}"
    if after.allow_scheduling != before.allow_scheduling:
        yield f"Longhorn node {current.name}: scheduling {'allowed' if after.allow_scheduling else 'disabled'}"
    if after.eviction_requested != before.eviction_requested:
        yield f"Longhorn node {current.name}: eviction {'requested' if after.eviction_requested else 'withdrawn'}"


def tell_instance_manager(
    _scene: Scene, previous: InstanceManager | None, current: InstanceManager | None
) -> Iterator[str]:
    """Tell of its states but those it only passes through."""
    if current is None:
        if previous is not None:
            yield f"instance manager of {previous.spec.node_id} removed"
        return
    before = previous.status.current_state if previous else ""
    after = current.status.current_state
    if after != before and after not in _PASSING:
        yield f"instance manager of {current.spec.node_id}: {after}"


def tell_disruption_budget(
    scene: Scene, previous: PodDisruptionBudget | None, current: PodDisruptionBudget | None
) -> Iterator[str]:
    """Tell that Longhorn lets an instance manager go, or protects it."""
    budget = current or previous
    node = scene.node_of(budget.name) if budget else ""
    if not node or (previous and current):
        return
    if current:
        yield f"PodDisruptionBudget protects the instance manager of {node}"
    else:
        yield f"PodDisruptionBudget lifted: the instance manager of {node} may be evicted"


def tell_setting(_scene: Scene, previous: Setting | None, current: Setting | None) -> Iterator[str]:
    """Tell of a value that changed."""
    if previous and current and previous.value != current.value:
        yield f"setting {current.name}: {previous.value or '(empty)'} → {current.value or '(empty)'}"
