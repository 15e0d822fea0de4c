"""The recordings of our own making: they are what their scripts say, and the exporter says of them what is true."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.assessment import Assessment
from longhorn_cr_exporter.model.resource import DISRUPTION_BUDGETS
from longhorn_cr_exporter.replay.replay import Replay
from making.__main__ import INDEX, main, plain
from making.index import index
from making.library import STORIES
from making.story import EVENTS, SUMMARY, Story
from recorded import MADE, MADE_RUNS, RUNS, assert_true, empty_state, feed, folder, moments, recording

ALL = 10**9
SYNC = 30.0
each_story = pytest.mark.parametrize("story", [pytest.param(story, id=story.run) for story in STORIES])
each_run = pytest.mark.parametrize("run", MADE_RUNS)


@each_story
def test_what_lies_there_is_what_the_script_tells(story: Story) -> None:
    """No recording has drifted from its script: `make recordings` would change nothing."""
    for name, content in story.files().items():
        assert plain(name, (MADE / story.run / name).read_bytes()) == plain(name, content), f"{story.run}/{name}"


@each_story
def test_a_script_tells_the_same_twice(story: Story) -> None:
    """The same bytes each time."""
    assert story.files() == story.files()


def test_nothing_else_lies_there() -> None:
    """Every recording has its script, its line in the index, and none has the place of a real one."""
    assert (MADE / INDEX).read_text() == index(STORIES)
    assert [story.run for story in STORIES] == MADE_RUNS
    assert set(MADE_RUNS).isdisjoint(RUNS)


def test_writes_only_what_differs(tmp_path: Path) -> None:
    """Files that say the same are left alone, however they are packed."""
    main(["--out", str(tmp_path)])
    kept, lost = tmp_path / MADE_RUNS[0] / EVENTS, tmp_path / MADE_RUNS[0] / SUMMARY
    written = kept.stat().st_mtime_ns
    lost.write_text("{}")
    main(["--out", str(tmp_path)])
    assert kept.stat().st_mtime_ns == written
    assert json.loads(lost.read_text())["made"]


@each_run
def test_facts_equal_the_truth_at_every_step(run: str) -> None:
    """Longhorn's ``ready``, the condition, the state, the counts, the waiting workload and the stage."""
    state = empty_state(0.0)
    assessment = Assessment(state)
    for moment in moments(run):
        for event in moment.events:
            feed(state, event)
        assessment.advance(ALL, moment.clock)
        assert_true(run, moment, assessment.volumes.facts)
        for name, truth in moment.truth.items():
            replicas = assessment.volumes.facts[name].replicas
            assert replicas is not None
            assert sum(replicas.values()) == truth["replicas"], (name, moment.clock)


@each_run
def test_objects_have_the_fields_of_real_ones(run: str) -> None:
    """Nothing stands in a spec or a status that Longhorn's controllers were not seen to write at that release."""
    for kind, names in _fields(run).items():
        assert names <= _real_fields(run.split("/", maxsplit=1)[0])[kind], kind


@cache
def _real_fields(release: str) -> dict[tuple[str, str], set[str]]:
    real: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for run in RUNS:
        if run.startswith(f"{release}/"):
            for kind, names in _fields(run).items():
                real[kind] |= names
    return real


def _fields(run: str) -> dict[tuple[str, str], set[str]]:
    """Return the names of the fields of spec and status, by resource and part."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for event in recording(run).events:
        obj = json.loads(event.body)
        for part in ("spec", "status"):
            found[event.resource.name, part] |= (obj.get(part) or {}).keys()
    return found


@each_run
def test_budgets_go_when_longhorn_lets_them(run: str) -> None:
    """A running instance manager on a cordoned node keeps its budget only while Longhorn's rule holds it."""
    state = empty_state(0.0)
    assessment = Assessment(state)
    free: dict[str, float] = {}
    for moment in moments(run):
        for event in moment.events:
            feed(state, event)
        assessment.advance(ALL, moment.clock)
        loose = set(_loose(assessment, state, moment.clock))
        free = {name: free.get(name, moment.clock) for name in loose}
        late = {name for name, since in free.items() if moment.clock - since > SYNC}
        assert not late, moment.clock


def _loose(assessment: Assessment, state: ClusterState, now: float) -> Iterator[str]:
    """Yield the budgets on cordoned nodes that Longhorn would delete."""
    for name, node in state.kubernetes_nodes.items():
        facts = assessment.drain(name, now) if node.spec.unschedulable else None
        for manager, answer in facts.instance_managers if facts else ():
            if manager in state.disruption_budgets and answer.now == "may_go":
                yield manager


@each_run
def test_no_budget_goes_that_longhorn_keeps(run: str) -> None:
    """Where a story has a budget deleted while its node is there, Longhorn's rule had let it go."""
    state = empty_state(0.0)
    assessment = Assessment(state)
    for event in recording(run).events:
        if event.type == "DELETED" and event.resource == DISRUPTION_BUDGETS:
            node = json.loads(event.body)["spec"]["selector"]["matchLabels"]["longhorn.io/node"]
            assessment.advance(ALL, event.clock)
            assert node not in state.kubernetes_nodes or event.name in _loose(assessment, state, event.clock)
        feed(state, event)


@each_run
async def test_it_can_be_replayed(run: str) -> None:
    """From the beginning to the end, every event."""
    async with Replay(recording(run), start=recording(run).end, running=False) as replay:
        assert replay.store.version == recording(run).events[-1].version


@each_run
def test_it_says_what_it_is(run: str) -> None:
    """Nobody takes it for one of Longhorn's own."""
    summary = json.loads((folder(run) / SUMMARY).read_text())
    assert summary["origin"] == "made by longhorn-cr-exporter"
    assert summary["note"]
    assert summary["section"]
