"""The measurements, each a function from running processes to figures.

Other work on the machine makes a figure worse, never better: what can be repeated is, and the least is told.
"""

from __future__ import annotations

import gzip
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Final, NamedTuple

from prometheus_client import Metric, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from fleet_process import ExporterProcess, FleetServer, Program, exporter
from fleet_scrape import GZIP, PLAIN, Answer, Scraper, lag_buckets, quantile

RATE: Final = 500.0
_SETTLE_SECONDS: Final = 1.0
_SCRAPE_EVERY_SECONDS: Final = 0.5
_MARKER: Final = "/metrics?name[]=longhorn_cr_volume_attach_pending_timestamp_seconds"
_CORDONED: Final = "/metrics?name[]=longhorn_cr_node_cordoned"
_EVENTS: Final = {
    "volume": "volume event",
    "engine": "engine event",
    "replica": "replica event",
    "node": "Longhorn node event (a disk's free space)",
    "volume_unchanged": "volume event that changes nothing used",
    "engine_unchanged": "engine event that changes nothing used",
}


class Figure(NamedTuple):
    """One number: ``key`` for scripts, ``text`` for people."""

    key: str
    text: str
    value: float
    unit: str


def fleet_size(server: FleetServer) -> Iterator[Figure]:
    """What the fleet is."""
    for name, count in server.hello.objects.items():
        size = server.hello.bytes[name] / count
        yield Figure(f"fleet_{name}", f"{name} (of {size / 1000:.1f} kB)", count, "objects")
    yield Figure("fleet_mb", "JSON in all", sum(server.hello.bytes.values()) / 1e6, "MB")


def sync(server: FleetServer, rounds: int) -> Iterator[Figure]:
    """What a start costs until /readyz says ok, the least of several."""
    results = []
    for _ in range(rounds):
        with exporter(server) as process:
            results.append(process.started)
    yield Figure("sync_cpu", "sync, CPU", min(result.cpu - result.start_cpu for result in results), "s")
    yield Figure("start_cpu", "interpreter and imports before it, CPU", min(r.start_cpu for r in results), "s")
    yield Figure("sync_all_cpu", "both, CPU", min(result.cpu for result in results), "s")
    yield Figure("sync_wall", "from the command to ready", min(result.wall for result in results), "s")


def memory(process: Program, when: str) -> Iterator[Figure]:
    """What the process holds."""
    time.sleep(_SETTLE_SECONDS)
    usage = process.usage()
    key = when.replace(" ", "_")
    yield Figure(f"rss_{key}", f"memory {when}", usage.resident, "MB")
    yield Figure(f"rss_peak_{key}", f"memory {when}, highest so far", usage.peak, "MB")


def events(server: FleetServer, process: ExporterProcess, seconds: float, rounds: int) -> Iterator[Figure]:
    """CPU per event of each kind at a steady rate without scrapes, the least of the rounds; and at rest."""
    count = max(1, int(seconds / rounds * RATE))
    for kind, text in _EVENTS.items():
        costs = [cpu_of(process, lambda kind=kind: _let(server, kind, count)) / count for _ in range(rounds)]  # type: ignore[misc]
        yield Figure(f"{kind}_event_cpu", text, min(costs) * 1e6, "µs CPU")
    rest = cpu_of(process, lambda: time.sleep(seconds / 2)) / (seconds / 2)
    yield Figure("rest_cpu", "at rest, a second", rest * 1000, "ms CPU")


def _let(server: FleetServer, kind: str, count: int) -> None:
    server.wait(server.start(kind, count, RATE))
    time.sleep(_SETTLE_SECONDS / 4)


def cpu_of(process: Program, work: Callable[[], object]) -> float:
    """Return how many CPU seconds a process spends while something is done here."""
    before = process.usage().cpu
    work()
    return process.usage().cpu - before


def scrapes(process: Program, count: int) -> Iterator[Figure]:
    """Scrapes one after the other while nothing happens."""
    with closing(Scraper(process.url)) as scraper:
        for encoding, headers in (("plain", PLAIN), ("gzip", GZIP)):
            first = scraper.get("/metrics", headers)
            yield Figure(f"{encoding}_first", f"{encoding}, the first", first.seconds * 1000, "ms")
            yield Figure(f"{encoding}_mb", f"{encoding}, size", len(first.body) / 1e6, "MB")
            answers: list[Answer] = []
            cpu = cpu_of(process, lambda: answers.extend(scraper.get("/metrics", headers) for _ in range(count)))  # noqa: B023
            yield from _spread(f"{encoding}", encoding, [answer.seconds for answer in answers])
            yield Figure(f"{encoding}_cpu", f"{encoding}, CPU", cpu / count * 1000, "ms CPU")


def busy_scrapes(server: FleetServer, process: ExporterProcess, seconds: float) -> Iterator[Figure]:
    """Scrapes twice a second while events arrive."""
    with closing(Scraper(process.url)) as scraper:
        for encoding, headers in (("plain", PLAIN), ("gzip", GZIP)):
            scraper.get("/metrics", headers)
            stream = server.start("mixed", int(seconds * RATE), RATE)
            times, end = [], time.monotonic() + seconds
            while time.monotonic() < end:
                times.append(scraper.get("/metrics", headers).seconds)
                time.sleep(max(0.0, _SCRAPE_EVERY_SECONDS - times[-1]))
            server.wait(stream)
            yield from _spread(f"{encoding}_busy", f"{encoding}, {RATE:g} events/s", times)


def _spread(key: str, text: str, times: Sequence[float]) -> Iterator[Figure]:
    yield Figure(f"{key}_p50", f"{text}, p50", statistics.median(times) * 1000, "ms")
    yield Figure(f"{key}_p99", f"{text}, p99 of {len(times)}", _percentile(times, 0.99) * 1000, "ms")


def _percentile(times: Sequence[float], share: float) -> float:
    """Return the smallest time that this share of all do not exceed."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def lag(server: FleetServer, process: ExporterProcess, seconds: float) -> Iterator[Figure]:
    """How long an event takes to a scrape, by the exporter's own histogram and as seen from outside."""
    with closing(Scraper(process.url)) as scraper:
        before = lag_buckets(scraper)
        stream = server.start("mixed", int(seconds * RATE), RATE)
        server.wait(stream)
        after = lag_buckets(scraper)
        stream = server.start("mixed", int(seconds * RATE), RATE)
        seen, end = [], time.monotonic() + seconds
        while time.monotonic() < end:
            seen.append(_seen_after(server, scraper, present=True))
            seen.append(_seen_after(server, scraper, present=False))
        server.wait(stream)
    counted = {bound: count - before[bound] for bound, count in after.items()}
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        value = quantile(counted, share) * 1000
        yield Figure(f"lag_{name}", f"event lag, {name} of the exporter's histogram", value, "ms")
    yield from _spread("lag_outside", "event made to seen in a scrape", seen)


def _seen_after(server: FleetServer, scraper: Scraper, *, present: bool) -> float:
    """Let a volume be waited for, or no longer, and return how long until the exporter has said so."""
    marker = server.marker()
    label = f'volume="{marker.volume}"'.encode()
    while (label in scraper.get(_MARKER).body) is not present:
        if time.monotonic() > marker.at + 60:
            raise TimeoutError(f"{marker.volume} is not seen")
    return time.monotonic() - marker.at


def cordons(server: FleetServer, process: ExporterProcess, count: int) -> Iterator[Figure]:
    """How long the cordon of a node, or its end, takes to a scrape: it concerns every volume on the node, and more."""
    with closing(Scraper(process.url)) as scraper:
        times = []
        for _ in range(count):
            before = scraper.get(_CORDONED).body.count(b"} 1\n")
            made = server.wait(server.start("cordon", 1, RATE)).at
            while scraper.get(_CORDONED).body.count(b"} 1\n") == before:
                if time.monotonic() > made + 60:
                    raise TimeoutError("a cordon is not seen")
            times.append(time.monotonic() - made)
    yield from _spread("cordon", "cordon made to seen in a scrape", times)


class _Parsed:
    """A page in prometheus_client's own model."""

    def __init__(self, page: bytes) -> None:
        self._families = list(text_string_to_metric_families(page.decode()))

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def library(process: ExporterProcess, found: dict[str, float]) -> Iterator[Figure]:
    """What prometheus_client's ``generate_latest`` takes for the same page, beside the CPU of a scrape found here."""
    with closing(Scraper(process.url)) as scraper:
        page = scraper.get("/metrics").body
    registry = _Parsed(page)
    plain = min(_process_ms(lambda: generate_latest(registry)) for _ in range(2))
    packed = plain + _process_ms(lambda: gzip.compress(page))
    yield Figure("library_plain_cpu", "generate_latest", plain, "ms CPU")
    yield Figure("library_plain_ratio", "… to a plain scrape's CPU here", plain / found["plain_cpu"], "times")
    yield Figure("library_gzip_cpu", "generate_latest and gzip.compress", packed, "ms CPU")
    yield Figure("library_gzip_ratio", "… to a gzip scrape's CPU here", packed / found["gzip_cpu"], "times")


def _process_ms(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000
