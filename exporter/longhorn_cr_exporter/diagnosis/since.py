"""Since when a volume is in its stage.

It is when the exporter saw the stage begin, or earlier where the cluster's own times prove it: a stage holds at least
since the last of the things it is made of has held. So a restart, or a dump, knows more than "now".
"""

from __future__ import annotations

from ..cluster.state import ClusterState
from ..model.meta import first_condition
from ..model.time import parse_time
from ..model.volume import Volume
from .attach import Wish
from .stage import ARMED, DEADLOCKED, LATENT, UNSCHEDULABLE


def proven_since(stage: str, volume: Volume, demand: Wish | None, state: ClusterState) -> float | None:
    """Return since when the stage is proven to hold, Unix seconds; None where nothing proves it."""
    unscheduled = _unscheduled_since(volume)
    if unscheduled is None or stage not in {ARMED, LATENT, DEADLOCKED, UNSCHEDULABLE}:
        return None
    if stage == ARMED:
        return unscheduled
    parts = [unscheduled, _detached_since(volume, state)]
    if stage == DEADLOCKED:
        parts.append(demand.since if demand else None)
    return _latest(parts)


def _latest(times: list[float | None]) -> float | None:
    """Return the latest, None where one of them is not known."""
    known = [time for time in times if time is not None]
    return max(known) if len(known) == len(times) else None


def _unscheduled_since(volume: Volume) -> float | None:
    """Return when ``Scheduled`` became what it is: its time moves only when its status does."""
    condition = first_condition(volume.status.conditions, "Scheduled")
    return parse_time(condition.last_transition_time) if condition else None


def _detached_since(volume: Volume, state: ClusterState) -> float | None:
    """Return since when all of the volume's engines are known to be stopped, which a detached volume's are."""
    engines = state.engines_of.of(volume.name)
    return _latest([state.engine_stopped.since(name) for name in engines]) if engines else None
