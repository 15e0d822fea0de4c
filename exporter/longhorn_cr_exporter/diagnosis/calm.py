"""Nodes where all is well, so that what a sound volume weighs on their drain is known without asking Longhorn's rule.

Nearly every volume of a healthy cluster has good, protected replicas on such nodes alone, and an event about it is to
cost little. What is calm depends on the node and on what belongs to it, and is worked out once, when that changes.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..cluster.state import ClusterState
from ..model.replica import Replica
from .cover import manager_protects
from .drain_rule import DrainRule
from .eviction import may_evict
from .redundancy import holds_data

_NOBODY: frozenset[str] = frozenset()


class Calm:
    """By node, the instance managers that protect its replicas. Nodes that are not calm are absent.

    A node is calm when it is Ready and not cordoned, and nothing is to be evicted from it.
    """

    __slots__ = ("_managers", "_rule")

    def __init__(self, state: ClusterState, rule: DrainRule) -> None:
        self._rule = rule
        self._managers: dict[str, frozenset[str]] = {}
        for node in state.kubernetes_nodes:
            self.refresh(node, state)

    def refresh(self, node: str, state: ClusterState) -> None:
        """Look at one node again."""
        if self._is_calm(node, state):
            managers = state.instance_managers_on.of(node).values()
            self._managers[node] = frozenset(m.name for m in managers if manager_protects(m, state))
        else:
            self._managers.pop(node, None)

    def _is_calm(self, node: str, state: ClusterState) -> bool:
        if node not in state.ready_nodes or state.kubernetes_nodes[node].spec.unschedulable:
            return False
        longhorn = state.longhorn_nodes.get(node)
        return longhorn is None or not may_evict(longhorn, self._rule)

    def holds(self, volume: str, replicas: Iterable[Replica]) -> bool:
        """Whether all replicas are good and protected, each alone on a calm node and labelled as it is placed."""
        nodes = set()
        for replica in replicas:
            node, labels = replica.spec.node_id, replica.metadata.labels
            if replica.status.instance_manager_name not in self._managers.get(node, _NOBODY) or node in nodes:
                return False
            if labels is None or labels.longhornnode != node or labels.longhornvolume != volume:
                return False
            if not holds_data(replica):
                return False
            nodes.add(node)
        return True
