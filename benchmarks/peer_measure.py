"""What is measured in the same way of the exporter and of its peer."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Final, NamedTuple

from fleet_measure import Figure, cpu_of
from fleet_process import FleetServer, Program
from fleet_scrape import GZIP, Scraper

RATE: Final = 200.0
"""Events a second: what the peer can follow."""
_KINDS: Final = ("volume", "engine")
_POLL_SECONDS: Final = 0.1
_QUIET_SHARE: Final = 0.02
_TICK_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 300.0
_REST_TIMES: Final = 3
_VOLUME: Final = re.compile(rb'[{,]volume="([^"]+)"')


class NotShownError(Exception):
    """A scrape does not show what has happened."""


class Quiet(NamedTuple):
    """When a process last worked, in seconds since its start, and the CPU seconds that it had then used."""

    at: float
    cpu: float


class Meter:
    """Measures one process, to where it is quiet: has used next to no CPU for ``quiet_seconds``."""

    def __init__(self, program: Program, quiet_seconds: float) -> None:
        self.program = program
        self._quiet_seconds = quiet_seconds
        self._rest = 0.0

    def until_quiet(self) -> Quiet:
        """Wait until the process is quiet.

        Raises:
            TimeoutError: it goes on for minutes.
        """
        busy = now = self._now()
        end = busy.at + _PATIENCE_SECONDS
        while now.at < busy.at + self._quiet_seconds:
            if now.at > end:
                raise TimeoutError(f"{self.program.url} does not get quiet")
            time.sleep(_POLL_SECONDS)
            now = self._now()
            if now.cpu - busy.cpu > _TICK_SECONDS + _QUIET_SHARE * (now.at - busy.at):
                busy = now
        return busy

    def _now(self) -> Quiet:
        return Quiet(time.monotonic() - self.program.begun, self.program.usage().cpu)

    def rest(self) -> float:
        """Return the CPU seconds that the process uses a second while nothing happens; ``spent`` leaves them out."""
        seconds = _REST_TIMES * self._quiet_seconds
        self._rest = cpu_of(self.program, lambda: time.sleep(seconds)) / seconds
        return self._rest

    def spent(self, work: Callable[[], object]) -> float:
        """Return the CPU seconds that some work costs the process, which is quiet, until it is so again."""
        begun, before = time.monotonic(), self.program.usage().cpu
        work()
        self.until_quiet()
        return self.program.usage().cpu - before - self._rest * (time.monotonic() - begun)


def sync(starts: Sequence[Quiet]) -> Iterator[Figure]:
    """What a start costs until nothing more is done, the least of several."""
    yield Figure("sync_cpu", "from the command to quiet, CPU", min(start.cpu for start in starts), "s")
    yield Figure("sync_wall", "from the command to quiet", min(start.at for start in starts), "s")


def events(server: FleetServer, meter: Meter, seconds: float, rounds: int) -> Iterator[Figure]:
    """CPU per event of a kind without scrapes; and with what the next scrape has to do more than the one before it.

    The least of the rounds is told, which is kind to a collector of garbage that did not run in one.

    Raises:
        NotShownError: not every event is to be seen in that scrape.
    """
    meter.until_quiet()
    yield Figure("rest_cpu", "at rest, a second", meter.rest() * 1000, "ms CPU")
    count = max(1, int(seconds / rounds * RATE))
    with closing(Scraper(meter.program.url)) as scraper:
        for kind in _KINDS:
            pages: list[bytes] = []
            scraped = partial(_scrape, scraper, pages)
            meter.spent(scraped)
            same = meter.spent(scraped)
            happen = partial(_let, server, kind, count)
            followed = min(meter.spent(happen) for _ in range(rounds)) / count
            shown = max(0.0, meter.spent(scraped) - same) / count / rounds
            _check(kind, count * rounds, *pages)
            yield Figure(f"{kind}_event_cpu", f"{kind} event", followed * 1e6, "µs CPU")
            yield Figure(f"{kind}_event_shown_cpu", f"{kind} event, scraped", (followed + shown) * 1e6, "µs CPU")


def _let(server: FleetServer, kind: str, count: int) -> None:
    server.wait(server.start(kind, count, RATE))


def _scrape(scraper: Scraper, pages: list[bytes]) -> None:
    pages.append(gzip.decompress(scraper.get("/metrics", GZIP).body))


def _check(kind: str, count: int, first: bytes, before: bytes, after: bytes) -> None:
    """Compare what has changed since with what changes by itself: the age of an engine that has stopped."""
    changed = _changed(before, after) - _changed(first, before)
    if len(changed) != count:
        raise NotShownError(f"{count} {kind} events change {len(changed)} volumes in a scrape")


def _changed(before: bytes, after: bytes) -> set[bytes]:
    """Return the volumes of which a page says something that the one before it did not."""
    lines = set(after.splitlines()).difference(before.splitlines())
    return {match.group(1) for match in map(_VOLUME.search, lines) if match}
