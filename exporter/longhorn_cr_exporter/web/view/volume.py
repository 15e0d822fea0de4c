"""One volume in full."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ...cluster.state import ClusterState
from ...diagnosis.cluster import rules_version
from ...diagnosis.fact import ClusterFacts, EngineFacts, NodeFacts, ReplicaFacts, VolumeFacts
from ...diagnosis.ready import all_scheduled, clone_pending
from ...diagnosis.redundancy import active_engine, replica_state
from ...diagnosis.version import Version
from ...exporter import Exporter
from ...model.meta import condition_true
from ...model.replica import Replica
from ...model.resource import REPLICAS
from ...model.time import parse_time
from ...model.volume import Volume
from ...report.shape import Placements
from .concern import Concern, concern
from .finding import Subject
from .step import Step, steps


class ReplicaRow(NamedTuple):
    """One replica. ``counts_as`` is as in docs/metrics.md; ``node`` is None for one without, or on an unknown one."""

    facts: ReplicaFacts
    counts_as: str
    healthy_since: float | None
    node: NodeFacts | None


class ConditionRow(NamedTuple):
    """One condition as the CR carries it."""

    type: str
    status: str
    reason: str
    message: str
    since: float | None


class VolumePage(NamedTuple):
    """One volume in full. ``replacements`` is None where it is unknown; ``unready`` says why it is not ready."""

    facts: VolumeFacts
    concern: Concern
    steps: list[Step]
    unready: list[str]
    replicas: list[ReplicaRow]
    engines: list[EngineFacts]
    conditions: list[ConditionRow]
    replacements: tuple[str, ...] | None

    @property
    def subjects(self) -> frozenset[Subject]:
        """Return the objects that the page is about."""
        replicas = (("Replica", row.facts.name) for row in self.replicas)
        engines = (("Engine", engine.name) for engine in self.engines)
        return frozenset([("Volume", self.facts.name), *replicas, *engines])


def volume_page(name: str, exporter: Exporter) -> VolumePage | None:
    """Return one volume in full, None where there is none of that name."""
    state, assessment = exporter.state, exporter.assessment
    volume, facts, cluster = state.volumes.get(name), assessment.volumes.facts.get(name), assessment.cluster
    if volume is None or facts is None or cluster is None:
        return None
    engines = [assessment.engines.facts.get(engine) for engine in sorted(state.engines_of.of(name))]
    return VolumePage(
        facts=facts,
        concern=concern(facts),
        steps=steps(facts, state),
        unready=_unready(volume, state, cluster) if facts.ready is False else [],
        replicas=_replicas(name, exporter),
        engines=[engine for engine in engines if engine is not None],
        conditions=_conditions(volume),
        replacements=Placements(state, cluster, exporter.clock()).of(facts),
    )


def _replicas(volume: str, exporter: Exporter) -> list[ReplicaRow]:
    state, assessment = exporter.state, exporter.assessment
    engine = active_engine(state.engines_of.of(volume).values())
    return [
        ReplicaRow(
            facts=assessment.replicas.facts[name],
            counts_as=replica_state(replica, engine),
            healthy_since=parse_time(replica.spec.healthy_at),
            node=assessment.nodes.facts.get(replica.spec.node_id),
        )
        for name, replica in sorted(state.replicas_of.of(volume).items())
        if name in assessment.replicas.facts
    ]


def _conditions(volume: Volume) -> list[ConditionRow]:
    return [
        ConditionRow(c.type, c.status, c.reason, c.message, parse_time(c.last_transition_time))
        for c in volume.status.conditions or ()
    ]


def _unready(volume: Volume, state: ClusterState, cluster: ClusterFacts) -> list[str]:
    replicas = state.replicas_of.of(volume.name).values() if state.known(REPLICAS) else None
    return unready_reasons(volume, replicas, rules_version(cluster.version))


def unready_reasons(volume: Volume, replicas: Collection[Replica] | None, version: Version) -> list[str]:
    """Return each part of Longhorn's ``ready`` that is not met, in words; none where the volume is ready."""
    status = volume.status
    detached = status.state == "detached"
    unscheduled = detached and not condition_true(status.conditions, "Scheduled")
    parts = {
        f"it is {status.state or 'new'}, on no node yet": volume.spec.node_id == "" and not detached,
        "it is faulted: none of its replicas can be used": status.robustness == "faulted",
        "it is being restored, or stands by for a restore": status.restore_required,
        "it is a clone that is not complete": clone_pending(volume, version),
        "it is detached, and its condition Scheduled is not True": unscheduled
        and all_scheduled(volume, replicas, version) is False,
    }
    return [words for words, holds in parts.items() if holds]
