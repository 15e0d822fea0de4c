"""The facts of one instance manager."""

from __future__ import annotations

from ..cluster.state import ClusterState
from ..model.node import InstanceManager
from ..model.resource import ENGINES, KUBERNETES_NODES, REPLICAS, VOLUMES
from .fact import InstanceManagerFacts
from .record import leaked_engines
from .term import INSTANCE_MANAGER_STATES, bounded


def instance_manager_facts(manager: InstanceManager, state: ClusterState, needed_replicas: int) -> InstanceManagerFacts:
    """Judge one instance manager.

    ``needed_replicas`` counts the replicas of its data engine on its node that their volumes cannot do without.
    """
    spec = manager.spec
    node = state.kubernetes_nodes.get(spec.node_id)
    countable = state.known(VOLUMES) and state.known(REPLICAS) and state.known(KUBERNETES_NODES)
    return InstanceManagerFacts(
        name=manager.name,
        node=spec.node_id,
        data_engine=spec.data_engine or "v1",
        state=bounded(manager.status.current_state, INSTANCE_MANAGER_STATES),
        on_cordoned_node=node is not None and node.spec.unschedulable if state.known(KUBERNETES_NODES) else None,
        needed_replicas=needed_replicas if countable else None,
        leaked_engines=len(leaked_engines(manager, state.engines)) if state.known(ENGINES) else None,
    )
