"""From what the pages show to the API's documents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, cast

from ..diagnosis.fact import EngineFacts
from ..diagnosis.pattern import Finding
from ..diagnosis.version import UNKNOWN
from ..exporter import Exporter
from ..report.check import finding_document
from ..report.document import FindingDocument, Verdict, VolumeDocument
from ..report.gap import gaps
from ..report.shape import moment
from .document import (
    ConditionDocument,
    ContactDocument,
    CountsDocument,
    EngineDocument,
    NodeDocument,
    NodesDocument,
    ReplicaDocument,
    StatusDocument,
    StepDocument,
    VolumePageDocument,
)
from .view.contact import ContactRow
from .view.node import NodeRow
from .view.overview import Overview
from .view.volume import ConditionRow, ReplicaRow, VolumePage


class Head(NamedTuple):
    """What every document begins with."""

    at: str
    version: str
    gate: str
    degraded_availability_allowed: bool | None


def head(exporter: Exporter) -> Head:
    """Return the head of a document that is made now."""
    at = moment(exporter.clock()) or ""
    cluster = exporter.assessment.cluster
    if cluster is None:
        return Head(at, UNKNOWN, UNKNOWN, None)
    return Head(at, cluster.version, cluster.gate, cluster.degraded_availability_allowed)


def status_document(view: Overview, findings: tuple[FindingDocument, ...], exporter: Exporter) -> StatusDocument:
    """Return the cluster in short."""
    begun = head(exporter)
    settings = view.cluster.settings if view.cluster else None
    return StatusDocument(
        at=begun.at,
        complete=view.contact.ready,
        version=begun.version,
        gate=begun.gate,
        degraded_availability_allowed=begun.degraded_availability_allowed,
        settings=None if settings is None else dict(settings),
        headline=view.answer.headline,
        detail=view.answer.detail,
        next_node=view.answer.next,
        volumes=_counts(view),
        cordoned_nodes=tuple(row.facts.name for row in view.cordoned),
        findings=findings,
        contacts=tuple(map(_contact, view.contact.rows)),
    )


def _counts(view: Overview) -> CountsDocument:
    return CountsDocument(
        total=view.total,
        at_risk=len(view.volumes) + view.more_volumes,
        stages=view.stages,
        attaches_pending=view.waiting.number,
        oldest_attach=moment(view.waiting.oldest),
    )


def _contact(row: ContactRow) -> ContactDocument:
    return ContactDocument(
        resource=row.resource,
        up=row.up,
        problem=row.problem,
        objects=row.objects,
        unreadable_objects=row.decode_errors,
        heard=moment(row.heard),
    )


def volume_page_document(
    view: VolumePage, volume: VolumeDocument, findings: Iterable[Finding], exporter: Exporter
) -> VolumePageDocument:
    """Return one volume in full."""
    begun = head(exporter)
    return VolumePageDocument(
        at=begun.at,
        version=begun.version,
        gate=begun.gate,
        volume=volume,
        steps=tuple(StepDocument(step=step.name, phase=step.phase, since=moment(step.since)) for step in view.steps),
        unready=tuple(view.unready),
        replicas=tuple(map(_replica, view.replicas)),
        engines=tuple(map(_engine, view.engines)),
        conditions=tuple(map(_condition, view.conditions)),
        findings=tuple(map(finding_document, findings)),
        unreadable=gaps(exporter),
    )


def _replica(row: ReplicaRow) -> ReplicaDocument:
    facts = row.facts
    return ReplicaDocument(
        replica=facts.name,
        node=facts.node,
        state=facts.state,
        counts_as=row.counts_as,
        healthy_since=moment(row.healthy_since),
        failed_since=moment(facts.failed_since),
        deletion_at=moment(facts.deletion_at),
        node_missing=facts.node_missing,
    )


def _engine(facts: EngineFacts) -> EngineDocument:
    return EngineDocument(
        engine=facts.name, state=facts.state, wanted=facts.wanted, stopped_since=moment(facts.stopped_since)
    )


def _condition(row: ConditionRow) -> ConditionDocument:
    return ConditionDocument(
        type=row.type, status=row.status, reason=row.reason, message=row.message, since=moment(row.since)
    )


def nodes_document(rows: Iterable[NodeRow], exporter: Exporter) -> NodesDocument:
    """Return all nodes, by name."""
    begun = head(exporter)
    nodes = sorted(map(_node, rows), key=lambda node: node.node)
    return NodesDocument(at=begun.at, version=begun.version, nodes=tuple(nodes), unreadable=gaps(exporter))


def _node(row: NodeRow) -> NodeDocument:
    facts = row.facts
    return NodeDocument(
        node=facts.name,
        verdict=cast("Verdict | None", row.verdict),
        blockers=dict(row.drain.blockers) if row.drain else {},
        cordoned=facts.cordoned,
        cordoned_since=moment(facts.cordoned_since),
        kubernetes_node_present=facts.kubernetes_node_present,
        kubernetes_ready=facts.kubernetes_ready,
        allow_scheduling=facts.allow_scheduling,
        eviction_requested=facts.eviction_requested,
    )
