"""The metrics of the exporter itself: its contact with the API server, its scrapes and its version."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from ..cluster.shard import Shard
from ..model.contact import Contact
from ..model.resource import RESOURCES
from .family import Kind, Metric, Sample, Section, info, number, rows

RESULTS: Final = (
    "success",
    "unreachable",
    "silent",
    "bad_answer",
    "unauthorized",
    "forbidden",
    "not_found",
    "expired",
    "too_many_requests",
    "rejected",
    "server_error",
    "error",
)
EVENT_TYPES: Final = ("ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR")
LAG_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SCRAPE_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_UNTOUCHED: Final = Contact()


@dataclass(frozen=True, slots=True)
class Build:
    """What runs: ``revision`` is the commit it was built from, "" where that is unknown."""

    version: str
    python_version: str
    revision: str = ""


@dataclass(frozen=True, slots=True)
class ExporterFacts:
    """The exporter at one moment. ``contacts`` and ``objects`` are by resource name, never reached ones may miss."""

    build: Build
    shard: Shard
    contacts: Mapping[str, Contact]
    objects: Mapping[str, int]
    series: int
    size: int


Contacts = tuple[tuple[str, Contact], ...]


def _contacts(facts: ExporterFacts) -> Contacts:
    return tuple((resource.name, facts.contacts.get(resource.name, _UNTOUCHED)) for resource in RESOURCES)


def _each(value: Callable[[Contact], float | None]) -> Callable[[Contacts], Iterator[Sample]]:
    """Return the samples of a family with one row a resource, none where ``value`` is None."""

    def samples(contacts: Contacts) -> Iterator[Sample]:
        for name, contact in contacts:
            current = value(contact)
            if current is not None:
                yield (name,), current

    return samples


def _counted(
    counts: Callable[[Contact], Mapping[str, int]], known: tuple[str, ...]
) -> Callable[[Contacts], Iterator[Sample]]:
    """Return the samples of a counter with one row a resource and key; known keys start at 0."""

    def samples(contacts: Contacts) -> Iterator[Sample]:
        for name, contact in contacts:
            for key, count in {**dict.fromkeys(known, 0), **counts(contact)}.items():
                yield (name, key), count

    return samples


def _held(objects: Mapping[str, int]) -> Iterator[Sample]:
    for resource in RESOURCES:
        yield (resource.name,), objects.get(resource.name, 0)


EXPORTER: Final[Section[ExporterFacts]] = Section(
    title="The exporter",
    labels=(),
    identity=lambda _: (),
    families=(
        info(
            "longhorn_cr_exporter_build_info",
            "The exporter's version, the Python it runs on and the commit it was built from; 1.",
            ("version", "python_version", "revision"),
            lambda facts: (facts.build.version, facts.build.python_version, facts.build.revision),
        ),
        info(
            "longhorn_cr_exporter_shard_info",
            "Which shard of the volumes this process exports, and of how many; 1.",
            ("shard", "total_shards"),
            lambda facts: (str(facts.shard.index), str(facts.shard.total)),
        ),
        rows(
            "longhorn_cr_exporter_resource_up",
            "1 while the resource's watch is established and current; 0 when it is forbidden, missing or failing.",
            ("resource",),
            _contacts,
            _each(lambda contact: contact.up),
        ),
        rows(
            "longhorn_cr_exporter_objects",
            "Objects held of the resource.",
            ("resource",),
            lambda facts: facts.objects,
            _held,
        ),
        rows(
            "longhorn_cr_exporter_last_event_timestamp_seconds",
            "When the API server last sent anything on the resource's watch; bookmarks count.",
            ("resource",),
            _contacts,
            _each(lambda contact: contact.last_event),
        ),
        rows(
            "longhorn_cr_exporter_last_sync_timestamp_seconds",
            "When the resource was last read whole.",
            ("resource",),
            _contacts,
            _each(lambda contact: contact.last_sync),
        ),
        rows(
            "longhorn_cr_exporter_list_total",
            "Lists of the resource by result: success, or what went wrong.",
            ("resource", "result"),
            _contacts,
            _counted(lambda contact: contact.lists, RESULTS),
            kind=Kind.COUNTER,
        ),
        rows(
            "longhorn_cr_exporter_watch_total",
            "Watches of the resource by result: success once accepted, or what refused or ended them.",
            ("resource", "result"),
            _contacts,
            _counted(lambda contact: contact.watches, RESULTS),
            kind=Kind.COUNTER,
        ),
        rows(
            "longhorn_cr_exporter_watch_events_total",
            "Watch events of the resource by type: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.",
            ("resource", "type"),
            _contacts,
            _counted(lambda contact: contact.events, EVENT_TYPES),
            kind=Kind.COUNTER,
        ),
        rows(
            "longhorn_cr_exporter_decode_errors_total",
            "Objects of the resource that could not be read; they are logged once and skipped.",
            ("resource",),
            _contacts,
            _each(lambda contact: contact.decode_errors),
            kind=Kind.COUNTER,
        ),
        number("longhorn_cr_exporter_series", "Series in the last scrape.", lambda facts: facts.series),
        number(
            "longhorn_cr_exporter_scrape_size_bytes",
            "Size of the last scrape's answer, as sent.",
            lambda facts: facts.size,
        ),
    ),
)
EVENT_LAG: Final = Metric(
    "longhorn_cr_exporter_event_lag_seconds",
    "Time from the arrival of a watch event until a scrape can see it.",
    Kind.HISTOGRAM,
)
SCRAPE_DURATION: Final = Metric(
    "longhorn_cr_exporter_scrape_duration_seconds",
    "Time from a scrape's request until its answer was ready to be sent.",
    Kind.HISTOGRAM,
)
