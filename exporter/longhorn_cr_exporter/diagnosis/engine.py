"""The facts of one engine."""

from __future__ import annotations

from ..cluster.state import ClusterState
from ..model.engine import Engine
from ..model.resource import VOLUMES
from ..model.volume import KubernetesStatus
from .attach import attach_demand
from .fact import EngineFacts
from .term import INSTANCE_STATES, bounded

_NO_CLAIM = KubernetesStatus()


def engine_facts(engine: Engine, state: ClusterState) -> EngineFacts:
    """Judge one engine."""
    volume = state.volumes.get(engine.spec.volume_name)
    claim = volume.status.kubernetes_status if volume else _NO_CLAIM
    return EngineFacts(
        name=engine.name,
        volume=engine.spec.volume_name,
        pvc=claim.pvc_name,
        pvc_namespace=claim.namespace,
        state=bounded(engine.status.current_state, INSTANCE_STATES),
        wanted=engine_wanted(engine, state),
        stopped_since=state.engine_stopped.since(engine.name),
    )


def engine_wanted(engine: Engine, state: ClusterState) -> bool | None:
    """Whether the engine should run: its volume has a node, or an attach is pending. An inactive engine is not wanted.

    None while volumes cannot be read.
    """
    if not state.known(VOLUMES):
        return None
    volume = state.volumes.get(engine.spec.volume_name)
    if volume is None or not engine.spec.active:
        return False
    return volume.spec.node_id != "" or attach_demand(volume, state) is not None
