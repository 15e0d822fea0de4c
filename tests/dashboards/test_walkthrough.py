"""docs/walkthrough.md tells what the replay shows: at each of its moments the answers, and every alert that fires."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest

from dashboards.board import board, boards
from dashboards.filled import Prometheus
from dashboards.shown import show
from dashboards.twist import PLAIN, Twist
from dashboards.walkthrough import MOMENTS, RECORDING, Moment
from rules.rulebook import ROOT

Prometheuses = Callable[[str, Twist], Prometheus]

ROLLING: Final = "longhorn-rolling-update"
ANSWER: Final = re.compile(r"^- (.+\?) \*\*(.+)\*\*$", re.MULTILINE)
ALERT: Final = re.compile(r"^\| (Longhorn\w+) \| (\w+) \| (\S+) \|$", re.MULTILINE)


def test_it_tells_four_moments() -> None:
    """In the order in which they come."""
    assert [moment.name for moment in MOMENTS] == ["Calm", "Exposed", "Armed", "Deadlocked"]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.name)
def test_a_moment_is_as_told(prometheus_of: Prometheuses, moment: Moment) -> None:
    """The two answers, word for word, and the alerts: all of them, and no other."""
    prometheus = prometheus_of(RECORDING, PLAIN)
    answers = ANSWER.findall(moment.text)
    assert len(answers) == 2, moment.name
    for title, told in answers:
        assert show(board(ROLLING).panel(title), prometheus, moment.at, {}) == told.split("; ")
    rows = [row.labels for row in prometheus.ask('ALERTS{alertstate="firing"}', moment.at)]
    firing = [(row["alertname"], row["severity"], row.get("volume") or row.get("node") or "-") for row in rows]
    assert sorted(ALERT.findall(moment.text)) == sorted(firing)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.name)
def test_a_moment_is_pictured(prometheus_of: Prometheuses, moment: Moment) -> None:
    """On every dashboard, the first look first; the text in a picture's place says what its first panel does."""
    prometheus = prometheus_of(RECORDING, PLAIN)
    names = [picture.board.name for picture in moment.pictures]
    assert names[0] == ROLLING
    assert sorted(names) == [board.name for board in boards()]
    for picture in moment.pictures:
        assert picture.clock == moment.clock
        assert (ROOT / "docs" / picture.path).is_file(), picture.path
        [first, *_] = picture.board.panels
        assert show(first, prometheus, moment.at, picture.chosen) == picture.says.split("; ")
