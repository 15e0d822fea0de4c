"""Durations that count on the recording's clock, as long as they are when that clock runs fast."""

from __future__ import annotations

import re
from typing import Final

EACH: Final = "1s"
"""How often Prometheus scrapes, and evaluates rules, beside a recording."""

_DURATION: Final = re.compile(r"(\d+)(ms|d|h|m|s)")
_MILLISECONDS: Final = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}


def hurried(duration: str, speed: float) -> str:
    """Return a duration as Prometheus writes it (``1h30m``), divided by the speed: to a millisecond, at least one."""
    milliseconds = sum(int(count) * _MILLISECONDS[unit] for count, unit in _DURATION.findall(duration))
    return f"{max(1, round(milliseconds / speed))}ms"
