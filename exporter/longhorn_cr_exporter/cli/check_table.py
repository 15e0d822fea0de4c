"""``check`` for people: each finding with what, since when, what to do, the command and the runbook; then the sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from ..diagnosis.wording import count, duration
from ..model.time import parse_time
from ..report.document import CheckDocument, FindingDocument, Severity
from .sheet import Sheet
from .table import others, write_actions, write_gaps

STYLES: Final[dict[Severity, str]] = {"critical": "bold red", "warning": "bold yellow", "info": "bold cyan"}
_DETAILED: Final = 5  # findings of one kind that are told in full
_STAGES: Final = ("deadlocked", "armed", "latent", "exposed", "unschedulable")
_ALLOWED: Final = {True: "allowed", False: "not allowed", None: "unknown"}
_LABEL: Final = 6


def write_check(sheet: Sheet, report: CheckDocument) -> None:
    """Write the report: the most urgent first, and the sum where the eye rests, at the end."""
    for (severity, id_), group in groupby(report.findings, key=lambda finding: (finding.severity, finding.id)):
        _write_group(sheet, severity, id_, list(group), now=parse_time(report.at))
        sheet.blank()
    write_gaps(sheet, report.unreadable)
    _write_sum(sheet, report)


def _write_group(
    sheet: Sheet, severity: Severity, id_: str, group: Sequence[FindingDocument], *, now: float | None
) -> None:
    """Write the findings of one kind, and what to do: prose that is the same for all stands there once."""
    told, rest = group[:_DETAILED], group[_DETAILED:]
    label = "- " if len(group) > 1 else ""
    sheet.title((severity.upper(), STYLES[severity], 8), (id_, "bold", 0), (_headline(group, now), "bold", 0))
    for finding in told:
        sheet.paragraph(finding.message, label=label)
    if rest:
        sheet.paragraph(others([finding.object.name for finding in rest]), label=label)
    write_actions(sheet, [finding.action for finding in told], label="do".ljust(_LABEL))
    sheet.paragraph(group[0].runbook, label="see".ljust(_LABEL), style="dim")


def _headline(group: Sequence[FindingDocument], now: float | None) -> str:
    """Return which object it is and for how long, or how many there are."""
    if len(group) > 1:
        return f"({len(group)})"
    since = parse_time(group[0].since)
    lasting = "" if since is None or now is None or now - since < 1 else f", {duration(now - since)}"
    return f"{group[0].object.kind} {group[0].object.name}{lasting}"


def _write_sum(sheet: Sheet, report: CheckDocument) -> None:
    severities = Counter(finding.severity for finding in report.findings)
    found = [(f"{severities[one]} {one}", STYLES[one], 0) for one in STYLES if severities[one]]
    sheet.title(*(found or [("nothing found", "bold green", 0)]), (_volumes(report), "bold", 0))
    release = f"Longhorn {report.version}, deadlock gate {report.gate}"
    sheet.title((f"{release}, degraded availability {_ALLOWED[report.degraded_availability_allowed]}", "", 0))
    sheet.title((f"judged at {report.at}", "dim", 0))


def _volumes(report: CheckDocument) -> str:
    stages = Counter(volume.stage for volume in report.volumes)
    told = [f"{stages[stage]} {stage}" for stage in _STAGES if stages[stage]]
    return f"{count(len(report.volumes), 'volume')}{': ' if told else ''}{', '.join(told)}"
