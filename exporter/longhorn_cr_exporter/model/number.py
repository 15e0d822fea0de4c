"""Whole numbers as Longhorn writes them: in settings and, as an int64 in a string, in sizes."""

from __future__ import annotations

import re
from typing import Final

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")


def parse_int(text: str | int) -> int | None:
    """Read a whole number as Go's ``strconv.ParseInt`` does; None for what it refuses, and beyond 18 digits."""
    if isinstance(text, int):
        return text
    return int(text) if _INTEGER.fullmatch(text) else None
