"""The documents of the JSON contract: their keys are what scripts rely on, at the terminal and over HTTP.

Times are RFC 3339 in UTC, as Kubernetes writes them. ``None`` is what cannot be known, as everywhere.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from ..diagnosis.fact import EffectFact, PdbFact

Severity = Literal["critical", "warning", "info"]
Verdict = Literal["safe", "degrading", "blocked", "unsafe"]


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all documents."""


class ObjectDocument(Document, frozen=True):
    """Which object is meant."""

    kind: str
    name: str


class AttachDocument(Document, frozen=True):
    """A workload waits for the volume on ``node``, "" where that is unknown."""

    pending_since: str
    node: str
    cause: str


class VolumeDocument(Document, frozen=True):
    """One volume. ``replacement_nodes`` could take one more replica now."""

    volume: str
    pvc: str
    pvc_namespace: str
    state: str
    robustness: str
    scheduled: bool | None
    ready: bool | None
    stage: str | None
    stage_since: str | None
    desired_replicas: int
    usable_replicas: int | None
    replica_deficit: int | None
    replica_surplus: int | None
    replacement_nodes: tuple[str, ...] | None
    attach: AttachDocument | None


class FindingDocument(Document, frozen=True):
    """Something that a person should know, or act on: what, and what to do."""

    id: str
    severity: Severity
    object: ObjectDocument
    message: str
    action: str
    runbook: str


class CheckDocument(Document, frozen=True):
    """What is at risk, at the moment ``at``."""

    at: str
    version: str
    gate: str
    degraded_availability_allowed: bool | None
    volumes: tuple[VolumeDocument, ...]
    findings: tuple[FindingDocument, ...]


class BlockerDocument(Document, frozen=True):
    """Something that keeps a node from being drained, or should."""

    reason: str
    object: ObjectDocument
    message: str
    clears_by_itself: bool


class DrainDocument(Document, frozen=True):
    """Whether one node may be drained, and why."""

    node: str
    verdict: Verdict
    pdb: PdbFact
    instance_managers: dict[str, PdbFact]
    blockers: tuple[BlockerDocument, ...]
    effects: tuple[EffectFact, ...]


class DrainCheckDocument(Document, frozen=True):
    """Verdicts, at the moment ``at``."""

    at: str
    version: str
    nodes: tuple[DrainDocument, ...]
