"""Numbers, times and names as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..model.time import format_time
from .fact import VolumeFacts

_NAMED: Final = 5


def lasting(since: float | None, now: float) -> str:
    """Return " since 2026-03-02T06:34:05Z (12 min)"; nothing where ``since`` is None."""
    return "" if since is None else f" since {format_time(since)} ({duration(now - since)})"


def duration(seconds: float) -> str:
    """Return a duration with its two largest units: 45 s, 12 min, 3 h 5 min, 19 d 4 h."""
    minutes, seconds = divmod(int(max(seconds, 0.0)), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    first = next((index for index, (number, _) in enumerate(units) if number), len(units) - 1)
    shown = units[first : first + 2] if first < 2 else units[first : first + 1]  # noqa: PLR2004 - days and hours
    return " ".join(f"{number} {unit}" for number, unit in shown if number or len(shown) == 1)


def count(number: int, noun: str) -> str:
    """Return "1 replica", "2 replicas"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Iterable[str]) -> str:
    """Return the names with commas; of many the first, and how many more there are."""
    names = sorted(names)
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_NAMED])} and {more} more"


def volume_words(facts: VolumeFacts) -> str:
    """Return the volume with the claim by which its users know it."""
    claim = f" (claim {facts.pvc_namespace}/{facts.pvc})" if facts.pvc else ""
    return f"volume {facts.name}{claim}"


def sentence(text: str) -> str:
    """Return the text with its first letter raised."""
    return text[:1].upper() + text[1:]
