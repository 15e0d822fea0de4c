"""What is news between two rounds of findings."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from longhorn_cr_exporter.cli.change import Board
from longhorn_cr_exporter.diagnosis.finding import Finding

ARMED = Finding(
    id="volume-armed",
    severity="warning",
    kind="Volume",
    name="v",
    message="Volume v is armed since 2026-03-02T06:11:24Z (3 h 5 min). It has 2 usable of 3 wanted replicas",
    action="",
    runbook="",
    since=None,
)


def changed(**fields: Any) -> Finding:
    """Return the finding with other fields."""
    return msgspec.structs.replace(ARMED, **fields)


def test_a_finding_appears_once_and_clears_once() -> None:
    """Rounds that find the same say nothing."""
    board = Board()
    assert list(board.take([ARMED])) == [("appears", ARMED)]
    assert list(board.take([ARMED])) == []
    assert list(board.take([])) == [("clears", ARMED)]
    assert list(board.take([])) == []


def test_what_clears_comes_before_what_appears() -> None:
    """A volume that goes from one finding to the next is told in that order."""
    board, deadlocked = Board(), changed(id="volume-deadlocked")
    list(board.take([ARMED]))
    assert list(board.take([deadlocked])) == [("clears", ARMED), ("appears", deadlocked)]


@pytest.mark.parametrize(
    ("now", "news"),
    [
        pytest.param(changed(severity="critical"), True, id="severity"),
        pytest.param(changed(message=ARMED.message.replace("2 usable", "1 usable")), True, id="counts"),
        pytest.param(changed(message=ARMED.message.replace("3 h 5 min", "3 h 6 min")), False, id="age"),
        pytest.param(changed(message=ARMED.message.replace("3 h 5 min", "2 d")), False, id="age-in-other-units"),
        pytest.param(changed(since=1.0), False, id="better-known-since"),
    ],
)
def test_getting_older_is_no_news(now: Finding, news: bool) -> None:
    """A finding changes with its severity and its text, not with its age."""
    board = Board()
    list(board.take([ARMED]))
    assert list(board.take([now])) == ([("changes", now)] if news else [])
