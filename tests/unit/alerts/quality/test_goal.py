"""Every goal is missed by alerts that miss it: a test of what tests the alerts."""

from __future__ import annotations

import pytest

from alerts.quality.firing import Firing
from alerts.quality.goal import outcomes
from alerts.quality.judge import judge
from alerts.quality.truth import Expected, Summary, Truth
from alerts.quality.window import Window
from judged_alerts import LOW, PAGE, WARNED, calm, deadlocked, fired

PAGED, ONLY, RESOLVED, LED, QUIET, MADE = range(6)
_WARNING = fired(WARNED, 1_090, 2_100)
_PAGE = fired(PAGE, 2_060, 6_100)
_EXPECTED = Summary(made=True, expected=[Expected(*LOW, "vol")])


def _missed(truth: Truth, *firings: Firing) -> dict[int, list[str]]:
    found = enumerate(outcomes([judge("v1/run", truth, firings)]))
    return {number: list(outcome.misses) for number, outcome in found if outcome.misses}


def test_good_alerts_meet_every_goal() -> None:
    """A warning before, a page in time, resolved in time."""
    assert _missed(deadlocked(), _WARNING, _PAGE) == {}


@pytest.mark.parametrize(
    ("truth", "firings", "missed", "words"),
    [
        pytest.param(deadlocked(), [_WARNING], PAGED, "never paged", id="no page"),
        pytest.param(
            deadlocked(), [_WARNING, fired(PAGE, 2_091, 6_100)], PAGED, "paged after 91 s", id="a page too late"
        ),
        pytest.param(
            deadlocked(),
            [_WARNING, _PAGE, fired(PAGE, 2_060, None, "other")],
            ONLY,
            "critical other",
            id="a false page",
        ),
        pytest.param(
            deadlocked(), [_WARNING, fired(PAGE, 2_060, 6_121)], RESOLVED, "resolved at 1970", id="resolved too late"
        ),
        pytest.param(
            deadlocked(), [_WARNING, fired(PAGE, 2_060, None)], RESOLVED, "resolved never", id="never resolved"
        ),
        pytest.param(deadlocked(), [_PAGE], LED, "no warning before", id="no warning"),
        pytest.param(calm(), [fired(LOW, 2_000, None)], QUIET, "warning vol fired", id="a warning where all is well"),
        pytest.param(calm(summary=_EXPECTED), [], MADE, "never fired", id="what a story was made for did not come"),
        pytest.param(
            calm(Window(0, 5_000), summary=_EXPECTED),
            [fired(LOW, 2_000, None), fired(LOW, 2_000, None, "other")],
            MADE,
            "warning other fired",
            id="what a story was not made for came",
        ),
    ],
)
def test_a_goal_is_missed(truth: Truth, firings: list[Firing], missed: int, words: str) -> None:
    """The miss says where, what and when."""
    found = _missed(truth, *firings)
    assert list(found) == [missed]
    assert found[missed][0].startswith("v1/run: ")
    assert words in found[missed][0]


@pytest.mark.parametrize(
    ("truth", "firings"),
    [
        pytest.param(deadlocked(refused=Window(2_000, 2_080)), [_WARNING], id="a deadlock shorter than a page takes"),
        pytest.param(
            deadlocked(refused=Window(2_000, 9_000, open=True)),
            [_WARNING, fired(PAGE, 2_060, None)],
            id="a deadlock that the recording does not see ended",
        ),
        pytest.param(deadlocked(armed=None), [_PAGE], id="a deadlock that nothing announced"),
        pytest.param(deadlocked(armed=Window(1_950, 2_000)), [_PAGE], id="armed for less than a warning takes"),
        pytest.param(calm(Window(0, 5_000)), [fired(LOW, 2_000, 5_030)], id="a warning that the truth names"),
        pytest.param(
            calm(Window(0, 5_000), summary=_EXPECTED), [fired(LOW, 2_000, None)], id="a story with what it was made for"
        ),
    ],
)
def test_a_goal_is_met_where_nobody_could_do_better(truth: Truth, firings: list[Firing]) -> None:
    """What lasts too short, or is announced by nothing, is no miss."""
    assert _missed(truth, *firings) == {}
