"""Whether a volume gets, without anybody's doing, what lets a node lose its replica: time alone is the cure then."""

from __future__ import annotations

from collections.abc import Collection

from ..cluster.state import ClusterState
from ..model.node import KubernetesNode
from ..model.replica import Replica
from ..model.volume import Volume
from .cover import Flaw, manager_of
from .demand import reusable
from .outlook import Outlook
from .placement import can_be_replaced
from .redundancy import holds_data, node_ready, usable


def can_move(volume: Volume | None, node: str, outlook: Outlook, now: float) -> bool:
    """Whether Longhorn, asked to evict the volume's replica from the node, would find it another place.

    Either enough good replicas remain elsewhere, or a new one can be built from one that holds data. A volume that was
    never used needs no such source.
    """
    if volume is None or not outlook.rebuilds:
        return False
    replicas = outlook.state.replicas_of.of(volume.name).values()
    elsewhere = [replica for replica in replicas if replica.spec.node_id != node]
    if sum(holds_data(replica) for replica in elsewhere) >= volume.spec.number_of_replicas:
        return True
    return _has_source(replicas, outlook.state) and can_be_replaced(
        volume, replicas, outlook.fleet, now=now, without=node
    )


def _has_source(replicas: Collection[Replica], state: ClusterState) -> bool:
    never_used = not any(replica.spec.healthy_at for replica in replicas)
    return never_used or any(usable(replica, state.ready_nodes) for replica in replicas)


def cover_returns(volume: Volume | None, node: str, outlook: Outlook, now: float) -> bool:
    """Whether the volume will soon have protected data on another node.

    True where a good replica there only waits for its instance manager, or where one is being built or is about to be,
    which takes an attached volume.
    """
    if volume is None:
        return False
    replicas = outlook.state.replicas_of.of(volume.name).values()
    peers = [r for r in replicas if r.spec.active and _on_open_node(r, node, outlook.state)]
    if any(holds_data(peer) and _manager_comes(peer, outlook) for peer in peers):
        return True
    if volume.status.state != "attached" or not outlook.rebuilds or not _has_source(replicas, outlook.state):
        return False
    return any(_being_built(peer) for peer in peers) or _about_to_be_built(volume, peers, node, outlook, now)


def _on_open_node(replica: Replica, node: str, state: ClusterState) -> bool:
    """Whether the replica is on another node that is Ready and not cordoned."""
    kubernetes = state.kubernetes_nodes.get(replica.spec.node_id)
    return replica.spec.node_id != node and kubernetes is not None and _open(kubernetes)


def _open(node: KubernetesNode) -> bool:
    return node_ready(node) and not node.spec.unschedulable


def _manager_comes(peer: Replica, outlook: Outlook) -> bool:
    """Whether the peer's instance manager exists: on such a node it starts, and gets its budget, by itself."""
    manager = manager_of(peer, outlook.state, outlook.rule.version)
    return manager is not None and not isinstance(manager, Flaw)


def _being_built(replica: Replica) -> bool:
    spec = replica.spec
    return not spec.healthy_at and not spec.failed_at and replica.status.current_state == "running"


def _about_to_be_built(volume: Volume, peers: Collection[Replica], node: str, outlook: Outlook, now: float) -> bool:
    """Whether the volume lacks a replica that Longhorn can put, or take up again, on another node."""
    replicas = outlook.state.replicas_of.of(volume.name).values()
    good = sum(replica.spec.active and not replica.spec.failed_at for replica in replicas)
    if good >= volume.spec.number_of_replicas:
        return False
    if any(peer.spec.failed_at and reusable(peer) for peer in peers):
        return True
    return can_be_replaced(volume, replicas, outlook.fleet, now=now, without=node)
