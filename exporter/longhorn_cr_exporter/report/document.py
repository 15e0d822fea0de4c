"""The documents of the JSON contract: their keys are what scripts rely on, at the terminal and over HTTP.

Times are RFC 3339 in UTC, as Kubernetes writes them. ``None`` is what cannot be known, as everywhere. Strings of a
closed set are named in the schema that is made of these types (docs/schema).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ..diagnosis import node_drain, volume_drain
from ..diagnosis.term import OTHER, ROBUSTNESS, VOLUME_STATES

Severity = Literal["critical", "warning", "info"]
Verdict = Literal["safe", "degrading", "blocked", "unsafe"]
Change = Literal["appears", "changes", "clears"]


def _one_of(*words: str) -> msgspec.Meta:
    return msgspec.Meta(extra_json_schema={"enum": list(words)})


Time = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
Gate = Annotated[str, _one_of("open", "latched", "fixed", "unknown")]
Stage = Annotated[str, _one_of("exposed", "armed", "latent", "deadlocked", "unschedulable")]
VolumeState = Annotated[str, _one_of(*sorted(VOLUME_STATES), OTHER)]
Robustness = Annotated[str, _one_of(*sorted(ROBUSTNESS), OTHER)]
Answer = Annotated[str, _one_of("may_go", "stays", "error")]
Reason = Annotated[
    str,
    _one_of(
        volume_drain.WOULD_DEADLOCK,
        volume_drain.WOULD_LOSE_LAST_USABLE_REPLICA,
        volume_drain.LAST_REPLICA,
        volume_drain.REPLICA_ON_MISSING_NODE,
        volume_drain.EVICTION_WITHOUT_TARGET,
        volume_drain.INSTANCE_MANAGER_NOT_RUNNING,
        node_drain.MANUAL_ATTACHMENT,
        node_drain.ORPHAN_ENGINE_RECORD,
        node_drain.RUNNING_ENGINE,
    ),
]
Effect = Annotated[
    str,
    _one_of(
        volume_drain.DEADLOCKS,
        volume_drain.LOSES_LAST_USABLE_REPLICA,
        volume_drain.ARMS,
        volume_drain.DEGRADES,
        volume_drain.INTERRUPTS_REBUILD,
        volume_drain.EVICTS,
    ),
]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all documents."""


class ObjectDocument(Document, frozen=True):
    """Which object is meant."""

    kind: str
    name: str


class GapDocument(Document, frozen=True):
    """A resource that could not be read, or not wholly, and why: what hangs on it is null, or not told."""

    resource: str
    problem: str


class AttachDocument(Document, frozen=True):
    """A workload waits for the volume on ``node``, "" where that is unknown; ``cause`` as in docs/metrics.md."""

    pending_since: Time
    node: str
    cause: str


class VolumeDocument(Document, frozen=True):
    """One volume. ``replacement_nodes`` could take one more replica now."""

    volume: str
    pvc: str
    pvc_namespace: str
    state: VolumeState
    robustness: Robustness
    scheduled: bool
    ready: bool | None
    stage: Stage | None
    stage_since: Time | None
    desired_replicas: int
    usable_replicas: int | None
    replica_deficit: int | None
    replica_surplus: int | None
    replacement_nodes: tuple[str, ...] | None
    attach: AttachDocument | None


class FindingDocument(Document, frozen=True):
    """Something that a person should know, or act on: what, since when, and what to do."""

    id: str
    severity: Severity
    object: ObjectDocument
    message: str
    action: str
    runbook: str
    since: Time | None = None


class CheckDocument(Document, frozen=True):
    """What is at risk, at the moment ``at``: volumes by name, findings with the most urgent first."""

    at: Time
    version: str
    gate: Gate
    degraded_availability_allowed: bool | None
    volumes: tuple[VolumeDocument, ...]
    findings: tuple[FindingDocument, ...]
    unreadable: tuple[GapDocument, ...] = ()


class ChangeDocument(Document, frozen=True):
    """A finding that appears, changes (its severity or its text) or clears, at the moment ``at``."""

    at: Time
    change: Change
    finding: FindingDocument


class PdbDocument(Document, frozen=True):
    """What becomes of PodDisruptionBudgets, under three questions; the last takes every engine record as gone."""

    now: Answer
    if_cordoned: Answer
    if_cordoned_and_workloads_gone: Answer


class EffectDocument(Document, frozen=True):
    """What draining a node would do to a volume."""

    volume: str
    effect: Effect
    message: str


class BlockerDocument(Document, frozen=True):
    """Something that keeps a node from being drained, or should; ``action`` is "" for what clears by itself."""

    reason: Reason
    object: ObjectDocument
    message: str
    clears_by_itself: bool
    action: str = ""


class DrainDocument(Document, frozen=True):
    """Whether one node may be drained, and why; ``pdb`` are all its instance managers together."""

    node: str
    verdict: Verdict
    pdb: PdbDocument
    instance_managers: dict[str, PdbDocument]
    blockers: tuple[BlockerDocument, ...]
    effects: tuple[EffectDocument, ...]


class DrainCheckDocument(Document, frozen=True):
    """Verdicts, at the moment ``at``, in the order in which the nodes were asked for."""

    at: Time
    version: str
    nodes: tuple[DrainDocument, ...]
    unreadable: tuple[GapDocument, ...] = ()
