"""Asking the exporter, as Prometheus does: one connection that stays open, the answer read whole."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

GZIP: Final = {"Accept-Encoding": "gzip"}
PLAIN: Final = {"Accept-Encoding": "identity"}
_PIECE: Final = 2**20
_BUCKET: Final = re.compile(r'^longhorn_cr_exporter_event_lag_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)
_LAG: Final = "/metrics?name[]=longhorn_cr_exporter_event_lag_seconds"


class Answer(NamedTuple):
    """One answer, and the seconds from the request to its last byte."""

    status: int
    seconds: float
    body: bytes


class Scraper:
    """A client that keeps its connection."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)

    def get(self, path: str, headers: Mapping[str, str] = PLAIN) -> Answer:
        """Ask for a path and read the answer whole."""
        begun = time.perf_counter()
        self._connection.request("GET", path, headers=dict(headers))
        response = self._connection.getresponse()
        pieces = []
        while piece := response.read(_PIECE):
            pieces.append(piece)
        return Answer(response.status, time.perf_counter() - begun, b"".join(pieces))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def get(url: str) -> Answer:
    """Ask once."""
    parts = urlsplit(url)
    scraper = Scraper(url)
    try:
        return scraper.get(parts.path)
    finally:
        scraper.close()


def lag_buckets(scraper: Scraper) -> dict[float, float]:
    """Return the exporter's own histogram of event lag: events by upper bound in seconds, cumulated."""
    text = scraper.get(_LAG).body.decode()
    return {float(bound): float(count) for bound, count in _BUCKET.findall(text)}


def quantile(buckets: Mapping[float, float], share: float) -> float:
    """Return the quantile as PromQL's ``histogram_quantile`` estimates it; 0 where nothing was counted."""
    rank = share * buckets[float("inf")]
    lower, below = 0.0, 0.0
    for bound, count in sorted(buckets.items()):
        if count >= rank and count > below:
            return lower if bound == float("inf") else lower + (bound - lower) * (rank - below) / (count - below)
        lower, below = bound, count
    return 0.0
