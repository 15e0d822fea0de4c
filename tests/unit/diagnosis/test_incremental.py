"""Whatever happens, and in whatever order: what is kept current event by event is what a newcomer would find."""

from __future__ import annotations

import contextlib
import copy
import json
import random
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import pytest

from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.assessment import Assessment
from longhorn_cr_exporter.diagnosis.fact import Fact, VolumeFacts
from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.resource import SETTINGS, Resource
from mutated import leaves
from recorded import RUNS, empty_state, feed, moments

ALL: Final = 10**9
KINDS: Final = ("volumes", "engines", "replicas", "instance_managers", "nodes", "drains")
Json = dict[str, Any]


def unremembered(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return the facts without since when a stage was seen, which a newcomer cannot know."""
    return {
        name: msgspec.structs.replace(fact, stage_since=None) if isinstance(fact, VolumeFacts) else fact
        for name, fact in facts.items()
    }


def assert_as_a_newcomer_finds_it(assessment: Assessment, state: ClusterState, now: float) -> None:
    """Compare all facts, and each node's verdict with the one that is told with its reasons."""
    state.changes.everything = True
    fresh = Assessment(state)
    fresh.advance(ALL, now)
    for kind in KINDS:
        assert unremembered(getattr(assessment, kind).facts) == unremembered(getattr(fresh, kind).facts), kind
    for node, summary in assessment.drains.facts.items():
        told = fresh.drain(node, now)
        assert told is not None
        assert told.verdict == summary.verdict
        assert len(told.blockers) == sum(count for _, count in summary.blockers)


@pytest.mark.parametrize("run", RUNS)
def test_at_every_step_of_a_recording(run: str) -> None:
    """Events as Longhorn's controllers make them."""
    state = empty_state(0.0)
    assessment = Assessment(state)
    for number, moment in enumerate(moments(run)):
        for event in moment.events:
            feed(state, event)
        assessment.advance(ALL, moment.clock)
        if number % 5 == 0:
            assert_as_a_newcomer_finds_it(assessment, state, moment.clock)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("run", [run for run in RUNS if run.startswith("v1.7.2")][:4])
def test_after_any_changes(run: str, seed: int) -> None:
    """Objects go and come back, and their fields take the values that others of their kind have."""
    chance = random.Random(f"{run} {seed}")
    state = empty_state(0.0)
    bodies: dict[tuple[Resource, str], Json] = {}
    steps = list(moments(run))
    steps = steps[: chance.randrange(len(steps) // 2, len(steps))]
    for event in (event for moment in steps for event in moment.events):
        feed(state, event)
        bodies[event.resource, event.name] = json.loads(event.body)
    now = steps[-1].clock
    assessment = Assessment(state)
    assessment.advance(ALL, now)
    kinds = sorted({resource for resource, _ in bodies if resource != SETTINGS}, key=lambda resource: resource.name)
    for _ in range(60):
        resource = chance.choice(kinds)
        _change(state, resource, [body for (kind, _), body in bodies.items() if kind == resource], chance, now)
        assessment.advance(ALL, now)
        assert_as_a_newcomer_finds_it(assessment, state, now)


def _change(state: ClusterState, resource: Resource, bodies: list[Json], chance: random.Random, now: float) -> None:
    """Remove one object, or give one of its fields the value of another of its kind, or none."""
    changed, other = chance.choice(bodies), chance.choice(bodies)
    if chance.random() < 0.2:
        state.remove(resource, decode_object(resource, json.dumps(changed).encode()), now)
        return
    *path, last = chance.choice([path for path in leaves(changed) if _may_change(path)] or [("kind",)])
    there: Any = changed
    for key in path:
        there = there[key]
    with contextlib.suppress(LookupError, TypeError):
        for key in path:
            other = other[key]
        there[last] = copy.deepcopy(other[last])
    if isinstance(there[last], str | dict | list) and chance.random() < 0.3:
        there[last] = type(there[last])()
    state.put(resource, decode_object(resource, json.dumps(changed).encode()), now)


def _may_change(path: tuple[Any, ...]) -> bool:
    """Whether it is a field below spec or status, and not which instance manager an engine or a replica belongs to."""
    return len(path) > 1 and path[0] in {"spec", "status"} and path[-1] != "instanceManagerName"
