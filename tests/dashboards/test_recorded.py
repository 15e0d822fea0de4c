"""What the dashboards ask for has been seen: every metric and label of theirs stands in a recording."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboards.board import boards, chosen
from dashboards.filled import Prometheus
from dashboards.selector import selectors
from dashboards.twist import PLAIN, Twist
from longhorn_cr_exporter.model.time import parse_time
from rules.vocabulary import TARGET

RECORDING = "v1.7.2/l-capi-replacement-no-wait"
END = parse_time("2026-03-02T09:20:00Z") or 0.0
ASKED = sorted(
    {
        (str(selector.name), *sorted({matcher.name for matcher in selector.matchers.matchers} - TARGET))
        for board in boards()
        for query in board.queries
        for selector, _ in selectors(chosen(query.expr))
    }
)
NEVER_STALE_THERE = "longhorn_cr:exporter_resource_stale"


def _seen(prometheus: Prometheus, metric: str, labels: tuple[str, ...]) -> bool:
    matchers = ",".join(f'{label}!=""' for label in labels)
    return prometheus.ask(f"count(last_over_time({metric}{{{matchers}}}[4h]))", END) != []


@pytest.mark.parametrize("asked", ASKED, ids="-".join)
def test_a_recording_has_it(asked: tuple[str, ...], prometheus_of: Callable[[str, Twist], Prometheus]) -> None:
    """The metric, with each label that a query picks by."""
    away = Twist(away_from=END - 1800, away_to=END + 1)
    twist = away if asked[0] == NEVER_STALE_THERE else PLAIN
    assert _seen(prometheus_of(RECORDING, twist), asked[0], asked[1:])


def test_what_no_recording_has_is_not_seen(prometheus_of: Callable[[str, Twist], Prometheus]) -> None:
    """Neither a metric nor a label."""
    prometheus = prometheus_of(RECORDING, PLAIN)
    assert not _seen(prometheus, "longhorn_cr_volume_wish", ())
    assert not _seen(prometheus, "longhorn_cr_volume_state", ("status",))
