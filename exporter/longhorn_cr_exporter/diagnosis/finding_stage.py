"""What is said of a volume on its way into the deadlock of longhorn/longhorn #9938, and of its look-alike.

Deadlocked and armed need no age: they are certain, and every minute counts. A volume that was never placed is told
after 10 minutes: it heals by itself when a node comes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from . import advice, stage
from .fact import VolumeFacts
from .pattern import CRITICAL, INFO, WARNING, Finding, Pattern, Severity, View
from .wording import count, lasting, listed, sentence, volume_words

_UNSCHEDULABLE_FOR: Final = 10 * 60.0


def stage_finding(facts: VolumeFacts, view: View) -> Finding | None:
    """Return what the volume's stage gives cause to say."""
    tell = _TELLERS.get(facts.stage or "")
    return tell(facts, view) if tell else None


def _deadlocked(facts: VolumeFacts, view: View) -> Finding:
    waits = facts.attach
    on = f" on {waits.node}" if waits and waits.node else ""
    message = (
        f"{sentence(volume_words(facts))} is deadlocked: a workload waits for it{on}"
        f"{lasting(waits.pending_since if waits else None, view.now)}, and will wait for ever. {_refusal(facts, view)}"
    )
    return _of(
        Pattern.DEADLOCKED, CRITICAL, facts, message=message, action=_cure(view, "the pod starts within 5 minutes")
    )


def _latent(facts: VolumeFacts, view: View) -> Finding:
    message = (
        f"{sentence(volume_words(facts))} cannot be attached any more{lasting(facts.stage_since, view.now)}: "
        f"nothing asks for it yet, but the next pod would wait for ever. {_refusal(facts, view)}"
    )
    return _of(Pattern.LATENT, WARNING, facts, message=message, action=_cure(view, "it can be attached again"))


def _refusal(facts: VolumeFacts, view: View) -> str:
    since = _unscheduled_since(facts)
    return (
        f"Longhorn refuses to attach it because its condition Scheduled is False{lasting(since, view.now)}, and "
        "on this release nothing turns that back while it is detached; uncordoning nodes does not either. "
        f"{_counts(facts)}"
    )


def _counts(facts: VolumeFacts) -> str:
    usable = "an unknown number of" if facts.usable_replicas is None else str(facts.usable_replicas)
    surplus = f" and {count(facts.replica_surplus, 'replica CR')} too many" if facts.replica_surplus else ""
    return f"It has {usable} usable of {count(facts.desired_replicas, 'wanted replica')}{surplus}"


def _cure(view: View, then: str) -> str:
    if view.degraded_allowed:
        return (
            "Degraded availability is allowed, so that Longhorn clears this at its next sync (30 s) if one replica is "
            f"good; see whether it did: {advice.in_longhorn(view, 'get', 'volumes.longhorn.io')}"
        )
    return (
        f"Allow degraded availability; {then}; set it back to false once the volume is attached and healthy: "
        f"{advice.allow_degraded(view)}"
    )


def _armed(facts: VolumeFacts, view: View) -> Finding:
    where = f" from {facts.node}" if facts.node else ""
    message = (
        f"{sentence(volume_words(facts))} is armed{lasting(facts.stage_since, view.now)}: Longhorn could not replace a "
        f"replica, its condition Scheduled is False, and once it detaches{where} it cannot be attached again. "
        f"{_counts(facts)}"
    )
    action = (
        f"Do not drain {facts.node or 'its node'} nor restart its workload until Scheduled is True: bring back the "
        "nodes that hold its replicas, or allow degraded availability for as long as the update lasts: "
        f"{advice.allow_degraded(view)}"
    )
    return _of(Pattern.ARMED, WARNING, facts, message=message, action=action)


def _exposed(facts: VolumeFacts, view: View) -> Finding:
    message = (
        f"{sentence(volume_words(facts))} lacks a replica and no node could take one"
        f"{lasting(facts.stage_since, view.now)}: Longhorn's next attempt to replace it fails, and arms the deadlock. "
        f"{_counts(facts)}"
    )
    cordoned = [name for name, node in view.assessment.nodes.facts.items() if node.cordoned]
    if cordoned:
        action = f"Bring back a cordoned node ({listed(cordoned)}): {advice.uncordon(min(cordoned))}"
    else:
        action = f"Give Longhorn a node for it: {advice.in_longhorn(view, 'get', 'nodes.longhorn.io')}"
    return _of(Pattern.EXPOSED, INFO, facts, message=message, action=action)


def _unschedulable(facts: VolumeFacts, view: View) -> Finding | None:
    since = unschedulable_since(facts, view)
    if view.age(since) <= _UNSCHEDULABLE_FOR:
        return None
    reason = next((c.reason for c in facts.conditions if c.type == "Scheduled" and c.reason), "no reason given")
    message = (
        f"{sentence(volume_words(facts))} was never fully placed{lasting(since, view.now)} ({reason}): it cannot be "
        f"attached until each of its {count(facts.desired_replicas, 'replica')} has a node. It heals by itself then"
    )
    action = f"Make room: a node, a disk, a tag that it asks for: {advice.show(view, 'volumes', facts.name)}"
    return _of(Pattern.UNSCHEDULABLE, WARNING, facts, message=message, action=action, since=since)


def unschedulable_since(facts: VolumeFacts, view: View) -> float | None:
    """Return since when a volume of that stage is proven to be in it.

    One of which no replica was ever healthy was never attached: the condition's time alone proves it.
    """
    replicas = view.state.replicas_of.of(facts.name).values()
    if any(replica.spec.healthy_at for replica in replicas):
        return facts.stage_since
    return _unscheduled_since(facts) or facts.stage_since


def _unscheduled_since(facts: VolumeFacts) -> float | None:
    return next((condition.since for condition in facts.conditions if condition.type == "Scheduled"), None)


def _of(
    pattern: Pattern, severity: Severity, facts: VolumeFacts, *, message: str, action: str, since: float | None = None
) -> Finding:
    return pattern.found(
        severity, "Volume", facts.name, message=message, action=action, since=since or facts.stage_since
    )


_TELLERS: Final[dict[str, Callable[[VolumeFacts, View], Finding | None]]] = {
    stage.DEADLOCKED: _deadlocked,
    stage.LATENT: _latent,
    stage.ARMED: _armed,
    stage.EXPOSED: _exposed,
    stage.UNSCHEDULABLE: _unschedulable,
}
