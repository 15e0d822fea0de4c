"""The question an operator comes with: may I go on with the next node?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from ...diagnosis.drain import DEGRADING, SAFE
from ...diagnosis.fact import DrainFacts, VolumeFacts
from ...diagnosis.stage import ARMED, DEADLOCKED, LATENT
from ...diagnosis.volume_drain import ARMS, DEGRADES
from ...diagnosis.wording import count, duration, listed
from .contact import ContactView
from .node import NodeRow


class Answer(NamedTuple):
    """``tone`` is good, notice, warning, critical or unknown; ``next`` is the node that may be drained, "" for none."""

    tone: str
    headline: str
    detail: str
    next: str = ""


Drain = Callable[[str], DrainFacts | None]
"""Tells everything about one node's drain."""


def answer(contact: ContactView, volumes: Collection[VolumeFacts], nodes: Sequence[NodeRow], drain: Drain) -> Answer:
    """Return the answer, the first of its reasons that holds."""
    if not contact.ready:
        return _not_yet_known(contact)
    return _deadlocked(volumes) or _armed(volumes) or _shared(contact) or _outdated(contact) or _nodes(nodes, drain)


def _not_yet_known(contact: ContactView) -> Answer:
    if contact.missing:
        return Answer("unknown", "Not known yet", f"Waiting for {listed(contact.missing)}.")
    return Answer("unknown", "Not known yet", f"{count(contact.pending, 'object')} still to be judged.")


def _deadlocked(volumes: Collection[VolumeFacts]) -> Answer | None:
    stuck = _at(DEADLOCKED, volumes)
    if stuck:
        waits = f"A workload waits for {_whose(stuck)} and will wait for ever: heal that first."
        return Answer("critical", f"Stop: {_subject(stuck)} deadlocked", waits)
    latent = _at(LATENT, volumes)
    if latent:
        waits = f"The next pod that asks for {_whose(latent)} waits for ever: heal that first."
        return Answer("warning", f"Stop: {_subject(latent)} latched", waits)
    return None


def _armed(volumes: Collection[VolumeFacts]) -> Answer | None:
    armed = _at(ARMED, volumes)
    if not armed:
        return None
    detail = f"Once {_whose(armed)} detaches it cannot be attached again: bring its replicas back first."
    return Answer("warning", f"Wait: {_subject(armed)} armed", detail)


def _shared(contact: ContactView) -> Answer | None:
    if contact.shard is None:
        return None
    return Answer(
        "unknown", "Ask shard 0", "This exporter knows a share of the volumes; the nodes are told by shard 0."
    )


def _outdated(contact: ContactView) -> Answer | None:
    """Bad news may be old; good news may not."""
    oldest = next(iter(contact.outdated), None)
    if oldest is None or oldest.heard is None:
        return None
    age = duration(contact.now - oldest.heard)
    return Answer("unknown", "Cannot tell", f"Contact is lost: what is known of {oldest.resource} is {age} old.")


def _nodes(nodes: Sequence[NodeRow], drain: Drain) -> Answer:
    able = [row for row in nodes if row.able]
    if not able:
        return _no_node(nodes)
    safe, degrading = _with_verdict(SAFE, able), _with_verdict(DEGRADING, able)
    if safe:
        return _go_on("good", safe, "No volume misses anything meanwhile.", nodes)
    if degrading:
        effects = _effects(drain(degrading[0]))
        return _go_on("notice" if effects[ARMS] else "good", degrading, _consequence(effects), nodes)
    return Answer("warning", "Wait: no node may be drained", f"Each is blocked or unsafe, see below.{_out(nodes)}")


def _no_node(nodes: Sequence[NodeRow]) -> Answer:
    if any(row.drain for row in nodes):
        return Answer("warning", "No node to drain", f"None is Ready and not cordoned.{_out(nodes)}")
    return Answer("unknown", "Cannot tell", "What the verdicts hang on cannot be read.")


def _go_on(tone: str, names: Sequence[str], consequence: str, nodes: Sequence[NodeRow]) -> Answer:
    others = f" Or else {listed(names[1:])}." if names[1:] else ""
    return Answer(tone, f"Go on: {names[0]} may be drained", f"{consequence}{others}{_out(nodes)}", names[0])


def _effects(drain: DrainFacts | None) -> Counter[str]:
    return Counter(effect.effect for effect in (drain.effects if drain else ()))


def _consequence(effects: Counter[str]) -> str:
    """Return what a drain does to volumes, in numbers."""
    armed, lacking = effects[ARMS], count(effects[DEGRADES] + effects[ARMS], "volume")
    warning = f", and {armed} of them cannot be replenished while it is away: bring it back soon" if armed else ""
    return f"{lacking} will lack a replica until it is back{warning}."


def _with_verdict(verdict: str, nodes: Sequence[NodeRow]) -> list[str]:
    return [row.facts.name for row in nodes if row.verdict == verdict]


def _out(nodes: Sequence[NodeRow]) -> str:
    """Return which of Longhorn's nodes are cordoned, as a sentence with a space before it."""
    names = [row.facts.name for row in nodes if row.facts.cordoned and row.drain]
    return f" {listed(names)} {'is' if len(names) == 1 else 'are'} cordoned." if names else ""


def _at(stage: str, volumes: Collection[VolumeFacts]) -> list[VolumeFacts]:
    return sorted((facts for facts in volumes if facts.stage == stage), key=lambda facts: facts.name)


def _subject(volumes: Sequence[VolumeFacts]) -> str:
    return f"{volumes[0].name} is" if len(volumes) == 1 else f"{count(len(volumes), 'volume')} are"


def _whose(volumes: Sequence[VolumeFacts]) -> str:
    """Return the claim by which users know the volume, or the volumes' names."""
    first = volumes[0]
    if len(volumes) == 1 and first.pvc:
        return f"{first.pvc_namespace}/{first.pvc}"
    return listed(facts.name for facts in volumes) if len(volumes) == 1 else "one of them"
