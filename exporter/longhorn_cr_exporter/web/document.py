"""The documents of the HTTP API that the terminal has no use for; the others stand in ``report/document.py``."""

from __future__ import annotations

from ..report.document import (
    Document,
    FindingDocument,
    GapDocument,
    Gate,
    Stage,
    Time,
    Verdict,
    VolumeDocument,
)


class ContactDocument(Document, frozen=True):
    """How the contact with one resource stands: ``up`` while it is followed without a gap.

    ``problem`` is "" while all is well. ``heard`` is the last sign of life, null where there was none.
    """

    resource: str
    up: bool
    problem: str
    objects: int
    unreadable_objects: int
    heard: Time | None


class CountsDocument(Document, frozen=True):
    """Numbers of volumes: all, at each stage, and those that a workload waits for since ``oldest_attach``."""

    total: int
    at_risk: int
    stages: dict[Stage, int]
    attaches_pending: int
    oldest_attach: Time | None


class StatusDocument(Document, frozen=True):
    """The cluster in short, and what is at risk, the most urgent first.

    ``complete`` is false until all that can be read was read and judged: until then nothing that is missing says
    anything. ``headline`` and ``detail`` answer whether the next node may be drained; ``next_node`` is "" for none.
    """

    at: Time
    complete: bool
    version: str
    gate: Gate
    degraded_availability_allowed: bool | None
    settings: dict[str, str] | None
    headline: str
    detail: str
    next_node: str
    volumes: CountsDocument
    cordoned_nodes: tuple[str, ...]
    findings: tuple[FindingDocument, ...]
    contacts: tuple[ContactDocument, ...]


class VolumesDocument(Document, frozen=True, rename={"continue_": "continue"}):
    """Volumes by name. ``continue`` asks for those after them, "" where there are none."""

    at: Time
    version: str
    gate: Gate
    degraded_availability_allowed: bool | None
    volumes: tuple[VolumeDocument, ...]
    continue_: str
    unreadable: tuple[GapDocument, ...]


class ReplicaDocument(Document, frozen=True):
    """One replica; ``counts_as`` as in docs/metrics.md. ``deletion_at`` is when Longhorn deletes it, if it does."""

    replica: str
    node: str
    state: str
    counts_as: str
    healthy_since: Time | None
    failed_since: Time | None
    deletion_at: Time | None
    node_missing: bool | None


class EngineDocument(Document, frozen=True):
    """One engine."""

    engine: str
    state: str
    wanted: bool | None
    stopped_since: Time | None


class ConditionDocument(Document, frozen=True):
    """One condition as the object carries it."""

    type: str
    status: str
    reason: str
    message: str
    since: Time | None


class StepDocument(Document, frozen=True):
    """One step on the way to the deadlock; ``phase`` is past, now or ahead."""

    step: str
    phase: str
    since: Time | None


class VolumePageDocument(Document, frozen=True):
    """One volume in full. ``unready`` says why no workload may have it."""

    at: Time
    version: str
    gate: Gate
    volume: VolumeDocument
    steps: tuple[StepDocument, ...]
    unready: tuple[str, ...]
    replicas: tuple[ReplicaDocument, ...]
    engines: tuple[EngineDocument, ...]
    conditions: tuple[ConditionDocument, ...]
    findings: tuple[FindingDocument, ...]
    unreadable: tuple[GapDocument, ...]


class NodeDocument(Document, frozen=True):
    """One node in short; ``verdict`` is null for one that Longhorn has no part in, and while it cannot be told.

    ``blockers`` counts them by their reason.
    """

    node: str
    verdict: Verdict | None
    blockers: dict[str, int]
    cordoned: bool | None
    cordoned_since: Time | None
    kubernetes_node_present: bool | None
    kubernetes_ready: bool | None
    allow_scheduling: bool | None
    eviction_requested: bool | None


class NodesDocument(Document, frozen=True):
    """All nodes, by name."""

    at: Time
    version: str
    nodes: tuple[NodeDocument, ...]
    unreadable: tuple[GapDocument, ...]


class RefusalDocument(Document, frozen=True):
    """Why a request is not answered."""

    error: str
