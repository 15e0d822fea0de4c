"""Kubernetes' times as Unix seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

_FIRST: Final = -62_135_596_800.0  # 0001-01-01T00:00:00Z
_LAST: Final = 253_402_300_799.0  # 9999-12-31T23:59:59Z
_WIDTH: Final = len("0001-01-01T00:00:00Z")  # strftime leaves a year's zeros out


@lru_cache(maxsize=4096)  # an object is judged again and again, and its times are what they were
def parse_time(text: str | None) -> float | None:
    """Return Unix seconds of an RFC 3339 time; None for "", null, and what is no time (year 0 included)."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def format_time(seconds: float) -> str:
    """Return RFC 3339 in UTC with whole seconds, as Kubernetes writes it; beyond the calendar, its first or last."""
    moment = datetime.fromtimestamp(min(max(seconds, _FIRST), _LAST), UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}".rjust(_WIDTH, "0")
