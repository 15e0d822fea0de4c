"""Why a volume that a workload waits for is not attached: the most certain cause there is evidence for.

What makes Longhorn's API say "not ready" comes first: CSI is refused then, whatever else is wrong. Of the rest, what is
wrong with the node comes before what is wrong on it. Without any evidence the attach is in progress.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ..cluster.state import ClusterState
from ..model.meta import condition_true
from ..model.volume import Volume
from .attach import Wish
from .ready import clone_pending
from .record import is_leaked
from .redundancy import node_ready
from .stage import DEADLOCKED, UNSCHEDULABLE
from .version import Version

SCHEDULED_CONDITION: Final = "scheduled_condition"
IN_PROGRESS: Final = "in_progress"


class Attempt(NamedTuple):
    """An attach that is waited for, with what is known around it."""

    volume: Volume
    node: str
    stage: str | None
    version: Version
    state: ClusterState


def attach_cause(volume: Volume, demand: Wish, stage: str | None, version: Version, state: ClusterState) -> str:
    """Return the cause, one of METRICS' list."""
    attempt = Attempt(volume, demand.node, stage, version, state)
    return next((cause for cause, holds in _CAUSES if holds(attempt)), IN_PROGRESS)


def _cloning(attempt: Attempt) -> bool:
    return clone_pending(attempt.volume, attempt.version)


def _migrating(attempt: Attempt) -> bool:
    volume = attempt.volume
    return volume.spec.migration_node_id != "" or volume.status.current_migration_node_id != ""


def _attached_elsewhere(attempt: Attempt) -> bool:
    current = attempt.volume.status.current_node_id or attempt.volume.spec.node_id
    return "" not in {current, attempt.node} and current != attempt.node


def _node_not_ready(attempt: Attempt) -> bool:
    """Kubernetes or Longhorn says that the node is down; a node that cannot be looked up is not held to be."""
    if attempt.node == "":
        return False
    kubernetes = attempt.state.kubernetes_nodes.get(attempt.node)
    longhorn = attempt.state.longhorn_nodes.get(attempt.node)
    if kubernetes is not None and not node_ready(kubernetes):
        return True
    return longhorn is not None and not condition_true(longhorn.status.conditions, "Ready")


def _no_instance_manager(attempt: Attempt) -> bool:
    """The node has instance managers for the volume's data engine, and none of them runs."""
    engine = attempt.volume.spec.data_engine or "v1"
    managers = [
        manager
        for manager in attempt.state.instance_managers_on.of(attempt.node).values()
        if (manager.spec.data_engine or "v1") == engine and manager.spec.type != "replica"
    ]
    return attempt.node in attempt.state.longhorn_nodes and not any(
        manager.status.current_state == "running" for manager in managers
    )


def _leaked_record(attempt: Attempt) -> bool:
    """An instance manager of the node still lists the volume's engine, which is not there."""
    engines = attempt.state.engines_of.of(attempt.volume.name)
    managers = attempt.state.instance_managers_on.of(attempt.node).values()
    return any(
        name in engines and is_leaked(manager, engines[name])
        for manager in managers
        for name in manager.status.instance_engines or ()
    )


def _image_missing(attempt: Attempt) -> bool:
    """The volume's engine image is said not to be deployed on the node."""
    images = attempt.state.engine_images.values()
    deployed = [i.status.node_deployment_map or {} for i in images if i.spec.image == attempt.volume.spec.image]
    return any(nodes.get(attempt.node) is False for nodes in deployed)


_CAUSES: Final[tuple[tuple[str, Callable[[Attempt], bool]], ...]] = (
    (SCHEDULED_CONDITION, lambda attempt: attempt.stage == DEADLOCKED),
    ("unschedulable", lambda attempt: attempt.stage == UNSCHEDULABLE),
    ("faulted", lambda attempt: attempt.volume.status.robustness == "faulted"),
    ("restoring", lambda attempt: attempt.volume.status.restore_required),
    ("cloning", _cloning),
    ("migrating", _migrating),
    ("attached_elsewhere", _attached_elsewhere),
    ("node_not_ready", _node_not_ready),
    ("instance_manager_not_running", _no_instance_manager),
    ("engine_image_missing", _image_missing),
    ("leaked_engine_record", _leaked_record),
)
