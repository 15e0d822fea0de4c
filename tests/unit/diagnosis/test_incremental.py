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

from hosted import GI, budget, core_node, host, manager, storage_node
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.assessment import Assessment
from longhorn_cr_exporter.diagnosis.drain_book import DrainBook
from longhorn_cr_exporter.diagnosis.fact import Fact, VolumeFacts
from longhorn_cr_exporter.diagnosis.outlook import Outlook
from longhorn_cr_exporter.diagnosis.standing import Standing
from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import DISRUPTION_BUDGETS, INSTANCE_MANAGERS, SETTINGS, Resource
from mutated import leaves
from recorded import RUNS, empty_state, feed, moments
from sample import NOW, cluster, replica, volume

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


def _behind() -> list[Object]:
    """Return a volume whose one replica is labelled n3, where it was before, and unprotected where it is."""
    moved = replica("moved", node="n2", meta={"labels": {"longhornnode": "n3", "longhornvolume": "v"}})
    return [volume(), moved, core_node("n2"), storage_node("n2"), manager("n2"), *host("n3")]


def _without_settings() -> list[Object]:
    """Return a volume that wants a replica more, where no setting names the default image."""
    wanting = volume(spec={"size": str(GI), "image": "engine:1"}, status={"state": "attached"})
    made = [core_node("n3"), storage_node("n3"), manager("n3", created="2026-01-01T00:00:00Z")]
    return [wanting, replica(node="n1"), *host("n1"), *host("n2"), *made]


@pytest.mark.parametrize(
    ("objects", "resource", "gone", "come"),
    [
        pytest.param(_behind(), DISRUPTION_BUDGETS, [budget("im-n3")], [], id="a replica's label is behind"),
        pytest.param(
            _without_settings(),
            INSTANCE_MANAGERS,
            [],
            [manager("n3", name="im-new", image="im:2", created="2026-02-01T00:00:00Z")],
            id="the newest image is the default",
        ),
    ],
)
def test_what_hangs_on_an_object_elsewhere(
    objects: list[Object], resource: Resource, gone: list[Object], come: list[Object]
) -> None:
    """Joins that are seldom needed, and never announced by the object that they concern."""
    state = cluster(*objects)
    assessment = Assessment(state)
    assessment.advance(ALL, NOW)
    before = {kind: dict(getattr(assessment, kind).facts) for kind in KINDS}
    for obj in gone:
        state.remove(resource, obj, NOW)
    for obj in come:
        state.put(resource, obj, NOW)
    assessment.advance(ALL, NOW)
    assert {kind: dict(getattr(assessment, kind).facts) for kind in KINDS} != before
    assert_as_a_newcomer_finds_it(assessment, state, NOW)


@pytest.mark.parametrize("seed", range(20))
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
    *path, last = chance.choice([path for path in leaves(changed) if _may_change(resource, path)] or [("kind",)])
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


def _may_change(resource: Resource, path: tuple[Any, ...]) -> bool:
    """Whether it is a field below spec or status, and not what ties an instance manager to its node and processes."""
    tie = path[-1] == "instanceManagerName" or (resource == INSTANCE_MANAGERS and path == ("spec", "nodeID"))
    return len(path) > 1 and path[0] in {"spec", "status"} and not tie


def test_a_volume_is_weighed_once_at_a_first_sync(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though its replicas' budgets have asked for its weight as well."""
    weighed = []
    weigh = DrainBook.weigh_volume

    def counting(book: DrainBook, standing: Standing, outlook: Outlook) -> set[str]:
        weighed.append(standing.name)
        return weigh(book, standing, outlook)

    monkeypatch.setattr(DrainBook, "weigh_volume", counting)
    state = cluster(volume(), *host("n1"), *host("n2"), replica("r1", node="n1"), replica("r2", node="n2"))
    state.changes.drains.add("v")
    Assessment(state).advance(ALL, NOW)
    assert weighed == ["v"]
