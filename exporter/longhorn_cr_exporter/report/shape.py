"""From facts to documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from ..cluster.state import ClusterState
from ..diagnosis.cluster import rules_version
from ..diagnosis.fact import AttachFact, BlockerFact, ClusterFacts, DrainFacts, PdbFact, VolumeFacts
from ..diagnosis.fleet import Fleet
from ..diagnosis.placement import replacement_nodes
from ..model.resource import LONGHORN_NODES, REPLICAS
from ..model.time import format_time
from .document import (
    AttachDocument,
    BlockerDocument,
    DrainDocument,
    EffectDocument,
    ObjectDocument,
    PdbDocument,
    Verdict,
    VolumeDocument,
)


class Placements:
    """Names the nodes that could take one more replica of a volume, at one moment (Unix seconds)."""

    def __init__(self, state: ClusterState, cluster: ClusterFacts, now: float) -> None:
        self._state = state
        self._fleet = Fleet(state, rules_version(cluster.version))
        self._now = now

    def of(self, facts: VolumeFacts) -> tuple[str, ...] | None:
        """Return the names, sorted; None while nodes or replicas cannot be read."""
        volume = self._state.volumes.get(facts.name)
        if volume is None or not self._state.known(LONGHORN_NODES) or not self._state.known(REPLICAS):
            return None
        replicas = self._state.replicas_of.of(facts.name).values()
        return replacement_nodes(volume, replicas, self._fleet, now=self._now)


def volume_document(facts: VolumeFacts, placements: Placements) -> VolumeDocument:
    """Return one volume's document."""
    return VolumeDocument(
        volume=facts.name,
        pvc=facts.pvc,
        pvc_namespace=facts.pvc_namespace,
        state=facts.state,
        robustness=facts.robustness,
        scheduled=scheduled(facts),
        ready=facts.ready,
        stage=facts.stage,
        stage_since=moment(facts.stage_since),
        desired_replicas=facts.desired_replicas,
        usable_replicas=facts.usable_replicas,
        replica_deficit=facts.replica_deficit,
        replica_surplus=facts.replica_surplus,
        replacement_nodes=placements.of(facts),
        attach=None if facts.attach is None else attach_document(facts.attach),
    )


def scheduled(facts: VolumeFacts) -> bool:
    """Whether the first condition Scheduled is True; it is not for a volume that does not carry one."""
    return next((condition.true for condition in facts.conditions if condition.type == "Scheduled"), False)


def attach_document(attach: AttachFact) -> AttachDocument:
    """Return a pending attach."""
    return AttachDocument(pending_since=format_time(attach.pending_since), node=attach.node, cause=attach.cause)


def drain_document(facts: DrainFacts) -> DrainDocument:
    """Return one node's drain."""
    return DrainDocument(
        node=facts.node,
        verdict=cast("Verdict", facts.verdict),
        pdb=pdb_document(facts.pdb),
        instance_managers={name: pdb_document(pdb) for name, pdb in facts.instance_managers},
        blockers=tuple(blocker_documents(facts.blockers)),
        effects=tuple(EffectDocument(volume=e.volume, effect=e.effect, message=e.message) for e in facts.effects),
    )


def pdb_document(pdb: PdbFact) -> PdbDocument:
    """Return what becomes of one budget, or of several together."""
    return PdbDocument(
        now=pdb.now,
        if_cordoned=pdb.if_cordoned,
        if_cordoned_and_workloads_gone=pdb.if_cordoned_and_workloads_gone,
    )


def blocker_documents(blockers: Iterable[BlockerFact]) -> Iterable[BlockerDocument]:
    """Return blockers, each with the object it is about."""
    return (
        BlockerDocument(
            reason=blocker.reason,
            object=ObjectDocument(kind=blocker.kind, name=blocker.name),
            message=blocker.message,
            clears_by_itself=blocker.clears_by_itself,
        )
        for blocker in blockers
    )


def moment(seconds: float | None) -> str | None:
    """Return a time as text, None where there is none."""
    return None if seconds is None else format_time(seconds)
