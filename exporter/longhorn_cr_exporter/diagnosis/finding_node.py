"""What is said of nodes: ghosts, those that came back and are of no use, and those whose drain hangs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..model.replica import Replica
from ..model.resource import INSTANCE_MANAGERS, KUBERNETES_NODES
from . import advice
from .drain import BLOCKED, UNSAFE
from .fact import ConditionFact, NodeFacts
from .node_drain import MANUAL_ATTACHMENT, ORPHAN_ENGINE_RECORD
from .outage import gone_since, ready_since, running_manager, unserved_since
from .pattern import INFO, WARNING, Finding, Pattern, View
from .redundancy import holds_data
from .wording import lasting, listed, sentence

_GHOST_FOR: Final = 15 * 60.0
_UNUSABLE_FOR: Final = 5 * 60.0
_DRAINING_FOR: Final = 10 * 60.0
_TOLD_BY_OBJECT: Final = frozenset({MANUAL_ATTACHMENT, ORPHAN_ENGINE_RECORD})
_MOST_REASONS: Final = 3


def node_findings(facts: NodeFacts, view: View) -> Iterator[Finding]:
    """Yield what is wrong with one node."""
    found = (_ghost(facts, view), _unusable(facts, view), _drain(facts, view))
    return (finding for finding in found if finding is not None)


def _ghost(facts: NodeFacts, view: View) -> Finding | None:
    """Return that a Longhorn node has outlived its Kubernetes node. Longhorn itself tells since when."""
    if facts.kubernetes_node_present is not False or facts.name not in view.state.longhorn_nodes:
        return None
    since = gone_since(facts.name, view.state)
    if view.age(since) <= _GHOST_FOR:
        return None
    replicas = view.state.replicas_on.of(facts.name)
    holding = f" It still counts as the home of {listed(replicas)}" if replicas else ""
    message = f"Longhorn node {facts.name} has no Kubernetes node{lasting(since, view.now)}.{holding}"
    action = "If the node does not come back, move or delete the replicas on it, then: " + advice.delete(
        view, "nodes", facts.name
    )
    return Pattern.NODE_GHOST.found(WARNING, "Node", facts.name, message=message, action=action, since=since)


def replica_ghost_finding(replica: Replica, view: View) -> Finding | None:
    """Return that a replica counts as good although its Kubernetes node is gone: nobody marks it failed.

    Where nothing tells since when, it was gone before the exporter looked.
    """
    node = replica.spec.node_id
    if not node or node in view.state.kubernetes_nodes or not view.state.known(KUBERNETES_NODES):
        return None
    since = gone_since(node, view.state)
    if not holds_data(replica) or (since is not None and view.age(since) <= _GHOST_FOR):
        return None
    volume = view.assessment.volumes.facts.get(replica.spec.volume_name)
    message = (
        f"Replica {replica.name} of volume {replica.spec.volume_name} counts as healthy, and its node {node} is gone"
        f"{lasting(since, view.now)}: Longhorn lets no other node with a replica of that volume be drained "
        "(longhorn/longhorn #10833)"
    )
    if volume is not None and volume.usable_replicas:
        action = f"If the node does not come back, delete it: {advice.delete(view, 'replicas', replica.name)}"
    else:
        action = f"Do not delete it: no other replica is usable. Bring {node} back: {advice.kubectl('get', 'nodes')}"
    return Pattern.REPLICA_GHOST.found(WARNING, "Replica", replica.name, message=message, action=action, since=since)


def _unusable(facts: NodeFacts, view: View) -> Finding | None:
    since = _ready_for(facts, view)
    if since is None:
        return None
    faults = [*_disk_faults(facts, view)]
    if without_manager(facts, view):
        faults.append("no instance manager runs on it")
    if not faults:
        return None
    message = f"Node {facts.name} is Ready{lasting(since, view.now)}, and of no use to Longhorn: {'; '.join(faults)}"
    action = f"See what its disks and conditions say: {advice.show(view, 'nodes', facts.name)}"
    return Pattern.NODE_UNUSABLE.found(WARNING, "Node", facts.name, message=message, action=action, since=since)


def _ready_for(facts: NodeFacts, view: View) -> float | None:
    """Return since when one of Longhorn's nodes is Ready, if that is long enough."""
    kubernetes = view.state.kubernetes_nodes.get(facts.name)
    if kubernetes is None or not facts.kubernetes_ready or facts.name not in view.state.longhorn_nodes:
        return None
    since = ready_since(kubernetes)
    return since if view.age(since) > _UNUSABLE_FOR else None


def _disk_faults(facts: NodeFacts, view: View) -> Iterator[str]:
    for disk in facts.disks:
        ready = next((condition for condition in disk.conditions if condition.type == "Ready"), None)
        if ready is not None and not ready.true and _lasts(ready, view):
            reason = _DISK_REASONS.get(ready.reason, ready.reason or "no reason given")
            yield f"disk {disk.name} is not Ready ({reason})"


_DISK_REASONS: Final = {
    "DiskFilesystemChanged": "DiskFilesystemChanged: its diskUUID is not the recorded one, or another disk's too",
}


def _lasts(condition: ConditionFact, view: View) -> bool:
    return condition.since is None or view.age(condition.since) > _UNUSABLE_FOR


def without_manager(facts: NodeFacts, view: View) -> bool:
    """Whether a node that is not cordoned has had no running instance manager for long; on a cordoned one none starts.

    Where nothing tells since when, it was so before the exporter looked.
    """
    if facts.cordoned or not view.state.known(INSTANCE_MANAGERS) or running_manager(facts.name, view.state):
        return False
    times = [unserved_since(facts.name, view.state), open_since(facts)]
    since = max((time for time in times if time is not None), default=None)
    return since is None or view.age(since) > _UNUSABLE_FOR


def open_since(facts: NodeFacts) -> float | None:
    """Return since when Longhorn takes a node that is not cordoned for open again."""
    return next((condition.since for condition in facts.conditions if condition.type == "Schedulable"), None)


def _drain(facts: NodeFacts, view: View) -> Finding | None:
    """Return what holds the node's drain up for good: urgent while it is cordoned, good to know before."""
    summary = view.assessment.drains.facts.get(facts.name)
    if summary is None or summary.verdict not in {BLOCKED, UNSAFE} or not facts.kubernetes_node_present:
        return None
    drain = view.assessment.drain(facts.name, view.now)
    lasting_blockers = [blocker for blocker in drain.blockers if not blocker.clears_by_itself] if drain else []
    hanging = _hanging(facts, view)
    told = [b.message for b in lasting_blockers if hanging or b.reason not in _TOLD_BY_OBJECT]
    if not told:
        return None
    more = f"; and {len(told) - _MOST_REASONS} more" if len(told) > _MOST_REASONS else ""
    reasons = "; ".join(sentence(reason) for reason in told[:_MOST_REASONS]) + more
    start = (
        f"Node {facts.name} is cordoned{lasting(facts.cordoned_since, view.now)} and cannot be drained"
        if hanging
        else f"Node {facts.name} could not be drained"
    )
    return Pattern.DRAIN_BLOCKED.found(
        WARNING if hanging else INFO,
        "Node",
        facts.name,
        message=f"{start}. {reasons}",
        action=f"Clear what holds it, then look again; where its volumes are at stake, wait: {_budgets(view)}",
        since=facts.cordoned_since if hanging else None,
    )


def _hanging(facts: NodeFacts, view: View) -> bool:
    """Whether a drain is under way and does not get on; once no instance manager runs there is nothing to drain."""
    cordoned = facts.cordoned is True and view.age(facts.cordoned_since) > _DRAINING_FOR
    return cordoned and running_manager(facts.name, view.state)


def _budgets(view: View) -> str:
    return advice.in_longhorn(view, "get", "poddisruptionbudgets,instancemanagers.longhorn.io")
