"""The verdict right before a cordon against what Longhorn's real controllers then did, drain by drain."""

from __future__ import annotations

import pytest

from drained import Drain, events_before, recorded_drains
from longhorn_cr_exporter.diagnosis.assessment import Assessment
from longhorn_cr_exporter.diagnosis.fact import DrainFacts
from recorded import RUNS, empty_state, feed

ALL = 10**9
DANGERS = {"would_deadlock", "would_lose_last_usable_replica"}
DRAINS = [drain for run in RUNS for drain in recorded_drains(run)]
each_drain = pytest.mark.parametrize(
    "drain", [pytest.param(drain, id=f"{drain.run}-{drain.node}-{drain.clock:.0f}") for drain in DRAINS]
)


def judged_before(drain: Drain) -> DrainFacts:
    """Return what is said of the node right before its cordon."""
    state = empty_state(drain.clock)
    for event in events_before(drain.run, drain.clock):
        feed(state, event)
    assessment = Assessment(state)
    assessment.advance(ALL, drain.clock)
    facts = assessment.drain(drain.node, drain.clock)
    assert facts is not None
    return facts


@each_drain
def test_the_drain_went_as_the_verdict_says(drain: Drain) -> None:
    """It hung exactly where something was said to hold it up; what clears by itself may take longer than it lasted."""
    facts = judged_before(drain)
    holding = [blocker for blocker in facts.blockers if blocker.reason not in DANGERS]
    went_through = drain.gone == {name for name, _ in facts.instance_managers}
    assert went_through == (not holding)
    assert not went_through or facts.verdict != "blocked"


@each_drain
def test_exactly_the_volumes_said_to_deadlock_did(drain: Drain) -> None:
    """A volume that the verdict names as armed is stuck after the drain, and no other is."""
    said = {blocker.name for blocker in judged_before(drain).blockers if blocker.reason == "would_deadlock"}
    assert said == drain.latched


def test_there_are_drains_of_every_kind() -> None:
    """The recordings hold drains that went through and that hung, with and without a deadlock."""
    assert {(bool(drain.gone), bool(drain.latched)) for drain in DRAINS} >= {
        (True, False),
        (True, True),
        (False, False),
    }
    assert len(DRAINS) > 20
