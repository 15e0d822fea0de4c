"""How often a page reloads itself: by a header, since there are no scripts; a link on every page stops it."""

from __future__ import annotations

from typing import Final

REFRESH_SECONDS: Final = 15
_SHORTEST_SECONDS: Final = 5
_LONGEST_SECONDS: Final = 3600


def refresh_seconds(asked: str | None) -> int:
    """Return after how many seconds to reload, 0 for never.

    ``asked`` is the parameter ``refresh``; what makes no sense is passed over, what is too short or long brought near.
    """
    if asked is None or not asked.isdecimal() or len(asked) > len(str(_LONGEST_SECONDS)):
        return REFRESH_SECONDS
    seconds = int(asked)
    return min(max(seconds, _SHORTEST_SECONDS), _LONGEST_SECONDS) if seconds else 0
