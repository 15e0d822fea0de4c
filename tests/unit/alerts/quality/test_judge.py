"""Which firings are right, and which were missed."""

from __future__ import annotations

import pytest

from alerts.quality.judge import judge, tally
from alerts.quality.window import Window
from judged_alerts import LOW, PAGE, WARNED, calm, deadlocked, fired

_LASTING = Window(1_000, 5_000)


@pytest.mark.parametrize(
    ("windows", "start", "right"),
    [
        pytest.param([_LASTING], 2_800, True, id="within what it is promised for"),
        pytest.param([_LASTING], 960, True, id="a scrape before"),
        pytest.param([_LASTING], 900, False, id="long before"),
        pytest.param([_LASTING], 5_060, True, id="an evaluation after"),
        pytest.param([_LASTING], 5_100, False, id="long after"),
        pytest.param([Window(1_000, 2_700)], 2_500, False, id="what did not last as long as promised"),
        pytest.param([Window(1_000, 2_000), Window(2_060, 5_000)], 2_800, True, id="a gap that no scrape saw"),
        pytest.param([Window(1_000, 2_000), Window(2_100, 2_900)], 2_800, False, id="a gap that a scrape saw"),
        pytest.param([], 2_800, False, id="nothing of the kind"),
    ],
)
def test_a_firing_is_right_while_its_cause_lasts(windows: list[Window], start: float, *, right: bool) -> None:
    """The deficit is promised after half an hour of it."""
    (verdict,) = judge("v1/run", calm(*windows), [fired(LOW, start, None)]).verdicts
    assert (verdict.window is not None) is right


def test_a_firing_for_another_volume_is_false() -> None:
    """An alert is about what its label names."""
    (verdict,) = judge("v1/run", calm(_LASTING), [fired(LOW, 2_800, None, "other")]).verdicts
    assert (verdict.window, verdict.object) == (None, "other")


@pytest.mark.parametrize(
    ("window", "firing", "met", "delay"),
    [
        pytest.param(_LASTING, fired(LOW, 2_830, 5_000), True, 30, id="came"),
        pytest.param(_LASTING, fired(LOW, 5_100, None), False, None, id="came when it was over"),
        pytest.param(_LASTING, fired(LOW, 500, 900), False, None, id="was gone when it began"),
    ],
)
def test_what_lasts_longer_than_promised_is_wanted(window: Window, firing: object, *, met: bool, delay: float) -> None:
    """A demand is met by a firing within it, and the delay counts from the moment that is promised."""
    (demand,) = judge("v1/run", calm(window), [firing]).demands  # type: ignore[list-item]
    assert ((demand.met is not None), demand.delay) == (met, delay)


def test_what_hardly_lasts_long_enough_is_not_wanted() -> None:
    """It may be told, and need not."""
    assert judge("v1/run", calm(Window(1_000, 1_000 + 1_800 + 89)), []).demands == []


def test_the_lead_runs_from_the_warning_to_the_refusal() -> None:
    """A warning that comes with the refusal, or was gone before the volume was armed, leads nothing."""
    early = judge("v1/run", deadlocked(), [fired(WARNED, 1_100, 2_100), fired(PAGE, 2_050, 6_060)]).leads[0]
    late = judge("v1/run", deadlocked(), [fired(WARNED, 2_000, 2_100)]).leads[0]
    stale = judge("v1/run", deadlocked(), [fired(WARNED, 500, 900)]).leads[0]
    assert (early.seconds, late.seconds, stale.seconds) == (900, None, None)
    assert (early.page is not None, late.page) == (True, None)


def test_a_tally_counts_over_recordings() -> None:
    """Shares are of what there was; a median of nothing is nothing."""
    good = judge("v1/a", deadlocked(), [fired(PAGE, 2_050, 6_060), fired(PAGE, 7_000, 7_100)])
    missed = judge("v1/b", deadlocked(), [])
    counted = tally(PAGE, [good, missed])
    assert (counted.right, counted.false, counted.demanded, counted.met) == (1, 1, 2, 1)
    assert (counted.precision, counted.recall, counted.delay, counted.reset) == (0.5, 0.5, 50, 60)
    empty = tally(LOW, [missed])
    assert (empty.precision, empty.recall, empty.delay) == (None, None, None)
