"""The recordings of Longhorn's real controllers: what is said of them equals the truth beside them, at every step."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.diagnosis.assessment import Assessment
from recorded import RUNS, assert_true, empty_state, feed, moments

ALL = 10**9


@pytest.mark.parametrize("run", RUNS)
def test_facts_equal_the_truth_at_every_step(run: str) -> None:
    """Longhorn's own ``ready``, the condition, the state, the counts, the waiting workload and the stage."""
    state = empty_state(0.0)
    assessment = Assessment(state)
    steps = 0
    for moment in moments(run):
        for event in moment.events:
            feed(state, event)
        assessment.advance(ALL, moment.clock)
        steps += assert_true(run, moment, assessment.volumes.facts)
    assert steps > 20


@pytest.mark.parametrize("run", RUNS)
def test_replica_counts_add_up_at_every_step(run: str) -> None:
    """Every replica CR is in exactly one state, and the truth counts as many."""
    state = empty_state(0.0)
    assessment = Assessment(state)
    for moment in moments(run):
        for event in moment.events:
            feed(state, event)
        assessment.advance(ALL, moment.clock)
        for name, truth in moment.truth.items():
            facts = assessment.volumes.facts.get(name)
            if facts is not None:
                assert facts.replicas is not None
                assert sum(facts.replicas.values()) == truth["replicas"], (name, moment.clock)


@pytest.mark.parametrize("run", RUNS)
def test_incremental_facts_equal_a_full_judgement(run: str) -> None:
    """What was kept current event by event is what a newcomer finds at the end, but for the times it remembers."""
    state = empty_state(0.0)
    assessment = Assessment(state)
    last = 0.0
    for moment in moments(run):
        for event in moment.events:
            feed(state, event)
        assessment.advance(ALL, moment.clock)
        last = moment.clock
    state.changes.everything = True
    fresh = Assessment(state)
    fresh.advance(ALL, last)
    for kind in ("volumes", "engines", "replicas", "instance_managers", "nodes", "drains"):
        assert getattr(assessment, kind).facts == getattr(fresh, kind).facts
    assert assessment.cluster == fresh.cluster
