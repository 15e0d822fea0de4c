"""The rendered dashboards: their panels and queries, with what a person chooses at the top filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

from rules.rulebook import ROOT

RENDERED: Final = ROOT / "dashboards" / "rendered"
MACROS: Final = {"__rate_interval": "1m", "__interval": "15s", "__range": "3h"}
EVERYTHING: Final = {"cluster": ".*", "instance": ".*", "volume": "a-volume", "node": "a-node"}
"""What the variables are until something is chosen."""

_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?::\w+)?\})")


@dataclass(frozen=True)
class Query:
    """One question of a panel, or of an annotation (``panel`` is its name then)."""

    panel: str
    ref_id: str
    expr: str
    instant: bool = False
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One panel of a dashboard."""

    json: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.json["title"])

    @property
    def kind(self) -> str:
        """What Grafana calls its type."""
        return str(self.json["type"])

    @property
    def queries(self) -> list[Query]:
        """Its questions, in order."""
        return [
            Query(self.title, target["refId"], target["expr"], target["instant"], target["legendFormat"])
            for target in self.json.get("targets", ())
        ]

    @property
    def defaults(self) -> Mapping[str, Any]:
        """What holds for each of its fields that no override changes."""
        defaults: Mapping[str, Any] = self.json.get("fieldConfig", {}).get("defaults", {})
        return defaults

    @property
    def overrides(self) -> list[tuple[str, str, dict[str, Any]]]:
        """(matcher, what it matches, properties by their id) of each override."""
        overrides = self.json.get("fieldConfig", {}).get("overrides", ())
        return [
            (
                each["matcher"]["id"],
                each["matcher"]["options"],
                {property_["id"]: property_["value"] for property_ in each["properties"]},
            )
            for each in overrides
        ]


@dataclass(frozen=True)
class Board:
    """One dashboard."""

    name: str
    json: Mapping[str, Any]

    @cached_property
    def panels(self) -> list[Panel]:
        """Its panels without the headings of rows."""
        return [Panel(panel) for panel in self.json["panels"] if panel["type"] != "row"]

    def panel(self, title: str) -> Panel:
        """Return the panel of that title; there is one."""
        [panel] = [panel for panel in self.panels if panel.title == title]
        return panel

    @property
    def queries(self) -> Iterator[Query]:
        """Every question it asks, the annotations' too."""
        for panel in self.panels:
            yield from panel.queries
        yield from self.annotations.values()

    @property
    def annotations(self) -> dict[str, Query]:
        """What its annotations ask, by their names; the legend is what they say."""
        return {
            each["name"]: Query(each["name"], "Anno", each["target"]["expr"], legend=each["titleFormat"])
            for each in self.json["annotations"]["list"]
        }


@cache
def boards() -> tuple[Board, ...]:
    """Return every rendered dashboard."""
    return tuple(Board(path.stem, json.loads(path.read_text())) for path in sorted(RENDERED.glob("*.json")))


def board(name: str) -> Board:
    """Return the dashboard of that file name."""
    [found] = [each for each in boards() if each.name == name]
    return found


def chosen(expr: str, variables: Mapping[str, str] | None = None) -> str:
    """Return an expression as Grafana would send it, with these variables chosen; an unknown one stays."""
    values = {**MACROS, **EVERYTHING, **(variables or {})}
    return _VARIABLE.sub(lambda match: values.get(match[1] or match[2], match[0]), expr)
