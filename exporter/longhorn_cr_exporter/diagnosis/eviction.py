"""Which replicas Longhorn would move off a node by itself, once the node is cordoned.

Source: longhorn-manager's node controller (``syncReplicaEvictionRequested``, ``shouldEvictReplica``); a sample of the
comparison with it is in tests/oracle.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..cluster.state import ClusterState
from ..model.meta import first_condition
from ..model.node import DiskSpec, DiskStatus, LonghornNode
from .cover import cover_of
from .drain_rule import BLOCK_FOR_EVICTION, BLOCK_FOR_EVICTION_OF_LAST, EVICTING, DrainRule

_DOWN: Final = frozenset({"KubernetesNodeGone", "KubernetesNodeNotReady"})


def evicted_when_cordoned(node: str, state: ClusterState, rule: DrainRule) -> frozenset[str]:
    """Return the names of the replicas whose eviction Longhorn would request, asked for or of itself."""
    longhorn = state.longhorn_nodes.get(node)
    listed = {name for _, disk in _disks(longhorn) for name in disk.scheduled_replica or ()} if longhorn else set()
    return frozenset(name for name in listed if is_evicted(name, node, state, rule))


def is_evicted(name: str, node: str, state: ClusterState, rule: DrainRule) -> bool:
    """Whether Longhorn would request the replica's eviction once the node is cordoned.

    Not while the node is down; and of itself not where it cannot tell whether the replica is covered elsewhere.
    """
    longhorn = state.longhorn_nodes.get(node)
    if longhorn is None or not may_evict(longhorn, rule) or is_down(longhorn):
        return False
    holding = [spec for spec, disk in _disks(longhorn) if name in (disk.scheduled_replica or ())]
    if not holding:
        return False
    asked_for = longhorn.spec.eviction_requested or any(spec.eviction_requested for spec in holding)
    return asked_for or _evicted_by_policy(name, node, state, rule)


def may_evict(node: LonghornNode, rule: DrainRule) -> bool:
    """Whether anything is evicted from the node at all: by the policy, or because node or disk ask for it."""
    asked_for = node.spec.eviction_requested or any(d.eviction_requested for d in (node.spec.disks or {}).values())
    return asked_for or rule.policy in EVICTING


def is_down(node: LonghornNode) -> bool:
    """Whether Longhorn takes the node for gone or not ready, and therefore evicts nothing from it."""
    ready = first_condition(node.status.conditions, "Ready")
    return ready is not None and ready.status == "False" and ready.reason in _DOWN


def _disks(node: LonghornNode) -> Iterator[tuple[DiskSpec, DiskStatus]]:
    """Yield the node's configured disks that it has found."""
    found = node.status.disk_status or {}
    return ((spec, found[name]) for name, spec in (node.spec.disks or {}).items() if name in found)


def _evicted_by_policy(name: str, node: str, state: ClusterState, rule: DrainRule) -> bool:
    if rule.policy != BLOCK_FOR_EVICTION_OF_LAST:
        return rule.policy == BLOCK_FOR_EVICTION
    replica = state.replicas.get(name)
    if replica is None:
        return False
    cover = cover_of(replica.spec.volume_name, state, rule.version, cordoned=node)
    return cover.flaw is None and all(other == node for other in cover.nodes)
