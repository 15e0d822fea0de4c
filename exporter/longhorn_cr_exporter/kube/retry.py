"""How long to wait after a failure: a pure function of the error, the failures before it and a random number."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

from ..error import ConfigError, LonghornExporterError
from .error import ForbiddenError, NotFoundError, StatusError

DENIALS: Final = (ForbiddenError, NotFoundError)
"""Refusals that last until a person grants a right or installs something."""
_MAX_EXPONENT: Final = 30


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """All in seconds.

    ``base`` doubles with every failure in a row up to ``cap``, or up to ``denied`` for what only a person can change
    (403, 404): an API server that is starting denies everything too, for a second or so, until it has read its RBAC.
    ``max_retry_after`` bounds what a server may ask for. A watch that lasted ``lasting`` wipes out the failures before.
    """

    base: float = 0.5
    cap: float = 30.0
    denied: float = 30.0
    max_retry_after: float = 120.0
    lasting: float = 30.0

    def delay(self, error: LonghornExporterError, *, failures: int, random: float, now: float) -> float:
        """Return the seconds to wait.

        ``failures`` is how many came before this one in a row (denials alone, where this is one), ``random`` lies in
        [0, 1), ``now`` is Unix seconds (a Retry-After may be a date). Back-off has full jitter, so that eleven
        resources and two replicas of the exporter do not come back at the same moment; what the server asks for is
        kept, with jitter on top.
        """
        doubled = self.base * 2.0 ** min(failures, _MAX_EXPONENT)
        if isinstance(error, DENIALS):
            return min(self.denied, doubled) * (0.9 + 0.2 * random)
        backoff = random * min(self.cap, doubled)
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
