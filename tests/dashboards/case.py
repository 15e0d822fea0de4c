"""Cases: given this recording at this minute, this panel shows this. They stand in cases/*.yaml.

A stat is given as its texts; a table as its rows, each with the columns that matter, all rows unless "…" ends them; a
timeline or graph as the histories of the series that matter (``dashboards.shown``), or "numbers" where each run has
others; an annotation as what it marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from dashboards.board import Board, board
from dashboards.filled import Prometheus
from dashboards.shown import marks, show
from dashboards.twist import PLAIN, Twist
from longhorn_cr_exporter.model.time import parse_time

CASES: Final = Path(__file__).parent / "cases"
MORE: Final = "…"
_NUMBER: Final = re.compile(r"\d")
_DAY: Final = "2026-03-02"


@dataclass(frozen=True)
class Case:
    """What panels of one dashboard show at a moment, Unix seconds, of a recording with a twist."""

    name: str
    recording: str
    at: float
    dashboard: str
    shows: Mapping[str, Any]
    chosen: Mapping[str, str] = field(default_factory=dict)
    twist: Twist = PLAIN

    def problems(self, prometheus: Prometheus, shown_on: Board | None = None) -> Iterator[str]:
        """Yield what panels show otherwise; on ``shown_on`` in place of the dashboard that is shipped."""
        on = shown_on or board(self.dashboard)
        for title, expected in self.shows.items():
            shown = self._shown(on, title, prometheus)
            if not _agrees(shown, expected):
                yield f"{title} shows {shown}, not {expected}"

    def _shown(self, on: Board, title: str, prometheus: Prometheus) -> Any:
        if title in on.annotations:
            return marks(on.annotations[title], prometheus, self.at, self.chosen)
        return show(on.panel(title), prometheus, self.at, self.chosen)


def _agrees(shown: Any, expected: Any) -> bool:
    match expected:
        case "numbers":
            numbers = shown.values() if isinstance(shown, dict) else shown
            return bool(shown) and all(_NUMBER.search(str(number)) for number in numbers)
        case dict():
            return isinstance(shown, dict) and all(shown.get(name) == history for name, history in expected.items())
        case [*rows, last] if last == MORE:
            return _rows_agree(shown[: len(rows)], rows)
        case list():
            return _rows_agree(shown, expected)
    return bool(shown == [expected])


def _rows_agree(shown: list[Any], rows: list[Any]) -> bool:
    return len(shown) == len(rows) and all(map(_row_agrees, shown, rows))


def _row_agrees(shown: Any, row: Any) -> bool:
    if not isinstance(row, dict):
        return bool(shown == row)
    return all(shown.get(column, "") == str(text) for column, text in row.items())


def read_cases() -> list[Case]:
    """Return every case."""
    return [_case({**common, **each}) for path in sorted(CASES.glob("*.yaml")) for common, each in _documents(path)]


def _documents(path: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for document in yaml.safe_load_all(path.read_text()):
        cases = document.pop("cases")
        yield from ((document, case) for case in cases)


def _case(given: Mapping[str, Any]) -> Case:
    return Case(
        given["case"],
        given["recording"],
        _moment(given["at"]),
        given["dashboard"],
        given["shows"],
        given.get("choose", {}),
        _twist(given.get("twist", {})),
    )


def _twist(given: Mapping[str, Any]) -> Twist:
    away = {name: _moment(given[name]) for name in ("away_from", "away_to") if name in given}
    return Twist(given.get("copies", 1), tuple(given.get("clusters", ("",))), **away)


def _moment(clock: str) -> float:
    moment = parse_time(f"{_DAY}T{clock}Z")
    assert moment is not None, clock
    return moment
