"""Magnitudes: they may say yes where nothing lies between two bounds, and never no where something does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from longhorn_cr_exporter.cluster.magnitude import Magnitudes

SIZES = st.integers(-(2**63), 2**64)


@given(st.lists(SIZES), SIZES, SIZES)
def test_what_lies_between_is_never_missed(numbers: list[int], one: int, other: int) -> None:
    """Whatever the numbers, and whatever the bounds."""
    magnitudes = Magnitudes()
    for number in numbers:
        magnitudes.move(None, number)
    low, high = min(one, other), max(one, other)
    assert magnitudes.may_lie_between(low, high) or not any(low <= number <= high for number in numbers)


def test_bounds_far_from_all_numbers_have_none_between() -> None:
    """Terabytes that are free say nothing of volumes of gigabytes."""
    magnitudes = Magnitudes()
    magnitudes.move(None, 10 * 2**30)
    assert not magnitudes.may_lie_between(7 * 2**40, 8 * 2**40)
    assert magnitudes.may_lie_between(9 * 2**30, 11 * 2**30)


def test_a_number_that_moves_is_no_longer_where_it_was() -> None:
    """Changed, and then gone."""
    magnitudes = Magnitudes()
    magnitudes.move(None, 1)
    magnitudes.move(1, 2**40)
    assert not magnitudes.may_lie_between(0, 2**20)
    magnitudes.move(2**40, None)
    assert not magnitudes.may_lie_between(0, 2**50)
