"""What is said of a volume that has fewer usable replicas than it wants, attached or not.

Nothing is said of a volume that was never used: its replicas hold nothing yet. Where data cannot be reached at all,
that is urgent: but not while Longhorn salvages it (seconds), and not while a node reboots within the time that Longhorn
itself waits before it replaces replicas.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ..model.replica import Replica
from ..model.volume import Volume
from . import advice
from .candidate import placement_rule
from .demand import softness_of
from .fact import VolumeFacts
from .finding_attach import reboot_seconds
from .loss import FAILED, NOT_READY, Deficit, Loss, deficit, losses
from .pattern import CRITICAL, WARNING, Finding, Pattern, View
from .redundancy import usable
from .version import Version
from .wording import count, lasting, listed, sentence, volume_words

_LOW_FOR: Final = 30 * 60.0
_SALVAGED_WITHIN: Final = 2 * 60.0
_OFFLINE_REBUILDING: Final = Version(1, 9, 0)


def redundancy_finding(facts: VolumeFacts, volume: Volume, view: View) -> Finding | None:
    """Return that the volume has lost its data's last copy, is about to, or has been short of copies for long."""
    replicas = view.state.replicas_of.of(facts.name).values()
    if facts.usable_replicas is None:
        return _faulted(facts, replicas, view)
    lost = losses(replicas, view.state)
    if facts.usable_replicas == 0:
        gravest = _lost(facts, lost, view) or _last_one(facts, _returning(lost, view), view)
    else:
        left = [replica for replica in replicas if usable(replica, view.state.ready_nodes)]
        gravest = _last_one(facts, left, view)
    return gravest or _low(facts, volume, lost, view)


def _faulted(facts: VolumeFacts, replicas: Collection[Replica], view: View) -> Finding | None:
    """Judge by Longhorn's word alone, where nodes cannot be read or replicas have no CRs."""
    held = [replica for replica in replicas if replica.spec.active and replica.spec.healthy_at]
    if facts.robustness != "faulted" or not all(replica.spec.failed_at for replica in held):
        return None
    return _lost_finding(facts, [], view) if not held else _lost(facts, losses(held, view.state), view)


def _lost(facts: VolumeFacts, lost: Collection[Loss], view: View) -> Finding | None:
    if not lost or not all(_for_good(loss, view) for loss in lost):
        return None
    return _lost_finding(facts, lost, view)


def _for_good(loss: Loss, view: View) -> bool:
    """Whether a loss has lasted longer than what heals by itself: of a reboot that needs proof.

    Where nothing tells since when a node is gone, it was before the exporter looked.
    """
    if loss.since is None:
        return loss.why != NOT_READY
    return view.age(loss.since) > (_SALVAGED_WITHIN if loss.why == FAILED else reboot_seconds(view.state))


def _lost_finding(facts: VolumeFacts, lost: Collection[Loss], view: View) -> Finding:
    since = max((loss.since for loss in lost if loss.since is not None), default=None)
    faulted = ", and Longhorn calls it faulted" if facts.robustness == "faulted" else ""
    message = (
        f"{sentence(volume_words(facts))} has no usable replica left{lasting(since, view.now)}, of "
        f"{facts.desired_replicas} wanted{faulted}{_where(lost)}"
    )
    nodes = sorted({loss.replica.spec.node_id for loss in lost if loss.why != FAILED})
    if nodes:
        action = f"Bring back {listed(nodes)}; where that cannot be, restore a backup: {advice.kubectl('get', 'nodes')}"
    else:
        replicas = advice.show_replicas(view, facts.name)
        action = f"Salvage the replica that failed last, in Longhorn's UI, or restore a backup: {replicas}"
    return Pattern.REDUNDANCY_LOST.found(CRITICAL, "Volume", facts.name, message=message, action=action, since=since)


def _where(lost: Collection[Loss]) -> str:
    told = (f"{loss.replica.name} on {_node_words(loss)}" for loss in lost)
    return f" ({listed(told)})" if lost else ""


def _node_words(loss: Loss) -> str:
    node = loss.replica.spec.node_id or "no node"
    return f"{node} failed" if loss.why == FAILED else f"{node}, which is {loss.why}"


def _returning(lost: Collection[Loss], view: View) -> list[Replica]:
    """Return the replicas that may be back soon: failed just now, when Longhorn may salvage them, or on a node away."""
    return [loss.replica for loss in lost if not _for_good(loss, view)]


def _last_one(facts: VolumeFacts, left: Collection[Replica], view: View) -> Finding | None:
    """Return that the only replica left of several wanted is on a cordoned node."""
    if len(left) != 1 or facts.desired_replicas <= 1:
        return None
    [last] = left
    node = view.assessment.nodes.facts.get(last.spec.node_id)
    if node is None or not node.cordoned:
        return None
    message = (
        f"{sentence(volume_words(facts))} has one replica left of {facts.desired_replicas} wanted, "
        f"{last.name}, and its node {node.name} is cordoned{lasting(node.cordoned_since, view.now)}: "
        "draining it takes the last copy away"
    )
    action = f"Do not drain {node.name}; uncordon it until the volume is rebuilt: {advice.uncordon(node.name)}"
    return Pattern.REDUNDANCY_LOW.found(
        CRITICAL, "Volume", facts.name, message=message, action=action, since=node.cordoned_since
    )


def _low(facts: VolumeFacts, volume: Volume, lost: Collection[Loss], view: View) -> Finding | None:
    if not facts.redundancy_deficit or (not facts.usable_replicas and not lost):
        return None
    lacks = deficit(volume, facts, lost, view.state)
    if not lacks.settled and view.age(lacks.since) <= _LOW_FOR:
        return None
    if exceeds_nodes(facts, volume, view):
        return _exceeding(facts, lacks, view)
    message = (
        f"{sentence(volume_words(facts))} has {count(facts.usable_replicas or 0, 'usable replica')} of "
        f"{facts.desired_replicas} wanted{lasting(lacks.since, view.now)}, and is {facts.state or 'new'}{_where(lost)}"
    )
    return Pattern.REDUNDANCY_LOW.found(
        WARNING, "Volume", facts.name, message=message, action=_rebuild(facts, lost, view), since=lacks.since
    )


def _rebuild(facts: VolumeFacts, lost: Collection[Loss], view: View) -> str:
    nodes = sorted({loss.replica.spec.node_id for loss in lost if loss.why != FAILED})
    if nodes:
        way = f"Bring back {listed(nodes)}, or have the volume attached, so that Longhorn replaces what was there"
        return f"{way}: {advice.kubectl('get', 'nodes')}"
    if facts.state != "detached":
        return f"See why no replica is rebuilt: {advice.show(view, 'volumes', facts.name)}"
    way = "Longhorn rebuilds attached volumes only: start its workload"
    if view.version < _OFFLINE_REBUILDING:
        return f"{way}, then watch: {advice.show_replicas(view, facts.name)}"
    enable = advice.patch(view, "volumes.longhorn.io", facts.name, {"spec": {"offlineRebuilding": "enabled"}})
    return f"{way}, or let it rebuild this one as it is: {enable}"


def exceeds_nodes(facts: VolumeFacts, volume: Volume, view: View) -> bool:
    """Whether the volume wants more replicas than there are nodes, may not share one, and has one on each."""
    nodes = len(view.state.longhorn_nodes.keys() & view.state.kubernetes_nodes.keys())
    if facts.desired_replicas <= nodes or (facts.usable_replicas or 0) < nodes:
        return False
    rule = placement_rule(view.state.settings, view.version)
    return rule is not None and not softness_of(volume, rule).node


def _exceeding(facts: VolumeFacts, lacks: Deficit, view: View) -> Finding:
    usable_replicas = facts.usable_replicas or 0
    message = (
        f"{sentence(volume_words(facts))} wants {count(facts.desired_replicas, 'replica')} on as many nodes, and there "
        f"are no more than the {usable_replicas} that hold one{lasting(lacks.since, view.now)}"
    )
    change = {"spec": {"numberOfReplicas": usable_replicas}}
    command = advice.patch(view, "volumes.longhorn.io", facts.name, change)
    action = f"Add a node, or want as many replicas as there are nodes: {command}"
    return Pattern.REPLICAS_EXCEED_NODES.found(
        WARNING, "Volume", facts.name, message=message, action=action, since=lacks.since
    )
