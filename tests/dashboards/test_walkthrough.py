"""docs/walkthrough.md tells what the replay shows: at each of its moments the answers, and every alert that fires."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest

from dashboards.board import board
from dashboards.filled import Prometheus
from dashboards.shown import show
from dashboards.twist import PLAIN, Twist
from longhorn_cr_exporter.model.time import parse_time
from rules.rulebook import ROOT

RECORDING: Final = "v1.7.2/l-capi-replacement-no-wait"
PAGE: Final = (ROOT / "docs" / "walkthrough.md").read_text()
MOMENTS: Final = re.findall(r"^## (\w+), (\d\d:\d\d)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
ANSWER: Final = re.compile(r"^- (.+\?) \*\*(.+)\*\*$", re.MULTILINE)
ALERT: Final = re.compile(r"^\| (Longhorn\w+) \| (\w+) \| (\S+) \|$", re.MULTILINE)


def test_it_tells_four_moments() -> None:
    """In the order in which they come."""
    assert [name for name, *_ in MOMENTS] == ["Calm", "Exposed", "Armed", "Deadlocked"]


@pytest.mark.parametrize(("name", "clock", "text"), MOMENTS, ids=[name for name, *_ in MOMENTS])
def test_a_moment_is_as_told(
    prometheus_of: Callable[[str, Twist], Prometheus], name: str, clock: str, text: str
) -> None:
    """The two answers, word for word, and the alerts: all of them, and no other."""
    prometheus = prometheus_of(RECORDING, PLAIN)
    at = parse_time(f"2026-03-02T{clock}:00Z") or 0.0
    answers = ANSWER.findall(text)
    assert len(answers) == 2, name
    for title, told in answers:
        assert show(board("longhorn-rolling-update").panel(title), prometheus, at, {}) == told.split("; ")
    rows = [row.labels for row in prometheus.ask('ALERTS{alertstate="firing"}', at)]
    firing = [(row["alertname"], row["severity"], row.get("volume") or row.get("node") or "-") for row in rows]
    assert sorted(ALERT.findall(text)) == sorted(firing)
