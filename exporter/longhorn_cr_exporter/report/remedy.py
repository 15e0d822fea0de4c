"""What to do about what holds a node's drain up. It ends with a command to type, as a finding's action does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ..diagnosis import advice
from ..diagnosis.drain_rule import ALLOW_IF_STOPPED
from ..diagnosis.fact import BlockerFact
from ..diagnosis.node_drain import MANUAL_ATTACHMENT, ORPHAN_ENGINE_RECORD, RUNNING_ENGINE
from ..diagnosis.pattern import View
from ..diagnosis.setting import NODE_DRAIN_POLICY
from ..diagnosis.volume_drain import (
    EVICTION_WITHOUT_TARGET,
    INSTANCE_MANAGER_NOT_RUNNING,
    LAST_REPLICA,
    REPLICA_ON_MISSING_NODE,
    WOULD_DEADLOCK,
    WOULD_LOSE_LAST_USABLE_REPLICA,
)

_DEFAULT_POLICY: Final = "block-if-contains-last-replica"


def remedy(blocker: BlockerFact, view: View) -> str:
    """Return what to do about a blocker, "" for one that clears by itself."""
    return "" if blocker.clears_by_itself else _BY_REASON.get(blocker.reason, _look)(blocker, view)


def _would_deadlock(_blocker: BlockerFact, view: View) -> str:
    return (
        "Do not evict its workload before Scheduled is True: bring back the nodes that hold its replicas, or allow "
        f"degraded availability for as long as the update lasts: {advice.allow_degraded(view)}"
    )


def _replicate(blocker: BlockerFact, view: View) -> str:
    if blocker.kind == "Setting":
        return f"Give the setting its default: {advice.set_setting(view, NODE_DRAIN_POLICY, _DEFAULT_POLICY)}"
    volume = view.state.volumes.get(_volume(blocker, view))
    if volume is not None and volume.spec.data_locality == "strict-local":
        return (
            "Strict locality allows no second replica. Where its workload may stop meanwhile, let the nodes of stopped "
            f"replicas go: {advice.set_setting(view, NODE_DRAIN_POLICY, ALLOW_IF_STOPPED)}"
        )
    if volume is not None and volume.spec.number_of_replicas == 1:
        second = {"spec": {"numberOfReplicas": 2}}
        return (
            f"Want a second replica, and wait for it: {advice.patch(view, 'volumes.longhorn.io', volume.name, second)}"
        )
    return (
        "Have a second good replica on another node that is not cordoned: bring a node back, or make room on one, and "
        f"wait for the rebuild: {advice.show_replicas(view, _volume(blocker, view))}"
    )


def _missing_node(blocker: BlockerFact, view: View) -> str:
    if blocker.kind == "Node":
        return f"Take the node out of Longhorn: {advice.delete(view, 'nodes', blocker.name)}"
    return (
        "Once the volume has another good replica, delete the one whose node is gone: "
        f"{advice.delete(view, 'replicas', blocker.name)}"
    )


def _make_room(_blocker: BlockerFact, view: View) -> str:
    return (
        "Give the replica a node to move to (another node, disk space, a tag that the volume asks for): "
        f"{advice.in_longhorn(view, 'get', 'nodes.longhorn.io')}"
    )


def _start_manager(blocker: BlockerFact, view: View) -> str:
    if blocker.kind == "InstanceManager":
        words = "Uncordon the node if it is cordoned: it does not start there. Otherwise see why it does not run"
        return f"{words}: {advice.show(view, 'instancemanagers', blocker.name)}"
    return _look(blocker, view)


def _detach(blocker: BlockerFact, view: View) -> str:
    return f"Detach it in Longhorn's UI once nobody needs it: {advice.show_tickets(view, _volume(blocker, view))}"


def _drop_record(blocker: BlockerFact, view: View) -> str:
    return (
        "Once the workloads have left the node, delete the instance manager's pod; its list goes with it: "
        f"{advice.in_longhorn(view, 'delete', 'pod', blocker.name)}"
    )


def _let_go(blocker: BlockerFact, view: View) -> str:
    volume = _volume(blocker, view)
    if not volume:
        return _look(blocker, view)
    return f"See who holds the volume, and have that let go: {advice.show_tickets(view, volume)}"


def _look(blocker: BlockerFact, view: View) -> str:
    return f"See what is wrong with it: {advice.show(view, _PLURALS.get(blocker.kind, 'volumes'), blocker.name)}"


def _volume(blocker: BlockerFact, view: View) -> str:
    """Return the name of the volume that the blocker is about, "" where nothing tells."""
    if blocker.kind == "Volume":
        return blocker.name
    replica, engine = view.state.replicas.get(blocker.name), view.state.engines.get(blocker.name)
    if blocker.kind == "Replica" and replica:
        return replica.spec.volume_name
    return engine.spec.volume_name if blocker.kind == "Engine" and engine else ""


_PLURALS: Final = {
    "Replica": "replicas",
    "Engine": "engines",
    "InstanceManager": "instancemanagers",
    "Setting": "settings",
    "Node": "nodes",
}
_BY_REASON: Final[dict[str, Callable[[BlockerFact, View], str]]] = {
    WOULD_DEADLOCK: _would_deadlock,
    WOULD_LOSE_LAST_USABLE_REPLICA: _replicate,
    LAST_REPLICA: _replicate,
    REPLICA_ON_MISSING_NODE: _missing_node,
    EVICTION_WITHOUT_TARGET: _make_room,
    INSTANCE_MANAGER_NOT_RUNNING: _start_manager,
    MANUAL_ATTACHMENT: _detach,
    ORPHAN_ENGINE_RECORD: _drop_record,
    RUNNING_ENGINE: _let_go,
}
