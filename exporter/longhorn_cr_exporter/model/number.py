"""Whole numbers as Longhorn writes them: in settings and, as an int64 in a string, in sizes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")


@lru_cache(maxsize=1024)  # sizes repeat, and every judgement of a volume reads its own
def parse_int(text: str | int) -> int | None:
    """Read a whole number as Go's ``strconv.ParseInt`` does; None for what it refuses, and beyond 18 digits."""
    if isinstance(text, int):
        return text
    return int(text) if _INTEGER.fullmatch(text) else None
