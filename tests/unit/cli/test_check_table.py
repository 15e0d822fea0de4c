"""The table of ``check``, word by word."""

from __future__ import annotations

import io

import pytest

from longhorn_cr_exporter.cli.check_table import write_check
from longhorn_cr_exporter.cli.sheet import Sheet
from longhorn_cr_exporter.report.document import (
    CheckDocument,
    FindingDocument,
    GapDocument,
    ObjectDocument,
    Severity,
    VolumeDocument,
)

AT = "2026-03-02T06:40:00Z"


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return a stream of 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")
    return io.StringIO()


def finding(
    name: str, *, severity: Severity = "warning", action: str = "Look: kubectl get x", since: str | None = None
) -> FindingDocument:
    """Return a finding at a volume."""
    return FindingDocument(
        id="volume-armed",
        severity=severity,
        object=ObjectDocument(kind="Volume", name=name),
        message=f"Volume {name} is armed",
        action=action,
        runbook="docs/runbooks/LonghornVolumeDeadlock.md",
        since=since,
    )


def volume(name: str, stage: str | None) -> VolumeDocument:
    """Return a volume in a stage."""
    return VolumeDocument(
        volume=name,
        pvc="",
        pvc_namespace="",
        state="attached",
        robustness="degraded",
        scheduled=False,
        ready=True,
        stage=stage,
        stage_since=None,
        desired_replicas=3,
        usable_replicas=2,
        replica_deficit=1,
        replica_surplus=0,
        replacement_nodes=(),
        attach=None,
    )


def table(
    out: io.StringIO,
    *findings: FindingDocument,
    volumes: tuple[VolumeDocument, ...] = (),
    gaps: tuple[GapDocument, ...] = (),
) -> list[str]:
    """Return the lines of a table."""
    document = CheckDocument(
        at=AT,
        version="v1.7.2",
        gate="latched",
        degraded_availability_allowed=False,
        volumes=volumes,
        findings=findings,
        unreadable=gaps,
    )
    write_check(Sheet(out), document)
    return out.getvalue().splitlines()


def test_nothing_found_is_three_lines(out: io.StringIO) -> None:
    """A healthy cluster: that nothing is found, in how many volumes, of which release and when."""
    assert table(out, volumes=(volume("a", None), volume("b", None))) == [
        "nothing found  2 volumes",
        "Longhorn v1.7.2, deadlock gate latched, degraded",
        "    availability not allowed",
        f"judged at {AT}",
    ]


def test_a_finding_says_what_since_when_and_what_to_do(out: io.StringIO) -> None:
    """Its age heads it; the command stands by itself, the runbook last."""
    lines = table(out, finding("a", since="2026-03-02T06:11:00Z"), volumes=(volume("a", "armed"),))
    assert lines[:8] == [
        "WARNING   volume-armed  Volume a, 29 min",
        "  Volume a is armed",
        "  do    Look:",
        "        kubectl get x",
        "  see   docs/runbooks/LonghornVolumeDeadlock.md",
        "",
        "1 warning  1 volume: 1 armed",
        "Longhorn v1.7.2, deadlock gate latched, degraded",
    ]


def test_findings_of_a_kind_stand_together(out: io.StringIO) -> None:
    """What is to be done for all is said once, with each one's command."""
    actions = [finding(name, action=f"Look: kubectl get {name}") for name in ("a", "b")]
    assert table(out, *actions)[:7] == [
        "WARNING   volume-armed  (2)",
        "  - Volume a is armed",
        "  - Volume b is armed",
        "  do    Look:",
        "        kubectl get a",
        "        kubectl get b",
        "  see   docs/runbooks/LonghornVolumeDeadlock.md",
    ]


def test_of_many_five_are_told_and_the_others_named(out: io.StringIO) -> None:
    """Twenty names are enough for a terminal; how many more there are is said."""
    lines = table(out, *(finding(f"v{number:02}") for number in range(40)))
    assert lines[0] == "WARNING   volume-armed  (40)"
    assert lines[5] == "  - Volume v04 is armed"
    assert lines[6].startswith("  - and v05, v06, ")
    assert " ".join(" ".join(lines[6:9]).split()).endswith("v24, and 15 more (--output json tells all)")


def test_severities_are_told_apart_and_counted(out: io.StringIO) -> None:
    """One pattern in two severities heads two groups; the sum counts each."""
    lines = table(out, finding("a", severity="critical"), finding("b", severity="info"))
    assert [line for line in lines if line.startswith(("CRITICAL", "INFO"))] == [
        "CRITICAL  volume-armed  Volume a",
        "INFO      volume-armed  Volume b",
    ]
    assert "1 critical  1 info  0 volumes" in lines


def test_an_action_without_a_command(out: io.StringIO) -> None:
    """Words alone are told as they are."""
    assert "  do    Wait" in table(out, finding("a", action="Wait"))


def test_what_was_not_read_is_told(out: io.StringIO) -> None:
    """A gap stands before the sum."""
    lines = table(out, gaps=(GapDocument(resource="nodes", problem="403 Forbidden"),))
    assert lines[0] == "unread  nodes: 403 Forbidden"


def test_hostile_text_is_shown_harmless(out: io.StringIO) -> None:
    """Escape sequences and markup in names, messages and actions do nothing."""
    lines = table(out, finding("\x1b[31m[red]a\nb", action="Run\x07: kubectl get '\x1b]0;x\x07'"))
    assert lines[1:4] == [
        "  Volume \N{REPLACEMENT CHARACTER}[31m[red]a b is armed",
        "  do    Run\N{REPLACEMENT CHARACTER}:",
        "        kubectl get '\N{REPLACEMENT CHARACTER}]0;x\N{REPLACEMENT CHARACTER}'",
    ]
