"""The exporter's own part of the page: its families, its histograms, and the process as prometheus_client sees it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client import Metric as LibraryMetric
from prometheus_client import generate_latest as text_page
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics_page
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from .chunk import Chunk, Text
from .exporter import EVENT_LAG, EXPORTER, LAG_BUCKETS, SCRAPE_BUCKETS, SCRAPE_DURATION, ExporterFacts
from .family import Family, Metric
from .selection import Selection
from .table import RowShape
from .text import Format, header


class _Page:
    """Families handed to prometheus_client's writers."""

    def __init__(self, families: Iterable[LibraryMetric]) -> None:
        self._families = families

    def collect(self) -> Iterable[LibraryMetric]:
        return self._families


class _Histogram:
    """Times counted by bucket. Hundreds of events are counted at once, for which the library's own locks each time."""

    def __init__(self, metric: Metric, buckets: tuple[float, ...]) -> None:
        self._metric = metric
        self._bounds = buckets
        self._bucket_labels = [*map(floatToGoString, buckets), "+Inf"]
        self._counts = [0] * (len(buckets) + 1)
        self._sum = 0.0

    def observe(self, times: Iterable[float]) -> None:
        """Count times, in seconds."""
        for seconds in times:
            self._counts[bisect_left(self._bounds, seconds)] += 1
            self._sum += seconds

    def collect(self) -> Iterator[LibraryMetric]:
        """Yield it as the library wants it: bounds with all that is no longer."""
        buckets = list(zip(self._bucket_labels, accumulate(self._counts), strict=True))
        yield HistogramMetricFamily(self._metric.name, self._metric.help, buckets, self._sum)


class Library:
    """The part that prometheus_client keeps and writes: two histograms, process, platform and garbage collector."""

    def __init__(self) -> None:
        self._lag: Final = _Histogram(EVENT_LAG, LAG_BUCKETS)
        self._duration: Final = _Histogram(SCRAPE_DURATION, SCRAPE_BUCKETS)
        self._registry: Final = CollectorRegistry(support_collectors_without_names=True)
        self._registry.register(self._lag)
        self._registry.register(self._duration)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)

    def observe_lags(self, seconds: Iterable[float]) -> None:
        """Count the ways of events into the exposition."""
        self._lag.observe(seconds)

    def observe_scrape(self, seconds: float) -> None:
        """Count one scrape's time."""
        self._duration.observe((seconds,))

    def collect(self) -> list[LibraryMetric]:
        """Return every family as it stands."""
        return list(self._registry.collect())

    def page(self, format_: Format, selection: Selection) -> Text:
        """Return the rows asked for, with their heads."""
        families = [family for family in self.collect() if selection.takes(names(family))]
        page: Collector = _Page(families)
        text: bytes = openmetrics_page(page) if format_ is Format.OPENMETRICS else text_page(page)  # type: ignore[no-untyped-call]
        return Text(text.removesuffix(b"# EOF\n"), sum(len(family.samples) for family in families))


def names(family: LibraryMetric) -> frozenset[str]:
    """Return every name by which ``name[]`` may ask for a family of the library."""
    return frozenset({family.name, *(sample.name for sample in family.samples)})


def own_page(facts: ExporterFacts, format_: Format, selection: Selection) -> Text:
    """Return the exporter's own families that are asked for, with their heads."""
    text, series = [], 0
    for family in EXPORTER.families:
        if selection.takes(family.metric.names):
            chunk = _chunk(family, facts)
            text += [header(family.metric, format_), chunk.plain()]
            series += chunk.series
    return Text(b"".join(text), series)


def _chunk(family: Family[ExporterFacts], facts: ExporterFacts) -> Chunk:
    shape = RowShape(family.metric, ())
    return Chunk(shape.opening, (b"",), (shape.tails(family.samples(family.fact(facts))),))
