"""Which replicas Longhorn would move off a node by itself, once the node is cordoned.

Source: longhorn-manager's node controller (``syncReplicaEvictionRequested``, ``shouldEvictReplica``); a sample of the
comparison with it is in tests/oracle.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..cluster.state import ClusterState
from ..model.meta import first_condition
from ..model.node import LonghornNode
from .cover import cover_of
from .drain_rule import BLOCK_FOR_EVICTION, BLOCK_FOR_EVICTION_OF_LAST, DrainRule

_DOWN: Final = frozenset({"KubernetesNodeGone", "KubernetesNodeNotReady"})


def evicted_when_cordoned(node: str, state: ClusterState, rule: DrainRule) -> frozenset[str]:
    """Return the names of the replicas whose eviction Longhorn would request, asked for or of itself.

    None while the node is down; of itself none whose cover elsewhere Longhorn cannot tell.
    """
    longhorn = state.longhorn_nodes.get(node)
    if longhorn is None or is_down(longhorn):
        return frozenset()
    return frozenset(
        name
        for name, asked_for in _replicas_on_disks(longhorn)
        if asked_for or _evicted_by_policy(name, node, state, rule)
    )


def _evicted_by_policy(name: str, node: str, state: ClusterState, rule: DrainRule) -> bool:
    if rule.policy != BLOCK_FOR_EVICTION_OF_LAST:
        return rule.policy == BLOCK_FOR_EVICTION
    replica = state.replicas.get(name)
    if replica is None:
        return False
    cover = cover_of(replica.spec.volume_name, state, rule.search, cordoned=node)
    return cover.flaw is None and all(other == node for other in cover.nodes)


def is_down(node: LonghornNode) -> bool:
    """Whether Longhorn takes the node for gone or not ready, and therefore evicts nothing from it."""
    ready = first_condition(node.status.conditions, "Ready")
    return ready is not None and ready.status == "False" and ready.reason in _DOWN


def _replicas_on_disks(node: LonghornNode) -> Iterator[tuple[str, bool]]:
    """Yield (replica, whether node or disk asks for its eviction) as the node's disks list them."""
    status = node.status.disk_status or {}
    for name, disk in (node.spec.disks or {}).items():
        asked_for = node.spec.eviction_requested or disk.eviction_requested
        for replica in (status[name].scheduled_replica or ()) if name in status else ():
            yield replica, asked_for
