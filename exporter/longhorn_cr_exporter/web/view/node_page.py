"""One node in full: why a drain would, or would not, go through, what it would do, and what lies on the node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final, NamedTuple

from ...cluster.state import ClusterState
from ...diagnosis import volume_drain
from ...diagnosis.drain import BLOCKED, UNSAFE
from ...diagnosis.fact import (
    BlockerFact,
    ConditionFact,
    DrainFacts,
    EffectFact,
    InstanceManagerFacts,
    NodeFacts,
    PdbFact,
    ReplicaFacts,
    VolumeFacts,
)
from ...diagnosis.pattern import View
from ...diagnosis.redundancy import usable
from ...exporter import Exporter
from ...report.remedy import remedy
from ..phrase import command
from .concern import concern
from .finding import Subject
from .node import TONES, NodeRow, drain_summaries
from .volumes import VolumeRow

_SHOWN: Final = 100
_GRAVE: Final = frozenset({volume_drain.WOULD_DEADLOCK, volume_drain.WOULD_LOSE_LAST_USABLE_REPLICA})
_EFFECTS: Final = (
    volume_drain.DEADLOCKS,
    volume_drain.LOSES_LAST_USABLE_REPLICA,
    volume_drain.ARMS,
    volume_drain.DEGRADES,
    volume_drain.INTERRUPTS_REBUILD,
    volume_drain.EVICTS,
)
"""The worst first."""


class ManagerRow(NamedTuple):
    """One instance manager with what becomes of its budget, None where that cannot be told."""

    facts: InstanceManagerFacts
    pdb: PdbFact | None


class Cover(NamedTuple):
    """A node with another usable replica; one that is cordoned may leave too, and protects nothing."""

    node: str
    cordoned: bool


class HeldReplica(NamedTuple):
    """A replica on the node and what covers it ``elsewhere``, None where that is unknown."""

    facts: ReplicaFacts
    volume: VolumeRow | None
    elsewhere: list[Cover] | None


class BlockerGroup(NamedTuple):
    """Blockers of one kind, for which the same is to be done; ``commands`` has one for each, or one for all."""

    reason: str
    clears_by_itself: bool
    advice: str
    blockers: list[BlockerFact]
    commands: list[str]

    @property
    def tone(self) -> str:
        """Return how loud they are."""
        if self.clears_by_itself:
            return "calm"
        return TONES[UNSAFE if self.reason in _GRAVE else BLOCKED]


def blocker_groups(blockers: Iterable[BlockerFact], view: View, most: int) -> list[BlockerGroup]:
    """Return up to ``most`` blockers in groups: those that do not clear by themselves first, the worst before all."""
    told = [(blocker, *command(remedy(blocker, view))) for blocker in blockers]
    told.sort(key=lambda one: (one[0].clears_by_itself, one[0].reason not in _GRAVE, one[0].reason, one[1]))
    groups = groupby(told[:most], key=lambda one: (one[0].reason, one[0].clears_by_itself, one[1]))
    return [_group(reason, clears, advice, list(group)) for (reason, clears, advice), group in groups]


def _group(reason: str, clears: bool, advice: str, told: list[tuple[BlockerFact, str, str]]) -> BlockerGroup:  # noqa: FBT001
    commands = [command for _, _, command in told]
    shared = commands[:1] if len(set(commands)) == 1 else commands
    return BlockerGroup(reason, clears, advice, [blocker for blocker, _, _ in told], shared)


class NodePage(NamedTuple):
    """One node in full; of long lists the first hundred, and in ``more_…`` how many there are besides.

    ``replicas`` begins with those that have the least cover elsewhere. ``conditions`` says whose each one is.
    """

    row: NodeRow
    blockers: list[BlockerGroup]
    more_blockers: int
    effects: tuple[EffectFact, ...]
    more_effects: int
    managers: list[ManagerRow]
    replicas: list[HeldReplica]
    more_replicas: int
    conditions: list[tuple[str, ConditionFact]]

    @property
    def subjects(self) -> frozenset[Subject]:
        """Return the objects that the page is about."""
        return frozenset(
            [("Node", self.row.facts.name), *(("InstanceManager", row.facts.name) for row in self.managers)]
        )


def node_page(name: str, exporter: Exporter) -> NodePage | None:
    """Return one node in full, None where there is none of that name."""
    assessment = exporter.assessment
    facts, summary = assessment.nodes.facts.get(name), drain_summaries(exporter).get(name)
    if facts is None:
        return None
    drain = assessment.drain(name, exporter.clock()) if summary else None
    blockers, effects = (drain.blockers, drain.effects) if drain else ((), ())
    replicas = sorted(_held(name, exporter), key=_care_of_replica)
    return NodePage(
        row=NodeRow(facts, summary),
        blockers=blocker_groups(blockers, View(assessment, exporter.state, exporter.clock()), _SHOWN),
        more_blockers=max(0, len(blockers) - _SHOWN),
        effects=tuple(sorted(effects, key=_gravity)[:_SHOWN]),
        more_effects=max(0, len(effects) - _SHOWN),
        managers=_managers(name, drain, exporter),
        replicas=replicas[:_SHOWN],
        more_replicas=max(0, len(replicas) - _SHOWN),
        conditions=_conditions(facts),
    )


def _gravity(effect: EffectFact) -> tuple[int, str]:
    return _EFFECTS.index(effect.effect), effect.volume


def _conditions(facts: NodeFacts) -> list[tuple[str, ConditionFact]]:
    of_disks = [(f"disk {disk.name}", condition) for disk in facts.disks for condition in disk.conditions]
    return [("node", condition) for condition in facts.conditions] + of_disks


def _managers(node: str, drain: DrainFacts | None, exporter: Exporter) -> list[ManagerRow]:
    answers = dict(drain.instance_managers) if drain else {}
    facts = exporter.assessment.instance_managers.facts
    names = sorted(exporter.state.instance_managers_on.of(node))
    return [ManagerRow(facts[name], answers.get(name)) for name in names if name in facts]


def _held(node: str, exporter: Exporter) -> list[HeldReplica]:
    replicas, volumes = exporter.assessment.replicas.facts, exporter.assessment.volumes.facts
    return [
        HeldReplica(replicas[name], _row(replica.spec.volume_name, volumes), _elsewhere(replicas[name], exporter.state))
        for name, replica in exporter.state.replicas_on.of(node).items()
        if name in replicas
    ]


def _row(volume: str, volumes: Mapping[str, VolumeFacts]) -> VolumeRow | None:
    facts = volumes.get(volume)
    return None if facts is None else VolumeRow(facts, concern(facts))


def _elsewhere(replica: ReplicaFacts, state: ClusterState) -> list[Cover] | None:
    if replica.node_missing is None:
        return None
    others, nodes = state.replicas_of.of(replica.volume).values(), state.kubernetes_nodes
    names = {other.spec.node_id for other in others if usable(other, state.ready_nodes)} - {replica.node}
    return [Cover(name, nodes[name].spec.unschedulable) for name in sorted(names)]


def _care_of_replica(held: HeldReplica) -> tuple[int, str]:
    return sum(not cover.cordoned for cover in held.elsewhere or ()), held.facts.name
