"""What is measured in the same way of the exporter and of its peer."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Final, NamedTuple

from fleet_measure import Figure, cpu_of
from fleet_process import FleetServer, Program, Usage
from fleet_scrape import GZIP, Scraper
from peer_page import changed_volumes, shows_all

RATE: Final = 200.0
"""Events a second: what the peer can follow."""
_KINDS: Final = ("volume", "engine")
_POLL_SECONDS: Final = 0.1
_QUIET_SHARE: Final = 0.02
_TICK_SECONDS: Final = 0.01
_PATIENCE_SECONDS: Final = 300.0
_REST_TIMES: Final = 3


class NotShownError(Exception):
    """A scrape does not show what has happened."""


class Quiet(NamedTuple):
    """When a process last worked, in seconds since its start, and what it had used until then."""

    at: float
    usage: Usage


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
            if now.usage.cpu - busy.usage.cpu > _TICK_SECONDS + _QUIET_SHARE * (now.at - busy.at):
                busy = now
        return busy

    def _now(self) -> Quiet:
        return Quiet(time.monotonic() - self.program.begun, self.program.usage())

    def until_synced(self, objects: Mapping[str, int]) -> Quiet:
        """Wait until the process is quiet and shows all objects, so many of each resource.

        Raises:
            NotShownError: it does not, for minutes.
        """
        end = time.monotonic() + _PATIENCE_SECONDS
        with closing(Scraper(self.program.url)) as scraper:
            while True:
                quiet = self.until_quiet()
                if shows_all(_scraped(scraper), objects):
                    return quiet
                if time.monotonic() > end:
                    raise NotShownError(f"{self.program.url} does not show the whole fleet")

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
    yield Figure("sync_cpu", "from the command to quiet, CPU", min(start.usage.cpu for start in starts), "s")
    yield Figure("sync_wall", "from the command to quiet", min(start.at for start in starts), "s")
    yield Figure("sync_rss", "memory then", min(start.usage.resident for start in starts), "MB")
    yield Figure("sync_rss_peak", "memory until then, its highest", min(start.usage.peak for start in starts), "MB")


def events(server: FleetServer, meter: Meter, seconds: float, rounds: int) -> Iterator[Figure]:
    """CPU per event of a kind without scrapes; and with what the next scrape has to do more than the one before it.

    The least of the rounds is told, which is kind to a collector of garbage that did not run in one.

    Raises:
        NotShownError: not every event is to be seen in scrapes that follow.
    """
    meter.until_quiet()
    yield Figure("rest_cpu", "at rest, a second", meter.rest() * 1000, "ms CPU")
    count = max(1, int(seconds / rounds * RATE))
    with closing(Scraper(meter.program.url)) as scraper:
        for kind in _KINDS:
            pages: list[bytes] = []
            scrape = partial(_scrape, scraper, pages)
            meter.spent(scrape)
            same = meter.spent(scrape)
            happen = partial(_let, server, kind, count)
            followed = min(meter.spent(happen) for _ in range(rounds)) / count
            shown = max(0.0, meter.spent(scrape) - same) / count / rounds
            _until_shown(scraper, pages, count * rounds)
            yield Figure(f"{kind}_event_cpu", f"{kind} event", followed * 1e6, "µs CPU")
            yield Figure(f"{kind}_event_shown_cpu", f"{kind} event, scraped", (followed + shown) * 1e6, "µs CPU")


def _let(server: FleetServer, kind: str, count: int) -> None:
    server.wait(server.start(kind, count, RATE))


def _scrape(scraper: Scraper, pages: list[bytes]) -> None:
    pages.append(_scraped(scraper))


def _scraped(scraper: Scraper) -> bytes:
    return gzip.decompress(scraper.get("/metrics", GZIP).body)


def _until_shown(scraper: Scraper, pages: list[bytes], count: int) -> None:
    """Scrape until so many volumes have changed since the second page, without those that change by themselves.

    Such are the volumes of engines that have stopped, with their ages. The quiet before is nearly always enough.
    """
    end = time.monotonic() + _PATIENCE_SECONDS
    restless = changed_volumes(pages[0], pages[1])
    while len(changed_volumes(pages[1], pages[-1]) - restless) != count:
        if time.monotonic() > end:
            raise NotShownError(f"{count} events are not to be seen in a scrape")
        pages[-1] = _scraped(scraper)
