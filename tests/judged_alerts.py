"""A truth and firings of a few lines, for what judges them."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.quality.catalogue import CRITICAL, DEADLOCK, WARNING, Tier
from alerts.quality.firing import Firing
from alerts.quality.truth import Deadlock, Subject, Summary, Truth
from alerts.quality.window import Window

PAGE = Tier(DEADLOCK, CRITICAL)
WARNED = Tier(DEADLOCK, WARNING)
LOW = Tier("LonghornVolumeRedundancyLow", WARNING)
ARMED = Window(1_000, 2_000)
REFUSED = Window(2_000, 6_000)
END = 9_000.0


def fired(tier: Tier, start: float, end: float | None, volume: str = "vol") -> Firing:
    """Return a firing without a pending time."""
    labels = {"severity": tier.severity, "volume": volume}
    return Firing("v1/run", tier.alert, tier.severity, labels, start, start, end)


def deadlocked(refused: Window = REFUSED, armed: Window | None = ARMED) -> Truth:
    """Return the truth of one deadlock of ``vol``."""
    wanted = {Subject(PAGE, "vol"): [refused]} | ({Subject(WARNED, "vol"): [armed]} if armed else {})
    return Truth(Summary(), wanted, wanted, [Deadlock("vol", refused, armed)], benign=False, end=END)


def calm(*low: Window, summary: Summary | None = None) -> Truth:
    """Return the truth of a recording without a deadlock, in which ``vol`` lacks replicas at times."""
    wanted: dict[Subject, Sequence[Window]] = {Subject(LOW, "vol"): low}
    return Truth(summary or Summary(), wanted, wanted, [], benign=True, end=END)
