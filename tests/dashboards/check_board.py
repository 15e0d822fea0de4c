"""What must hold of a dashboard as a whole, and of each panel's frame. A check yields its complaints.

Among them are the rules of Grafana's dashboard-linter that do not concern queries; those stand in check_query.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from dashboards.board import Board, Panel

Check = Callable[[Board], Iterator[str]]

DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
COLUMNS: Final = 24
KINDS: Final = frozenset({"stat", "state-timeline", "table", "timeseries"})
"""Kinds of panels that are used here: all are Grafana's own."""
ABOUT: Final[Mapping[str, tuple[str, ...]]] = {
    "longhorn-rolling-update": (),
    "longhorn-volume": ("volume",),
    "longhorn-node-drain": ("node",),
    "longhorn-cr-exporter": ("instance",),
}
"""What each dashboard is about: its variables after the data source and the cluster."""

_KEPT: Final = ("${datasource:queryparam}", "${cluster:queryparam}", "${__url_time_range}")
_DASHBOARD: Final = re.compile(r"^/d/([\w-]+)")
_RUNBOOK: Final = re.compile(r"/docs/runbooks/(\S+)\.md$")
_FIELD: Final = re.compile(r"\$\{__data\.fields\.([^:}]+)")


def uneditable(board: Board) -> Iterator[str]:
    """A change made by hand would be lost with the next deployment."""
    if board.json["editable"] is not False:
        yield "it can be edited"


def named(board: Board) -> Iterator[str]:
    """A dashboard is known by its file's name, and says what it is."""
    if board.json["uid"] != board.name:
        yield f"its uid is {board.json['uid']}"
    yield from (f"it has no {key}" for key in ("title", "description", "tags") if not board.json.get(key))


def timed(board: Board) -> Iterator[str]:
    """The last three hours, twice a minute."""
    if (board.json["time"], board.json["refresh"]) != ({"from": "now-3h", "to": "now"}, "30s"):
        yield f"it shows {board.json['time']} every {board.json['refresh']}"


def variables(board: Board) -> Iterator[str]:
    """Data source, cluster, object, in this order; each read anew with the time range, as old objects are gone."""
    listed = board.json["templating"]["list"]
    names = [variable["name"] for variable in listed]
    if names != ["datasource", "cluster", *ABOUT[board.name]]:
        yield f"its variables are {names}"
    source, *queried = listed
    if (source["type"], source["query"]) != ("datasource", "prometheus"):
        yield "its first variable is no Prometheus"
    for variable in queried:
        if variable.get("datasource") != DATASOURCE:
            yield f"${variable['name']} asks another data source"
        if variable["refresh"] != 2:
            yield f"${variable['name']} is not read anew with the time range"
    yield from (f"${variable['name']} has no label" for variable in listed if not variable.get("label"))


def linked(board: Board) -> Iterator[str]:
    """At the top are all four, with time range and variables kept, and the runbooks."""
    kept = [link["url"] for link in board.json["links"] if link["keepTime"] and link["includeVars"]]
    yield from (
        f"no link at the top keeps what is chosen and leads to {uid}" for uid in ABOUT if f"/d/{uid}" not in kept
    )
    if not any(_RUNBOOK.search(link["url"]) for link in board.json["links"]):
        yield "no link at the top leads to the runbooks"


def annotated(board: Board) -> Iterator[str]:
    """Cordons and stages are marked."""
    names = {annotation["name"] for annotation in board.json["annotations"]["list"] if annotation["enable"]}
    yield from (f"there is no annotation {name}" for name in sorted({"Cordons", "Stages"} - names))
    for annotation in board.json["annotations"]["list"]:
        if annotation["datasource"] != DATASOURCE:
            yield f"the annotation {annotation['name']} asks another data source"


def panels(board: Board) -> Iterator[str]:
    """A panel is of a kind that Grafana has, asks the chosen data source, and says what it shows."""
    for panel in board.panels:
        yield from (f"{panel.title or panel.json['id']}: {problem}" for problem in _panel(panel))


def _panel(panel: Panel) -> Iterator[str]:
    if panel.kind not in KINDS:
        yield f"{panel.kind} is no panel of Grafana's own that is known here"
    if panel.json["datasource"] != DATASOURCE:
        yield "it asks another data source"
    if not panel.title or not panel.json["description"].endswith((".", ".\n")):
        yield "it has no title, or no description in sentences"
    if not panel.queries:
        yield "it asks nothing"
    if any(target["datasource"] != DATASOURCE for target in panel.json["targets"]):
        yield "a query asks another data source"
    yield from (f"it has {ref_id} twice" for ref_id in _twice(query.ref_id for query in panel.queries))


def told_apart(board: Board) -> Iterator[str]:
    """Panels by number and by title."""
    yield from (f"two panels have the id {id_}" for id_ in _twice(panel["id"] for panel in board.json["panels"]))
    yield from (f"two panels are called {title}" for title in _twice(panel.title for panel in board.panels))


def _twice(things: Iterable[Any]) -> list[Any]:
    return [thing for thing, times in Counter(things).items() if times > 1]


def placed(board: Board) -> Iterator[str]:
    """Nothing covers anything, nothing is wider than the grid."""
    for panel in board.json["panels"]:
        if panel["gridPos"]["x"] + panel["gridPos"]["w"] > COLUMNS:
            yield f"{panel['title']} is wider than the grid"
    for one, other in combinations(board.json["panels"], 2):
        if _overlap(one["gridPos"], other["gridPos"]):
            yield f"{one['title']} and {other['title']} overlap"


def _overlap(one: Mapping[str, int], other: Mapping[str, int]) -> bool:
    return all(
        one[start] < other[start] + other[size] and other[start] < one[start] + one[size]
        for start, size in (("x", "w"), ("y", "h"))
    )


def measured(board: Board) -> Iterator[str]:
    """Every number has a unit, which may be "none"; a state has its words."""
    for panel in board.panels:
        if panel.kind in {"stat", "table", "timeseries"} and not panel.defaults.get("unit"):
            yield f"{panel.title}: its numbers have no unit"
        if panel.kind == "state-timeline" and not _all_mapped(panel):
            yield f"{panel.title}: its states have no words"
        if panel.kind == "stat" and not panel.defaults.get("noValue"):
            yield f"{panel.title}: it does not say what no data means"


def _all_mapped(panel: Panel) -> bool:
    by_query = {ref_id for _, ref_id, properties in panel.overrides if properties.get("mappings")}
    return bool(panel.defaults["mappings"]) or {query.ref_id for query in panel.queries} <= by_query


def leads_on(board: Board) -> Iterator[str]:
    """A link in a panel leads to a dashboard or runbook, by a column that is there, and keeps what is chosen."""
    for panel in board.panels:
        columns = {name for matcher, name, _ in panel.overrides if matcher == "byName"}
        for link in _links(panel):
            yield from (f"{panel.title}: {problem}" for problem in _dead(link["url"], columns))


def _links(panel: Panel) -> Iterator[Mapping[str, Any]]:
    yield from panel.defaults.get("links", ())
    for _, _, properties in panel.overrides:
        yield from properties.get("links", ())


def _dead(url: str, columns: set[str]) -> Iterator[str]:
    yield from (f"a link asks for the column {name}" for name in _FIELD.findall(url) if name not in columns)
    dashboard = _DASHBOARD.search(url)
    if dashboard is None:
        if not _RUNBOOK.search(url):
            yield f"{url} leads to no dashboard and no runbook"
        return
    if dashboard[1] not in ABOUT:
        yield f"there is no dashboard {dashboard[1]}"
    yield from (f"a link to {dashboard[1]} forgets {kept}" for kept in _KEPT if kept not in url)


def meanings(boards: Iterable[Board]) -> Iterator[str]:
    """The same words have the same colour everywhere; yes and no depend on what is asked."""
    colours: dict[str, tuple[str, str]] = {}
    for board in boards:
        for panel in board.panels:
            for text, colour in _coloured(panel):
                known = colours.setdefault(text, (colour, panel.title))
                if known[0] != colour and text not in {"yes", "no"}:
                    yield f"{text} is {known[0]} in {known[1]}, and {colour} in {panel.title}"


def _coloured(panel: Panel) -> Iterator[tuple[str, str]]:
    for config in (panel.defaults, *(properties for _, _, properties in panel.overrides)):
        for mapping in config.get("mappings", ()):
            for result in mapping["options"].values():
                if "color" in result:
                    yield result["text"], result["color"]


CHECKS: Final[tuple[Check, ...]] = (
    uneditable,
    named,
    timed,
    variables,
    linked,
    annotated,
    panels,
    told_apart,
    placed,
    measured,
    leads_on,
)
