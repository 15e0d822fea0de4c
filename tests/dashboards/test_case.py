"""Every panel shows what it should: at a minute of a recording, asked of a real Prometheus."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dashboards.board import board, boards
from dashboards.case import Case, read_cases
from dashboards.filled import Prometheus
from dashboards.twist import PLAIN, Twist

CASES = read_cases()
OF_THE_CLUSTER = [case for case in CASES if case.twist == PLAIN and case.dashboard != "longhorn-cr-exporter"]
TWO_EXPORTERS = Twist(copies=2)

Prometheuses = Callable[[str, Twist], Prometheus]


def _id(case: Case) -> str:
    return f"{case.dashboard}-{case.name.replace(' ', '_')}"


@pytest.mark.parametrize("case", CASES, ids=_id)
def test_panels_show_what_they_should(case: Case, prometheus_of: Prometheuses) -> None:
    """Given this recording at this minute."""
    assert list(case.problems(prometheus_of(case.recording, case.twist))) == []


@pytest.mark.parametrize("case", OF_THE_CLUSTER, ids=_id)
def test_two_exporters_change_nothing(case: Case, prometheus_of: Prometheuses) -> None:
    """No count doubles, no row stands twice."""
    assert list(case.problems(prometheus_of(case.recording, TWO_EXPORTERS))) == []


@pytest.mark.parametrize("name", [board.name for board in boards()])
def test_every_panel_is_shown_with_something(name: str) -> None:
    """By a case that expects data of it."""
    shown = {
        title
        for case in CASES
        if case.dashboard == name
        for title, expected in case.shows.items()
        if expected not in ([], {})
    }
    assert {panel.title for panel in board(name).panels} - shown == set()
