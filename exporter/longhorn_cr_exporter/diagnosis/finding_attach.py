"""What is said of a volume that a workload waits for, and of an engine that should run.

A normal attach takes seconds; Longhorn's CSI driver waits 90 s for one, so that nothing is said within 5 minutes. What
only takes its time is never urgent: a restore, a clone, a live migration. Nor is a move to another node within the 12
minutes that have been seen (Kubernetes itself waits 6 when the old node died), nor a node that reboots within the time
that Longhorn waits before it replaces replicas.
"""

from __future__ import annotations

from typing import Final

from ..cluster.state import ClusterState
from ..model.meta import first_condition
from ..model.time import parse_time
from ..model.volume import TicketStatus
from . import advice
from .cause import IN_PROGRESS, SCHEDULED_CONDITION
from .fact import AttachFact, EngineFacts, VolumeFacts
from .outage import ready_since, unserved_since
from .pattern import CRITICAL, INFO, WARNING, Finding, Pattern, Severity, View
from .setting import REPLENISHMENT_WAIT, int_setting
from .wording import lasting, volume_words

_PENDING_FOR: Final = 5 * 60.0
_MOVING_FOR: Final = 15 * 60.0
_STOPPED_FOR: Final = 5 * 60.0
_REBOOT: Final = 600
_SHORTEST_REBOOT: Final = 120
_LONGEST_REBOOT: Final = 1800
_TAKES_ITS_TIME: Final = frozenset({"restoring", "cloning", "migrating"})
_TOLD_OTHERWISE: Final = frozenset({SCHEDULED_CONDITION, "faulted"})

_WHY: Final = {
    "unschedulable": "some of its replicas have no node yet, and Longhorn refuses to attach it until each has",
    "restoring": "it is being restored from a backup",
    "cloning": "it is being cloned",
    "migrating": "it is being migrated",
    "attached_elsewhere": "it is still attached to {held_by}",
    "node_not_ready": "node {node} is not Ready",
    "instance_manager_not_running": "no instance manager runs on {node}",
    "engine_image_missing": "its engine image is not deployed on {node}",
    "leaked_engine_record": "an instance manager on {node} still lists its engine as if it were there "
    "(longhorn/longhorn #13687); on another node it would attach within seconds",
    IN_PROGRESS: "Longhorn gives no reason",
}


def attach_finding(facts: VolumeFacts, view: View) -> Finding | None:
    """Return that a workload has waited too long for the volume, and why."""
    waits = facts.attach
    if waits is None or waits.cause in _TOLD_OTHERWISE:
        return None
    lasted = view.age(_stuck_since(facts, waits, view))
    if lasted <= _PENDING_FOR:
        return None
    node = waits.node or "its node"
    why = _WHY.get(waits.cause, waits.cause).format(node=node, held_by=facts.node or "another node")
    message = (
        f"A workload waits for {volume_words(facts)} on {node}{lasting(waits.pending_since, view.now)}, "
        f"and it is not attached: {why}"
    )
    return Pattern.ATTACH_STUCK.found(
        _severity(waits, lasted, view),
        "Volume",
        facts.name,
        message=message,
        action=_way_out(facts, waits, view),
        since=waits.pending_since,
    )


def _stuck_since(facts: VolumeFacts, waits: AttachFact, view: View) -> float:
    """Return since when the wish is unmet for its present cause, which may be younger than the wish."""
    cause = _cause_since(facts, waits, view)
    return waits.pending_since if cause is None else max(waits.pending_since, cause)


def _cause_since(facts: VolumeFacts, waits: AttachFact, view: View) -> float | None:
    """Return since when the cause holds, where that is told.

    Nothing is in the way since ``Scheduled`` is True: CSI may then take 5 minutes to try again.
    """
    match waits.cause:
        case "in_progress" | "unschedulable":
            return next((condition.since for condition in facts.conditions if condition.type == "Scheduled"), None)
        case "node_not_ready":
            node = view.state.kubernetes_nodes.get(waits.node)
            return ready_since(node) if node else None
        case "instance_manager_not_running":
            return unserved_since(waits.node, view.state, facts.data_engine)
        case _:
            return None


def _severity(waits: AttachFact, lasted: float, view: View) -> Severity:
    if waits.cause == IN_PROGRESS:
        return WARNING
    if waits.cause in _TAKES_ITS_TIME or lasted <= _patience(waits, view.state):
        return INFO
    return CRITICAL


def _patience(waits: AttachFact, state: ClusterState) -> float:
    """Return for how many seconds such a cause is part of a move or of a reboot."""
    if waits.cause == "attached_elsewhere":
        return _MOVING_FOR
    return reboot_seconds(state) if waits.cause == "node_not_ready" else _PENDING_FOR


def reboot_seconds(state: ClusterState) -> float:
    """Return for how long a node may be away: as long as Longhorn waits for it before it replaces the replicas there.

    At least 2 minutes, and at most 30, whatever the setting says.
    """
    wait = int_setting(state.settings, REPLENISHMENT_WAIT)
    return float(_REBOOT if wait is None else min(max(wait, _SHORTEST_REBOOT), _LONGEST_REBOOT))


def _way_out(facts: VolumeFacts, waits: AttachFact, view: View) -> str:
    node, show = waits.node, advice.show(view, "volumes", facts.name)
    match waits.cause:
        case "instance_manager_not_running" | "node_not_ready" if _cordoned(node, view.state):
            way, command = "Uncordon the node, so that its instance manager starts again", advice.uncordon(node)
        case "instance_manager_not_running":
            way, command = "See why it does not start", advice.show_managers(view, node)
        case "node_not_ready":
            way, command = (
                "Bring the node back, or move the pod elsewhere",
                advice.kubectl("describe", "node", node),
            )
        case "engine_image_missing" | "leaked_engine_record":
            way, command = "Keep pods off the node and delete the waiting one: it starts elsewhere", advice.cordon(node)
        case "attached_elsewhere":
            way, command = "See who holds it, and let go what nobody needs", advice.show_tickets(view, facts.name)
        case "unschedulable":
            way, command = "Make room for its replicas: a node, a disk, a tag that it asks for", show
        case _:
            way, command = "See its conditions and events", show
    return f"{way}: {command}"


def _cordoned(node: str, state: ClusterState) -> bool:
    kubernetes = state.kubernetes_nodes.get(node)
    return kubernetes is not None and kubernetes.spec.unschedulable


def engine_finding(facts: EngineFacts, view: View) -> Finding | None:
    """Return that an engine is wanted and has been stopped for too long."""
    if not facts.wanted or facts.stopped_since is None:
        return None
    since = _wanted_and_stopped_since(facts, facts.stopped_since, view)
    if view.age(since) <= _STOPPED_FOR:
        return None
    message = (
        f"Engine {facts.name} of volume {facts.volume} is stopped and should run{lasting(since, view.now)}: "
        "the volume is to be attached, and Longhorn gives no other reason"
    )
    return Pattern.ENGINE_STOPPED.found(
        WARNING,
        "Engine",
        facts.name,
        message=message,
        action=f"See who wants it, and what Longhorn says: {advice.show_tickets(view, facts.volume)}",
        since=since,
    )


def _wanted_and_stopped_since(facts: EngineFacts, stopped: float, view: View) -> float | None:
    """Return the later of two times: since when it is stopped, and since when somebody wants it."""
    volume = view.assessment.volumes.facts.get(facts.volume)
    wishes = _unmet_tickets(facts.volume, view.state)
    if volume and volume.attach:
        wishes.append(_stuck_since(volume, volume.attach, view))
    if not wishes:
        return stopped
    told = [wish for wish in wishes if wish is not None]
    return max(stopped, min(told)) if told else None


def _unmet_tickets(volume: str, state: ClusterState) -> list[float | None]:
    """Return since when each unmet attachment ticket has been waiting, None where that is not told."""
    attachment = state.longhorn_attachments.get(volume)
    if attachment is None:
        return []
    statuses = attachment.status.attachment_ticket_statuses or {}
    of_tickets = [statuses.get(name) for name in attachment.spec.attachment_tickets or ()]
    return [satisfied_since(status) for status in of_tickets if status is None or not status.satisfied]


def satisfied_since(status: TicketStatus | None) -> float | None:
    """Return since when a ticket is met, or not met; None where that is not told."""
    condition = first_condition(status.conditions, "Satisfied") if status else None
    return parse_time(condition.last_transition_time) if condition else None
