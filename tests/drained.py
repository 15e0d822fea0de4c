"""The drains of the recordings: which PodDisruptionBudgets Longhorn's real controllers let go, and what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from longhorn_cr_exporter.model.resource import DISRUPTION_BUDGETS, INSTANCE_MANAGERS, KUBERNETES_NODES, Resource
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.event import Event
from recorded import FOLDER, recording

Json = dict[str, Any]
_TELLING = {DISRUPTION_BUDGETS, INSTANCE_MANAGERS, KUBERNETES_NODES}
_IN_TIME_SECONDS = 5.0
"""A pod taken away by force before that says nothing about its budget."""
_FOLLOWING_SECONDS = 600.0


class Drain(NamedTuple):
    """A node's drain, from the cordon at ``clock`` until the node was open again, gone, or its pods were.

    ``gone`` are the budgets of its instance managers that Longhorn deleted meanwhile; while one stays the drain hangs.
    ``latched`` are the volumes that got stuck in the ten minutes after the cordon.
    """

    run: str
    clock: float
    node: str
    gone: frozenset[str]
    latched: frozenset[str]


def recorded_drains(run: str) -> Iterator[Drain]:
    """Yield the drains of a recording that show what Longhorn does: a budget went, or the pod was taken by force."""
    events = _telling(run)
    open_: set[str] = set()
    for index, (event, obj) in enumerate(events):
        if event.resource != KUBERNETES_NODES:
            continue
        if not _is_cordoned(event, obj):
            open_.add(event.name)
        elif event.name in open_:
            open_.remove(event.name)
            yield from _followed(run, event, events[index + 1 :])


def recorded_drain(run: str, clock: float, node: str) -> Drain:
    """Return one of a recording's drains."""
    return next(drain for drain in recorded_drains(run) if (drain.clock, drain.node) == (clock, node))


def events_before(run: str, clock: float) -> Iterator[Event]:
    """Yield the last event of every object that stood before a time."""
    last: dict[tuple[Resource, str], Event] = {}
    for event in recording(run).events:
        if event.clock >= clock:
            break
        last[event.resource, event.name] = event
    return (event for event in last.values() if event.type != "DELETED")


def _followed(run: str, cordon: Event, later: Iterable[tuple[Event, Json]]) -> Iterator[Drain]:
    """Yield the drain that began with a cordon, if it shows anything."""
    gone: set[str] = set()
    for event, obj in later:
        if _node_of(event, obj) != cordon.name:
            continue
        if event.resource == DISRUPTION_BUDGETS:
            gone |= {event.name} if event.type == "DELETED" else set()
        elif _has_ended(event, obj):
            by_force = event.resource == INSTANCE_MANAGERS and event.clock - cordon.clock >= _IN_TIME_SECONDS
            if gone or by_force:
                yield Drain(run, cordon.clock, cordon.name, frozenset(gone), _latched(run, cordon.clock))
            return


@cache
def _telling(run: str) -> tuple[tuple[Event, Json], ...]:
    return tuple((event, json.loads(event.body)) for event in recording(run).events if event.resource in _TELLING)


def _node_of(event: Event, obj: Json) -> str:
    if event.resource == DISRUPTION_BUDGETS:
        return str(obj["spec"]["selector"]["matchLabels"]["longhorn.io/node"])
    return str(obj["spec"]["nodeID"]) if event.resource == INSTANCE_MANAGERS else event.name


def _is_cordoned(event: Event, obj: Json) -> bool:
    return event.type != "DELETED" and bool(obj["spec"].get("unschedulable"))


def _has_ended(event: Event, obj: Json) -> bool:
    """Whether the node is open again or gone, or its instance manager runs no more: its pod has gone."""
    if event.resource == KUBERNETES_NODES:
        return not _is_cordoned(event, obj)
    return event.type == "DELETED" or obj["status"]["currentState"] != "running"


def _latched(run: str, since: float) -> frozenset[str]:
    summary: Mapping[str, Any] = json.loads((FOLDER / run / "summary.json").read_text())
    return frozenset(
        volume
        for volume, windows in summary["latched_windows"].items()
        if any(0 <= (parse_time(window["start"]) or 0.0) - since < _FOLLOWING_SECONDS for window in windows)
    )
