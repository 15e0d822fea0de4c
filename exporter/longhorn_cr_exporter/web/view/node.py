"""Nodes as the pages show them: a row each, and one in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final, NamedTuple

from ...cluster.state import ClusterState
from ...diagnosis import node_drain, volume_drain
from ...diagnosis.drain import BLOCKED, DEGRADING, SAFE, UNSAFE
from ...diagnosis.fact import (
    BlockerFact,
    ConditionFact,
    DrainFacts,
    DrainSummary,
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
from .volumes import VolumeRow

_SHOWN: Final = 100
_ORDER: Final = {UNSAFE: 0, BLOCKED: 1, DEGRADING: 2, SAFE: 3}
_UNKNOWN: Final = 4
TONES: Final = {UNSAFE: "critical", BLOCKED: "warning", DEGRADING: "notice", SAFE: "good"}
VERDICTS: Final = {
    SAFE: "A drain goes through, and no volume misses anything.",
    DEGRADING: "A drain goes through, and leaves volumes with fewer replicas than they want.",
    BLOCKED: "A drain would hang on a PodDisruptionBudget that does not go by itself.",
    UNSAFE: "A drain would cost data, or detach a volume that could not be attached again.",
}
REASONS: Final = {
    volume_drain.LAST_REPLICA: "holds a last good copy",
    volume_drain.REPLICA_ON_MISSING_NODE: "replica on a node that is gone",
    volume_drain.INSTANCE_MANAGER_NOT_RUNNING: "instance manager not running",
    volume_drain.EVICTION_WITHOUT_TARGET: "eviction without a target",
    volume_drain.WOULD_DEADLOCK: "would deadlock a volume",
    volume_drain.WOULD_LOSE_LAST_USABLE_REPLICA: "would lose a last usable replica",
    node_drain.RUNNING_ENGINE: "engine that stays",
    node_drain.ORPHAN_ENGINE_RECORD: "forgotten engine record",
    node_drain.MANUAL_ATTACHMENT: "volume attached by hand",
    DEGRADING: "volumes lose a replica meanwhile",
    SAFE: "no volume misses anything",
}


class NodeRow(NamedTuple):
    """One node. ``drain`` is None for one that Longhorn has no part in, and while it cannot be told."""

    facts: NodeFacts
    drain: DrainSummary | None

    @property
    def verdict(self) -> str | None:
        """Return the verdict."""
        return self.drain.verdict if self.drain else None

    @property
    def tone(self) -> str:
        """Return how loud the verdict is."""
        return TONES.get(self.verdict or "", "calm")

    @property
    def why(self) -> str:
        """Return the reasons in a few words; of a verdict without blockers, what it means."""
        if self.drain is None:
            return ""
        blockers = self.drain.blockers or ((self.drain.verdict, 1),)
        parts = [REASONS.get(reason, reason) + (f" (×{count})" if count > 1 else "") for reason, count in blockers]
        return ", ".join(parts)

    @property
    def able(self) -> bool:
        """Whether the node is one that a drain could begin on: there, Ready, not cordoned."""
        return self.drain is not None and bool(self.facts.kubernetes_ready) and not self.facts.cordoned


def node_rows(exporter: Exporter) -> list[NodeRow]:
    """Return all nodes, those that need care first: cordoned ones, then by verdict."""
    drains = exporter.assessment.drains.facts
    rows = [NodeRow(facts, drains.get(name)) for name, facts in exporter.assessment.nodes.facts.items()]
    return sorted(rows, key=_care)


def _care(row: NodeRow) -> tuple[bool, int, str]:
    return not row.facts.cordoned, _ORDER.get(row.verdict or "", _UNKNOWN), row.facts.name


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
    """Blockers of one kind, for which the same is to be done: each with the command for it, "" where there is none."""

    reason: str
    clears_by_itself: bool
    advice: str
    blockers: list[tuple[BlockerFact, str]]


def blocker_groups(blockers: Iterable[BlockerFact], view: View) -> list[BlockerGroup]:
    """Return the blockers in groups, those that do not clear by themselves first."""
    told = [(blocker, *command(remedy(blocker, view))) for blocker in blockers]
    told.sort(key=lambda one: (one[0].clears_by_itself, one[0].reason, one[1]))
    groups = groupby(told, key=lambda one: (one[0].reason, one[0].clears_by_itself, one[1]))
    return [
        BlockerGroup(reason, clears, advice, [(blocker, command) for blocker, _, command in group])
        for (reason, clears, advice), group in groups
    ]


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
    facts, summary = assessment.nodes.facts.get(name), assessment.drains.facts.get(name)
    if facts is None:
        return None
    drain = assessment.drain(name, exporter.clock()) if summary else None
    blockers, effects = (drain.blockers, drain.effects) if drain else ((), ())
    replicas = sorted(_held(name, exporter), key=_care_of_replica)
    return NodePage(
        row=NodeRow(facts, summary),
        blockers=blocker_groups(blockers[:_SHOWN], View(assessment, exporter.state, exporter.clock())),
        more_blockers=max(0, len(blockers) - _SHOWN),
        effects=effects[:_SHOWN],
        more_effects=max(0, len(effects) - _SHOWN),
        managers=_managers(name, drain, exporter),
        replicas=replicas[:_SHOWN],
        more_replicas=max(0, len(replicas) - _SHOWN),
        conditions=_conditions(facts),
    )


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
    names = {other.spec.node_id for other in others if usable(other, nodes)} - {replica.node}
    return [Cover(name, nodes[name].spec.unschedulable) for name in sorted(names)]


def _care_of_replica(held: HeldReplica) -> tuple[int, str]:
    return sum(not cover.cordoned for cover in held.elsewhere or ()), held.facts.name
