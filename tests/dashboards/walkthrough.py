"""What docs/walkthrough.md tells: the moments of a recording, and the dashboards as they are pictured at each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from dashboards.board import Board, boards
from longhorn_cr_exporter.model.time import parse_time
from rules.rulebook import ROOT

RECORDING: Final = "v1.7.2/l-capi-replacement-no-wait"
BEGUN: Final = parse_time("2026-03-02T06:00:00Z") or 0.0
_PAGE: Final = (ROOT / "docs" / "walkthrough.md").read_text()
_MOMENT: Final = re.compile(r"^## (\w+), (\d\d:\d\d)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_PICTURE: Final = re.compile(r"^!\[([\w /]+?)(?: \((\S+)\))? at (\d\d:\d\d): (.+)\]\((\S+)\)$", re.MULTILINE)


class Pictured(NamedTuple):
    """A dashboard at a moment; ``about`` is the volume or node it is of, ``says`` what the text in its place says."""

    title: str
    about: str
    clock: str
    says: str
    path: str

    @property
    def board(self) -> Board:
        """The dashboard of its title."""
        [found] = [board for board in boards() if board.json["title"] == self.title]
        return found

    @property
    def chosen(self) -> Mapping[str, str]:
        """What is chosen at the top of the dashboard."""
        own = {"volume", "node"} & {variable["name"] for variable in self.board.json["templating"]["list"]}
        return dict.fromkeys(own, self.about)


class Moment(NamedTuple):
    """A section of the page."""

    name: str
    clock: str
    text: str

    @property
    def at(self) -> float:
        """When it is, Unix seconds."""
        return parse_time(f"2026-03-02T{self.clock}:00Z") or 0.0

    @property
    def pictures(self) -> list[Pictured]:
        """Its pictures, in order."""
        return [Pictured(*found) for found in _PICTURE.findall(self.text)]


MOMENTS: Final = [Moment(*found) for found in _MOMENT.findall(_PAGE)]
