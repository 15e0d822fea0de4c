"""What an operator is told: what is wrong, of which object, since when, and what to do about it.

Findings are made from facts, and say no more than these prove. An age comes from the objects' own times, or from when
the exporter saw a state begin. Where neither tells how old something is, as in a dump, what may be a moment of normal
life is left unsaid, and what cannot be one is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from ..cluster.state import ClusterState
from .assessment import Assessment
from .fact import VolumeFacts
from .finding_attach import attach_finding, engine_finding
from .finding_cluster import cluster_findings
from .finding_instance_manager import instance_manager_finding, leaked_record_finding
from .finding_node import node_findings, replica_ghost_finding
from .finding_rebuild import deletion_finding, rebuild_finding, unadopted_findings
from .finding_redundancy import redundancy_finding
from .finding_spread import spread_findings
from .finding_stage import stage_finding
from .finding_ticket import ticket_findings
from .pattern import CRITICAL, INFO, WARNING, Finding, Pattern, Severity, View
from .stage import DEADLOCKED, LATENT, UNSCHEDULABLE

__all__ = ["CRITICAL", "INFO", "WARNING", "Finding", "Severity", "findings", "ranked", "search"]

_SEVERITIES: Final = {CRITICAL: 0, WARNING: 1, INFO: 2}
_URGENCY: Final = {pattern.id: rank for rank, pattern in enumerate(Pattern)}


def findings(assessment: Assessment, state: ClusterState, now: float) -> list[Finding]:
    """Return everything found at ``now`` (Unix seconds), most urgent first, as ``ranked``.

    ``assessment`` is of ``state``; what it has not judged yet is told as it was.
    """
    return ranked(chain.from_iterable(search(View(assessment, state, now))))


def ranked(found: Iterable[Finding]) -> list[Finding]:
    """Return findings by severity, then by the patterns' order of urgency, then the oldest first, then by name."""
    return sorted(found, key=_urgency)


def _urgency(finding: Finding) -> tuple[int, int, float, str]:
    since = float("inf") if finding.since is None else finding.since
    return _SEVERITIES[finding.severity], _URGENCY[finding.id], since, finding.name


def search(view: View) -> Iterator[Iterable[Finding]]:
    """Yield what is found, object after object.

    Between two objects the cluster may change: so a long search can be spread over time.
    """
    yield cluster_findings(view)
    for node in tuple(view.assessment.nodes.facts.values()):
        yield node_findings(node, view)
    for manager in tuple(view.assessment.instance_managers.facts.values()):
        yield _told(instance_manager_finding(manager, view), leaked_record_finding(manager, view))
    for facts in tuple(view.assessment.volumes.facts.values()):
        yield _of_volume(facts, view)
    for replica in tuple(view.state.replicas.values()):
        yield _told(replica_ghost_finding(replica, view))
    if view.latched:
        for failed in tuple(view.assessment.replicas.facts.values()):
            yield _told(deletion_finding(failed, view))
    for attachment in tuple(view.state.longhorn_attachments.values()):
        yield ticket_findings(attachment, view)


def _of_volume(facts: VolumeFacts, view: View) -> Iterator[Finding]:
    """Yield what is wrong with one volume, unless it is being deleted.

    Of what keeps it from being attached the most telling is said; that its engine is stopped, only where nothing is.
    """
    volume = view.state.volumes.get(facts.name)
    if volume is None or volume.terminating:
        return
    waiting, stage = attach_finding(facts, view), stage_finding(facts, view)
    if waiting is not None and facts.stage == UNSCHEDULABLE:
        stage = None
    redundancy = redundancy_finding(facts, volume, view)
    yield from _told(waiting, stage, redundancy, rebuild_finding(facts, volume, view))
    yield from unadopted_findings(facts, volume, view)
    yield from spread_findings(facts, volume, view)
    if waiting is None and not _kept_out(facts) and not (redundancy and redundancy.severity == CRITICAL):
        yield from _of_engines(facts.name, view)


def _kept_out(facts: VolumeFacts) -> bool:
    """Whether it is plain why the volume's engine does not run."""
    return facts.stage in {DEADLOCKED, LATENT, UNSCHEDULABLE} or facts.robustness == "faulted"


def _of_engines(volume: str, view: View) -> Iterator[Finding]:
    engines = (view.assessment.engines.facts.get(name) for name in view.state.engines_of.of(volume))
    yield from _told(*(engine_finding(engine, view) for engine in engines if engine is not None))


def _told(*found: Finding | None) -> Iterator[Finding]:
    return (finding for finding in found if finding is not None)
