"""What is told of the recordings of Longhorn's real controllers, at every step, against the truth beside them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

import pytest

from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.assessment import Assessment
from longhorn_cr_exporter.diagnosis.finding import Finding, findings
from longhorn_cr_exporter.diagnosis.redundancy import usable
from longhorn_cr_exporter.model.time import parse_time
from recorded import FOLDER, RUNS, Truth, empty_state, feed, moments

ALL = 10**9
SCRAPE = 15.0
BENIGN = [run for run in RUNS if run.split("/")[1][0] in "adk"]
DEADLOCKS = ["v1.7.2/b-deadlock-9938", "v1.7.2/l-capi-replacement-no-wait"]
SPARED = [run for run in RUNS if not run.startswith("v1.7.2/")]


class Step(NamedTuple):
    """A second of a recording: what is told, what is true, and how many usable replicas each volume has."""

    clock: float
    told: tuple[Finding, ...]
    truth: Truth
    usable: Mapping[str, int]

    def named(self, pattern: str) -> set[str]:
        """Return the names of the objects at which a pattern was found."""
        return {finding.name for finding in self.told if finding.id == pattern}


@cache
def steps(run: str) -> tuple[Step, ...]:
    """Return every step of a recording, and what time alone changes in between."""
    return tuple(_steps(run))


def _steps(run: str) -> Iterator[Step]:
    state = empty_state(0.0)
    assessment = Assessment(state)
    truth: Truth = {}
    before = float("inf")
    for moment in moments(run):
        for tick in _ticks(before, moment.clock):
            yield _step(state, assessment, tick, truth)
        for event in moment.events:
            feed(state, event)
        assessment.advance(ALL, moment.clock)
        truth = dict(moment.truth)
        yield _step(state, assessment, moment.clock, truth)
        before = moment.clock


def _ticks(after: float, until: float) -> Iterator[float]:
    """Yield every 15 s in between, as Prometheus scrapes."""
    while (after := after + SCRAPE) < until:
        yield after


def _step(state: ClusterState, assessment: Assessment, clock: float, truth: Truth) -> Step:
    good = (r.spec.volume_name for r in state.replicas.values() if usable(r, state.ready_nodes))
    counts: dict[str, int] = {}
    for volume in good:
        counts[volume] = counts.get(volume, 0) + 1
    return Step(clock, tuple(findings(assessment, state, clock)), truth, counts)


@pytest.mark.parametrize("run", RUNS)
def test_the_deadlock_is_told_when_it_is_true_and_only_then(run: str) -> None:
    """Critical from the second at which the workload is refused, until the cure; on no other release."""
    for step in steps(run):
        true = {name for name, truth in step.truth.items() if truth["latched"] and truth["workload_waiting"]}
        assert step.named("volume-deadlocked") == (true if run.startswith("v1.7.2/") else set()), step.clock


@pytest.mark.parametrize("run", DEADLOCKS)
def test_every_deadlock_is_foretold(run: str) -> None:
    """While attached with Scheduled False the volume is armed, as a warning, up to its detach."""
    for volume, windows in _windows(run, "armed_windows"):
        for step in steps(run):
            if any(start <= step.clock < end for start, end in windows):
                told = [f for f in step.told if f.name == volume and f.id == "volume-armed"]
                assert [f.severity for f in told] == ["warning"], (volume, step.clock)
    deadlocked = {volume for volume, _ in _windows(run, "deadlock_windows")}
    assert deadlocked == {volume for volume, _ in _windows(run, "armed_windows")}


@pytest.mark.parametrize("run", DEADLOCKS)
def test_nothing_else_is_critical_of_a_deadlocked_volume(run: str) -> None:
    """One cause, one page; but for a last copy that is about to go with its node."""
    for step in steps(run):
        for volume in step.named("volume-deadlocked"):
            ids = {f.id for f in step.told if f.name == volume and f.severity == "critical"}
            assert ids <= {"volume-deadlocked", "redundancy-low"}
            assert "redundancy-low" not in ids or step.usable.get(volume, 0) <= 1


@pytest.mark.parametrize("run", SPARED)
def test_other_releases_never_come_near_it(run: str) -> None:
    """Scheduled is as False there, and harmless."""
    ids = {finding.id for step in steps(run) for finding in step.told}
    assert ids.isdisjoint({"volume-armed", "volume-latent", "volume-exposed", "version-affected"})


@pytest.mark.parametrize("run", BENIGN)
def test_a_benign_run_is_quiet(run: str) -> None:
    """Nothing is critical; the only warning is of an instance manager away while an attached volume is degraded."""
    for step in steps(run):
        loud = {finding.id for finding in step.told if finding.severity != "info"}
        degraded = any(truth["robustness"] == "degraded" for truth in step.truth.values())
        assert loud <= ({"instance-manager-down"} if degraded else set()), step.clock


def test_a_cluster_scaled_to_zero_is_silent() -> None:
    """Though a node is cordoned for an hour and its instance manager is gone."""
    loud = [f for step in steps("v1.7.2/d-scaled-to-zero") for f in step.told if f.severity != "info"]
    assert loud == []


@pytest.mark.parametrize("run", RUNS)
def test_what_is_critical_is_true(run: str) -> None:
    """A volume is refused, or no copy is left, or one, on every release."""
    for step in steps(run):
        for finding in step.told:
            if finding.severity == "critical":
                assert _warranted(finding, step), (finding, step.clock)


def _warranted(finding: Finding, step: Step) -> bool:
    truth = step.truth[finding.name]
    match finding.id:
        case "volume-deadlocked":
            return bool(truth["latched"] and truth["workload_waiting"])
        case "attach-stuck":
            return bool(truth["workload_waiting"] and not truth["ready"])
        case "redundancy-lost":
            return truth["robustness"] == "faulted" or not step.usable.get(finding.name)
        case "redundancy-low":
            return bool(step.usable.get(finding.name, 0) <= 1 < truth["numberOfReplicas"])
    return False


@pytest.mark.parametrize("run", RUNS)
def test_what_is_warned_of_a_volume_is_true(run: str) -> None:
    """It is short of usable replicas, or refused, or waited for."""
    for step in steps(run):
        for finding in step.told:
            if finding.severity == "warning" and finding.kind == "Volume":
                truth = step.truth[finding.name]
                short = step.usable.get(finding.name, 0) < truth["numberOfReplicas"]
                assert short or truth["latched"] or truth["armed"] or truth["workload_waiting"], (finding, step.clock)


def test_a_new_volume_that_finds_no_place_is_told_after_five_minutes() -> None:
    """It is refused on every release, and is not the deadlock."""
    told = [
        (step.clock, f)
        for step in steps("v1.7.2/i-creation-unschedulable")
        for f in step.told
        if f.severity == "critical"
    ]
    assert {f.id for _, f in told} == {"attach-stuck"}
    assert told[0][0] == pytest.approx(_at("2026-03-02T06:05:13Z"), abs=15)
    assert told[-1][0] <= _at("2026-03-02T06:20:45Z")


def _windows(run: str, kind: str) -> Iterator[tuple[str, list[tuple[float, float]]]]:
    summary = json.loads((FOLDER / run / "summary.json").read_text())
    for volume, spans in summary[kind].items():
        yield volume, [(_at(span["start"]), _at(span["end"])) for span in spans]


def _at(text: str) -> float:
    return parse_time(text) or 0.0
