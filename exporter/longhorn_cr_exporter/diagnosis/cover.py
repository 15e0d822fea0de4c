"""Cover: which replicas of a volume Longhorn counts as protected, when it asks whether a node may lose its own.

A replica protects its volume when it was once healthy and has not failed, its Kubernetes node is not cordoned, and the
instance manager it belongs to runs and has a PodDisruptionBudget. Whether its data is reachable is not asked. Source:
longhorn-manager's ``ListVolumePDBProtectedHealthyReplicasRO`` and ``GetInstanceManagerByInstanceRO``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ..cluster.state import ClusterState
from ..model.node import InstanceManager
from ..model.replica import Replica
from .default_image import RUNNING, default_label, managers_labelled
from .redundancy import node_ready
from .version import Version

STRICT_LOOKUP: Final = Version(1, 8, 0)  # from here on a stopped replica without its instance manager is an error


class Flaw(NamedTuple):
    """Why Longhorn's check fails, and of which object that is true. ``passes``: soon, without anybody's doing."""

    kind: str
    name: str
    message: str
    missing_node: bool = False
    passes: bool = False


class Cover(NamedTuple):
    """Nodes of a volume's protected replicas, with repetition; or why Longhorn cannot tell."""

    nodes: tuple[str, ...]
    flaw: Flaw | None = None


def cover_of(volume: str, state: ClusterState, version: Version, *, cordoned: str = "") -> Cover:
    """Return the volume's protected replicas, with the node ``cordoned`` taken as unschedulable whatever it is.

    ``volume`` is the value of the replicas' label, by which Longhorn finds them. Every healthy replica is looked at: a
    single one on a Kubernetes node that is gone makes the whole answer a failure (longhorn/longhorn #10833).
    """
    nodes = []
    for replica in state.replicas_labelled.of(volume).values():
        spec = replica.spec
        if not spec.healthy_at or spec.failed_at:
            continue
        node = state.kubernetes_nodes.get(spec.node_id)
        if node is None:
            return Cover((), _node_missing(replica))
        if node.spec.unschedulable or spec.node_id == cordoned:
            continue
        manager = manager_of(replica, state, version)
        if isinstance(manager, Flaw):
            return Cover((), manager)
        if manager is not None and manager_protects(manager, state):
            nodes.append(spec.node_id)
    return Cover(tuple(nodes))


def manager_protects(manager: InstanceManager, state: ClusterState) -> bool:
    """Whether the instance manager runs and has a PodDisruptionBudget, which is of its name."""
    return manager.status.current_state == RUNNING and manager.name in state.disruption_budgets


def manager_of(replica: Replica, state: ClusterState, version: Version) -> InstanceManager | Flaw | None:
    """Return the instance manager that the replica belongs to, None for none, a Flaw where Longhorn's look-up fails."""
    noted = replica.status.instance_manager_name
    if noted:
        return state.instance_managers.get(noted)
    strict = version >= STRICT_LOOKUP
    label = None if strict and replica.spec.data_engine == "v2" else default_label(state)
    if label == "":
        return Flaw("Setting", "default-instance-manager-image", "the default instance manager image is not set")
    found = managers_labelled(replica.spec.node_id, state, data_engine=replica.spec.data_engine, label=label)
    if len(found) == 1:
        return found[0]
    return _choose(replica, found, state) if strict else None


def _choose(replica: Replica, found: list[InstanceManager], state: ClusterState) -> InstanceManager | Flaw:
    """Return the one that runs, of several v2 ones; otherwise none and several are failures alike."""
    if replica.spec.data_engine == "v2":
        running = [manager for manager in found if manager.status.current_state == RUNNING]
        if running:
            return running[0]
    count = "several instance managers" if found else "no instance manager"
    message = f"node {replica.spec.node_id} has {count} that the stopped replica {replica.name} could belong to"
    comes = not found and node_ready(state.kubernetes_nodes.get(replica.spec.node_id))
    return Flaw("Replica", replica.name, message, passes=comes)


def _node_missing(replica: Replica) -> Flaw:
    node = replica.spec.node_id
    where = f"Kubernetes node {node} is gone" if node else "it has no node"
    return Flaw("Replica", replica.name, f"replica {replica.name} counts as healthy, but {where}", missing_node=True)
