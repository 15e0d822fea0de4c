"""The dashboards as they are shipped: what Grafana would load, made of the jsonnet beside it, and true to its rules."""

from __future__ import annotations

import pytest

from dashboards.board import Board, boards
from dashboards.check_board import ABOUT, CHECKS, Check, meanings
from dashboards.check_query import CHECKS as QUERY_CHECKS
from dashboards.shape import faults
from rules.dashboard import configured


def test_there_are_four() -> None:
    """Those that the mixin is configured for, and that alerts link to."""
    assert {board.name for board in boards()} == set(ABOUT) == configured()


@pytest.mark.parametrize("board", boards(), ids=lambda board: board.name)
def test_grafana_knows_everything_in_it(board: Board) -> None:
    """Held against Grafana's own types, overrides and transformations too."""
    assert faults(board.json) == []


@pytest.mark.parametrize("check", [*CHECKS, *QUERY_CHECKS], ids=lambda check: check.__name__)
@pytest.mark.parametrize("board", boards(), ids=lambda board: board.name)
def test_it_keeps_the_rules(board: Board, check: Check) -> None:
    """One check of the table."""
    assert list(check(board)) == []


def test_colours_mean_the_same_everywhere() -> None:
    """In all four."""
    assert list(meanings(boards())) == []
