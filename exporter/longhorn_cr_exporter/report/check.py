"""The document of ``check``: every volume, and what is at risk."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnosis.fact import ClusterFacts
from ..diagnosis.pattern import Finding
from ..diagnosis.version import UNKNOWN
from ..exporter import Exporter
from .document import CheckDocument, FindingDocument, ObjectDocument
from .gap import gaps
from .shape import Placements, moment, volume_document

_UNKNOWN = ClusterFacts(version=UNKNOWN, gate=UNKNOWN, settings=None, degraded_availability_allowed=None)


def check_document(exporter: Exporter, findings: Iterable[Finding]) -> CheckDocument:
    """Return the document of an exporter that has judged all it was given; ``findings`` in their order."""
    cluster = exporter.assessment.cluster or _UNKNOWN
    placements = Placements(exporter.state, cluster, exporter.clock())
    volumes = exporter.assessment.volumes.facts
    return CheckDocument(
        at=moment(exporter.clock()) or "",
        version=cluster.version,
        gate=cluster.gate,
        degraded_availability_allowed=cluster.degraded_availability_allowed,
        volumes=tuple(volume_document(volumes[name], placements) for name in sorted(volumes)),
        findings=tuple(finding_document(finding) for finding in findings),
        unreadable=gaps(exporter),
    )


def finding_document(finding: Finding) -> FindingDocument:
    """Return one finding's document."""
    return FindingDocument(
        id=finding.id,
        severity=finding.severity,
        object=ObjectDocument(kind=finding.kind, name=finding.name),
        message=finding.message,
        action=finding.action,
        runbook=finding.runbook,
        since=moment(finding.since),
    )
