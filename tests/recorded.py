"""The recordings of Longhorn's real controllers with the truth beside them, step by step."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.fact import VolumeFacts
from longhorn_cr_exporter.diagnosis.stage import ARMED, DEADLOCKED, LATENT
from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.resource import RESOURCES
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.event import Event
from longhorn_cr_exporter.replay.recording import Recording, read_recording

FOLDER = Path(__file__).parent / "recordings"
RUNS = sorted(str(path.parent.relative_to(FOLDER)) for path in FOLDER.glob("*/*/events.jsonl.gz"))
MADE = FOLDER / "made"
MADE_RUNS = sorted(str(path.parent.relative_to(MADE)) for path in MADE.glob("*/*/events.jsonl.gz"))

Truth = Mapping[str, Mapping[str, Any]]


TOLD_BY_POD_ALONE = frozenset({"v1.7.2/o-two-nodes-fail"})
"""Runs in which a pod waits while its old VolumeAttachment is still being deleted: no wish to attach exists yet."""


class Moment(NamedTuple):
    """A second of a recording after which something may have changed: its events, and the truth that then holds."""

    clock: float
    events: tuple[Event, ...]
    truth: Truth


def folder(run: str) -> Path:
    """Return where ``<release>/<run>`` lies: among the real recordings, or those of our own making."""
    return (FOLDER if run in RUNS else MADE) / run


@cache
def recording(run: str) -> Recording:
    """Return the recording of ``<release>/<run>``."""
    return read_recording(folder(run))


@cache
def _truths(run: str) -> Mapping[float, list[Mapping[str, Any]]]:
    found = defaultdict(list)
    for line in (folder(run) / "truth.jsonl").read_text().splitlines():
        truth = json.loads(line)
        found[parse_time(truth["clock"]) or 0.0].append(truth)
    return found


def moments(run: str) -> Iterator[Moment]:
    """Yield every second in which events happened or the truth changed, in order; ``truth`` adds up, by volume."""
    by_clock = {clock: tuple(events) for clock, events in groupby(recording(run).events, key=lambda event: event.clock)}
    truths = _truths(run)
    known: dict[str, Mapping[str, Any]] = {}
    for clock in sorted(by_clock.keys() | truths.keys()):
        known.update((truth["volume"], truth) for truth in truths.get(clock, ()))
        yield Moment(clock, by_clock.get(clock, ()), known)


def empty_state(now: float) -> ClusterState:
    """Return a state that has read every resource and found nothing."""
    state = ClusterState()
    for resource in RESOURCES:
        state.replace(resource, [], now)
    return state


def feed(state: ClusterState, event: Event) -> None:
    """Give one recorded event to a state, as list and watch would."""
    obj = decode_object(event.resource, event.body)
    if event.type == "DELETED":
        state.remove(event.resource, obj, event.clock)
    else:
        state.put(event.resource, obj, event.clock)


def assert_true(run: str, moment: Moment, volumes: Mapping[str, VolumeFacts]) -> int:
    """Hold the volumes' facts, by name, against the truth of a moment; return how many there were to be held.

    Longhorn's own ``ready``, the condition, the state, the counts, the waiting workload and the stage: on open and
    fixed releases no volume is ever armed, latent or deadlocked.
    """
    held = [(name, volumes[name], truth) for name, truth in moment.truth.items() if name in volumes]
    for name, facts, truth in held:
        scheduled = next((c.true for c in facts.conditions if c.type == "Scheduled"), False)
        said = (facts.ready, scheduled, facts.state, facts.robustness, facts.desired_replicas)
        wanted = (truth["ready"], truth["scheduled"] == "True", truth["state"], truth["robustness"])
        assert said == (*wanted, truth["numberOfReplicas"]), (name, moment.clock)
        if facts.attach is not None or run not in TOLD_BY_POD_ALONE:
            assert (facts.attach is not None) == truth["workload_waiting"], (name, moment.clock)
        _assert_stage(facts, truth, latches=run.startswith("v1.7.2/"))
    return len(held)


def _assert_stage(facts: VolumeFacts, truth: Mapping[str, Any], *, latches: bool) -> None:
    assert facts.stage not in {ARMED, LATENT, DEADLOCKED} or latches, facts
    assert (facts.stage == DEADLOCKED) == (latches and truth["latched"] and facts.attach is not None), facts
    assert (facts.stage == LATENT) == (latches and truth["latched"] and facts.attach is None), facts
    if truth["state"] == "attached":
        assert (facts.stage == ARMED) == (latches and truth["armed"]), facts
    if facts.attach is not None and facts.stage == DEADLOCKED:
        assert facts.attach.cause == "scheduled_condition"
