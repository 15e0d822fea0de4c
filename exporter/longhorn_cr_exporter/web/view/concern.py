"""How urgent a volume is, and the few words that say why."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...diagnosis.cause import IN_PROGRESS
from ...diagnosis.fact import VolumeFacts
from ...diagnosis.stage import ARMED, DEADLOCKED, EXPOSED, LATENT, UNSCHEDULABLE

CRITICAL: Final = "critical"
WARNING: Final = "warning"
NOTICE: Final = "notice"
CALM: Final = "calm"


class Concern(NamedTuple):
    """``rank`` orders volumes, the most urgent being 0; ``tone`` is how loud it is said, ``words`` what."""

    rank: int
    tone: str
    words: str


_NONE: Final = Concern(99, CALM, "calm")
_STAGES: Final = {
    DEADLOCKED: Concern(0, CRITICAL, DEADLOCKED),
    ARMED: Concern(3, WARNING, ARMED),
    LATENT: Concern(4, WARNING, LATENT),
    EXPOSED: Concern(6, NOTICE, EXPOSED),
    UNSCHEDULABLE: Concern(7, WARNING, UNSCHEDULABLE),
}


def concern(facts: VolumeFacts) -> Concern:
    """Return the most urgent of what concerns a volume."""
    return min(_concerns(facts), default=_NONE)


def _concerns(facts: VolumeFacts) -> list[Concern]:
    found = []
    if facts.stage is not None:
        found.append(_STAGES[facts.stage])
    if facts.robustness == "faulted":
        found.append(Concern(1, CRITICAL, "faulted"))
    if facts.attach is not None and facts.stage not in {DEADLOCKED, UNSCHEDULABLE}:
        arriving = facts.attach.cause == IN_PROGRESS
        found.append(Concern(9, NOTICE, "attaching") if arriving else Concern(2, CRITICAL, "cannot attach"))
    if facts.redundancy_deficit:
        found.append(_redundancy(facts))
    if facts.unadopted_replicas:
        found.append(Concern(8, WARNING, "rebuild stalled"))
    return found


def _redundancy(facts: VolumeFacts) -> Concern:
    usable, wanted = facts.usable_replicas or 0, facts.desired_replicas
    words = f"{usable} of {wanted} replicas"
    return Concern(5, WARNING, words) if usable <= 1 else Concern(8, NOTICE, words)


def urgency(facts: VolumeFacts) -> tuple[int, float, str]:
    """Return what volumes are sorted by: how urgent, since when, name."""
    since = facts.attach.pending_since if facts.attach else facts.stage_since
    return concern(facts).rank, float("inf") if since is None else since, facts.name


def is_at_risk(facts: VolumeFacts) -> bool:
    """Whether anything concerns the volume."""
    return bool(
        facts.stage is not None
        or facts.attach is not None
        or facts.redundancy_deficit
        or facts.unadopted_replicas
        or facts.robustness == "faulted"
    )
