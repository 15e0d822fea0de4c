"""Windows of time, and what is made of them."""

from __future__ import annotations

import pytest

from alerts.quality.window import Tracker, Window, bridged, without


def test_a_tracker_makes_windows_of_moments() -> None:
    """What is seen begins a window, what is not seen again ends it, and the end of all leaves the rest open."""
    tracker = Tracker[str]()
    for moment, seen in [(0, ["a"]), (15, ["a", "b"]), (30, ["b"]), (45, ["a", "b"])]:
        tracker.see(moment, seen)
    assert tracker.finish(60) == {
        "a": [Window(0, 30), Window(45, 60, open=True)],
        "b": [Window(15, 60, open=True)],
    }


@pytest.mark.parametrize(
    ("windows", "joined"),
    [
        pytest.param([Window(0, 10), Window(15, 20)], [Window(0, 20)], id="a short gap"),
        pytest.param([Window(0, 10), Window(16, 20)], [Window(0, 10), Window(16, 20)], id="a long gap"),
        pytest.param([Window(5, 30), Window(0, 10), Window(8, 9)], [Window(0, 30)], id="overlapping, out of order"),
        pytest.param([Window(0, 10), Window(12, 20, open=True)], [Window(0, 20, open=True)], id="open at the end"),
    ],
)
def test_windows_are_bridged(windows: list[Window], joined: list[Window]) -> None:
    """A gap of five seconds is no gap here."""
    assert bridged(windows, 5) == joined


@pytest.mark.parametrize(
    ("others", "left"),
    [
        pytest.param([], [Window(10, 20, open=True)], id="nothing taken away"),
        pytest.param([Window(0, 10), Window(20, 30)], [Window(10, 20, open=True)], id="beside it"),
        pytest.param([Window(12, 14)], [Window(10, 12), Window(14, 20, open=True)], id="its middle"),
        pytest.param([Window(0, 14)], [Window(14, 20, open=True)], id="its beginning"),
        pytest.param([Window(14, 30)], [Window(10, 14)], id="its end"),
        pytest.param([Window(0, 30)], [], id="all of it"),
    ],
)
def test_what_other_windows_cover_is_taken_away(others: list[Window], left: list[Window]) -> None:
    """The deadlock's own time is no time of warning."""
    assert without([Window(10, 20, open=True)], others) == left
