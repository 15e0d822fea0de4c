"""How long to wait after a failure: a pure function of the error, the failures before it and a random number."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from ..error import ConfigError, LonghornExporterError
from .error import ForbiddenError, NotFoundError, StatusError

_MAX_EXPONENT: Final = 30


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """All in seconds.

    ``base`` doubles with every failure in a row up to ``cap``. ``denied`` is for what only a person can change (403,
    404). ``max_retry_after`` bounds what a server may ask for. A watch that lasted ``lasting`` wipes out the failures
    before it.
    """

    base: float = 0.5
    cap: float = 30.0
    denied: float = 30.0
    max_retry_after: float = 120.0
    lasting: float = 30.0

    def delay(self, error: LonghornExporterError, *, failures: int, random: float, now: float) -> float:
        """Return the seconds to wait.

        ``failures`` is how many came before this one in a row, ``random`` lies in [0, 1), ``now`` is Unix seconds (a
        Retry-After may be a date). Back-off has full jitter, so that eleven resources and two replicas of the exporter
        do not come back at the same moment; what the server asks for is kept, with jitter on top.
        """
        if isinstance(error, (ForbiddenError, NotFoundError)):
            return self.denied * (0.9 + 0.2 * random)
        backoff = random * min(self.cap, self.base * 2.0 ** min(failures, _MAX_EXPONENT))
        if isinstance(error, StatusError):
            asked = parse_retry_after(error.retry_after, now)
            return backoff if asked is None else min(asked, self.max_retry_after) + min(backoff, self.base)
        if isinstance(error, ConfigError):
            return max(backoff, self.base)
        return backoff


def parse_retry_after(text: str, now: float) -> float | None:
    """Return the seconds of a Retry-After header, given as seconds or as an HTTP date; None where it says nothing."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return None
