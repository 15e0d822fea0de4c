"""Changes to what a replay's scrapes say: several exporters, several clusters, an API server that is away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_SERIES = re.compile(rb"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{([^\n]*)\})? ", re.MULTILINE)
_UP = re.compile(rb"^(longhorn_cr_exporter_resource_up\{[^\n]*\}) 1$", re.MULTILINE)


class Twist(NamedTuple):
    """``copies`` exporters say the same; each of ``clusters`` has all of it, "" being one without such a label.

    From ``away_from`` to ``away_to``, Unix seconds, the API server does not answer: scrapes repeat what was known last.
    """

    copies: int = 1
    clusters: tuple[str, ...] = ("",)
    away_from: float = 0.0
    away_to: float = 0.0


PLAIN = Twist()


def twisted(frames: Iterable[bytes], twist: Twist) -> Iterator[bytes]:
    """Yield the frames of a replay (``alerts.quality.replay``) with a twist."""
    known = b""
    stream = iter(frames)
    for frame in stream:
        if not frame.startswith(b"SCRAPE"):
            yield frame
            continue
        page, moment = next(stream), frame.split()[1]
        away = twist.away_from <= int(moment) / 1000 < twist.away_to
        known = _UP.sub(rb"\1 0", known) if away else page
        yield from _scrapes(moment, known, twist)


def _scrapes(moment: bytes, page: bytes, twist: Twist) -> Iterator[bytes]:
    for cluster in twist.clusters:
        text = _labelled(page, cluster) if cluster else page
        for copy in range(twist.copies):
            yield b"SCRAPE %s exporter-%s%d:9899 %d\n" % (moment, cluster.encode(), copy, len(text))
            yield text


def _labelled(page: bytes, cluster: str) -> bytes:
    label = f'cluster="{cluster}"'.encode()
    return _SERIES.sub(lambda series: b"%s{%s} " % (series[1], b",".join(filter(None, (label, series[2])))), page)
