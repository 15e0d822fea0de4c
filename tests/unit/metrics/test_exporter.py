"""The exporter's rows about itself."""

from __future__ import annotations

from collections import Counter

import pytest

from judged import exposition, page, rows
from longhorn_cr_exporter.error import ApiError
from longhorn_cr_exporter.kube import error as kube_error
from longhorn_cr_exporter.metrics.exporter import EVENT_TYPES, RESULTS, SCRAPE_BUCKETS
from longhorn_cr_exporter.metrics.text import Format
from longhorn_cr_exporter.model.contact import Contact
from longhorn_cr_exporter.model.resource import RESOURCES, VOLUMES

P = "longhorn_cr_exporter_"


@pytest.mark.parametrize("name", ["resource_up", "objects", "decode_errors_total"])
def test_every_resource_is_there_from_the_first_scrape(name: str) -> None:
    """Before any contact every resource has its row, at 0."""
    expected = sorted(f'{P}{name}{{resource="{resource.name}"}} 0' for resource in RESOURCES)
    assert rows(exposition(), P + name) == expected


@pytest.mark.parametrize(
    ("name", "label", "values"),
    [
        pytest.param("list_total", "result", RESULTS, id="lists"),
        pytest.param("watch_total", "result", RESULTS, id="watches"),
        pytest.param("watch_events_total", "type", EVENT_TYPES, id="events"),
    ],
)
def test_counters_start_at_0(name: str, label: str, values: tuple[str, ...]) -> None:
    """Every known outcome is there at 0, so that its first time counts as an increase."""
    expected = {f'{P}{name}{{resource="{kind.name}",{label}="{value}"}} 0' for kind in RESOURCES for value in values}
    assert set(rows(exposition(), P + name)) == expected


def test_every_outcome_of_the_api_is_known() -> None:
    """RESULTS names success and every ApiError's outcome."""
    errors = [kind for kind in vars(kube_error).values() if isinstance(kind, type) and issubclass(kind, ApiError)]
    assert {kind.outcome for kind in errors} | {"success"} == set(RESULTS)


def test_contact_and_objects() -> None:
    """A resource's contact shows as it stands, unknown outcomes too."""
    contact = Contact(
        up=True,
        last_event=20.5,
        last_sync=10.0,
        lists=Counter(success=2),
        watches=Counter(success=3, haunted=1),
        events=Counter(ADDED=7),
        decode_errors=4,
    )
    made = exposition(contacts={VOLUMES.name: contact}, objects={VOLUMES.name: 12})
    nonzero = [row for row in rows(made) if f'{{resource="{VOLUMES.name}"' in row and not row.endswith(" 0")]
    label = f'resource="{VOLUMES.name}"'
    assert nonzero == [
        f"{P}decode_errors_total{{{label}}} 4",
        f"{P}last_event_timestamp_seconds{{{label}}} 20.5",
        f"{P}last_sync_timestamp_seconds{{{label}}} 10",
        f'{P}list_total{{{label},result="success"}} 2',
        f"{P}objects{{{label}}} 12",
        f"{P}resource_up{{{label}}} 1",
        f'{P}watch_events_total{{{label},type="ADDED"}} 7',
        f'{P}watch_total{{{label},result="haunted"}} 1',
        f'{P}watch_total{{{label},result="success"}} 3',
    ]


def test_build_and_shard() -> None:
    """What runs, and which part of the fleet, is told."""
    assert rows(exposition(), P + "build_info", P + "shard_info") == [
        f'{P}build_info{{version="1.2.3",python_version="3.11.7",revision="abc"}} 1',
        f'{P}shard_info{{shard="0",total_shards="1"}} 1',
    ]


def test_the_last_scrape_is_told_by_the_next() -> None:
    """Series, size and duration of a scrape stand in the one after it."""
    made = exposition()
    scrape = made.render(now=0)
    made.observe_scrape(scrape, 0.03)
    assert rows(made, P + "series", P + "scrape_size_bytes", P + "scrape_duration_seconds_count") == sorted(
        [
            f"{P}series {scrape.series}",
            f"{P}scrape_size_bytes {scrape.size}",
            f"{P}scrape_duration_seconds_count 1.0",
            f"{P}scrape_duration_seconds_sum 0.03",
            *(
                f'{P}scrape_duration_seconds_bucket{{le="{le}"}} {float(le) >= 0.03:d}.0'
                for le in (*map(str, SCRAPE_BUCKETS), "+Inf")
            ),
        ]
    )


def test_event_lag() -> None:
    """Each lag is counted up to the first bound that it does not exceed; there are no creation times."""
    made = exposition()
    made.observe_lags([0.001, 0.002])
    made.observe_lags([20.0])
    text = page(made, P + "event_lag_seconds", format_=Format.OPENMETRICS)
    for bound, count in (("0.001", 1), ("0.0025", 2), ("10.0", 2), ("+Inf", 3)):
        assert f'{P}event_lag_seconds_bucket{{le="{bound}"}} {count}.0\n' in text
    assert f"{P}event_lag_seconds_count 3.0\n" in text
    assert f"{P}event_lag_seconds_sum 20.003\n" in text
    assert "_created" not in text


def test_the_process_is_there() -> None:
    """prometheus_client's process, platform and garbage collector families are part of the page."""
    text = page(exposition())
    for name in (
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "python_info",
        "python_gc_collections_total",
    ):
        assert f"\n{name}" in text
