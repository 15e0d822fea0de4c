"""A volume's stage as a line of steps, each with the time at which the cluster's objects say it was reached."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...cluster.state import ClusterState
from ...diagnosis.fact import VolumeFacts
from ...diagnosis.stage import ARMED, DEADLOCKED, EXPOSED, LATENT, UNSCHEDULABLE

_CALM: Final = "calm"
LINE: Final = (_CALM, EXPOSED, ARMED, LATENT, DEADLOCKED)
MEANINGS: Final = {
    _CALM: "On no way to the deadlock.",
    EXPOSED: "A replica is lacking and no node could take another: Longhorn's next attempt fails and arms the volume.",
    ARMED: "Scheduled is False and would stay so: the next detach is for good.",
    LATENT: "Detached, and cannot be attached any more. Nobody has asked yet.",
    DEADLOCKED: "A workload waits for it, and will wait for ever.",
    UNSCHEDULABLE: "Never placed in full. This is not the deadlock: it heals by itself once there is room.",
}


class Step(NamedTuple):
    """``phase`` is "past", "now" or "ahead"; ``since`` is Unix seconds where something tells."""

    name: str
    phase: str
    since: float | None


def steps(facts: VolumeFacts, state: ClusterState) -> list[Step]:
    """Return the line; of an unschedulable volume, which is on none, nothing but what lies ahead."""
    position = -1 if facts.stage == UNSCHEDULABLE else LINE.index(facts.stage or _CALM)
    known = _times(facts, state)
    made = []
    for index, name in enumerate(LINE):
        phase = "now" if index == position else "past" if index < position else "ahead"
        since = facts.stage_since if phase == "now" else known.get(name) if phase == "past" else None
        made.append(Step(name, phase, since))
    return made


def _times(facts: VolumeFacts, state: ClusterState) -> dict[str, float | None]:
    """Return since when the parts of a stage have held: the condition latched, the engines stopped."""
    unscheduled = next((c.since for c in facts.conditions if c.type == "Scheduled" and not c.true), None)
    stopped = [state.engine_stopped.since(name) for name in state.engines_of.of(facts.name)]
    detached = max((time for time in stopped if time is not None), default=None)
    return {ARMED: unscheduled, LATENT: _later(unscheduled, detached)}


def _later(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else max(first, second)
