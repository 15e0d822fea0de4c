"""What must hold of every query of a dashboard. A check yields its complaints, none where all is well.

Grafana's dashboard-linter wants a matcher for job and instance in each selector. The exporter's metrics have names of
their own, so that here the cluster must be chosen, and job, instance and pod must be gone from what is shown: two
exporters show what one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import promql_parser as promql

from dashboards.board import Board, Panel, Query, chosen
from dashboards.check_board import Check
from dashboards.selector import selectors
from rules.rulebook import read_rules
from rules.vocabulary import FLEET, TARGET, Labels, Vocabulary

_LEGEND: Final = re.compile(r"{{\s*(\w+)\s*}}")
_UNSET: Final = re.compile(r"\$[{a-z_]")
_RATES: Final = frozenset({"rate", "irate", "increase"})
_OVER_TIME: Final = frozenset({"state-timeline", "timeseries"})
_JOINED: Final = frozenset({"cluster"})
"""Labels that a single cluster may lack."""


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary(read_rules())


def _labels(query: Query) -> Labels:
    return _vocabulary().labels(chosen(query.expr))


def _marked(query: Query) -> str:
    return chosen(query.expr, {"cluster": "CLUSTER"})


def parses(board: Board) -> Iterator[str]:
    """Prometheus' grammar, as another parser knows it, and no variable that nobody sets."""
    for query in board.queries:
        expr = chosen(query.expr)
        if _UNSET.search(expr):
            yield f"{query.panel} {query.ref_id}: nobody sets a variable of {expr}"
        try:
            promql.parse(expr)
        except ValueError as error:
            yield f"{query.panel} {query.ref_id}: {error}"


def speaks_of_what_there_is(board: Board) -> Iterator[str]:
    """No metric, label or value that the exporter or a rule does not have; nothing stale is taken for true."""
    for query in board.queries:
        for problem in _vocabulary().problems(chosen(query.expr)):
            yield f"{query.panel} {query.ref_id}: {problem}"


def holds_to_the_cluster(board: Board) -> Iterator[str]:
    """The cluster is chosen in every selector, save in what is joined with others by it."""
    for query in board.queries:
        for selector, around in selectors(_marked(query)):
            joined = any(_is_stale_guard(node, selector) for node in around)
            wanted = {(matcher.name, matcher.value) for matcher in selector.matchers.matchers}
            if ("cluster", "CLUSTER") not in wanted and not joined:
                yield f"{query.panel} {query.ref_id}: {selector.name} is of any cluster"


def _is_stale_guard(node: Any, selector: Any) -> bool:
    return (
        isinstance(node, promql.BinaryExpr) and str(node.op) == "unless" and node.rhs.prettify() == selector.prettify()
    )


def shows_no_exporter(board: Board) -> Iterator[str]:
    """Which exporter says it is not shown, but where the exporters are what is looked at."""
    allowed = {"instance"} if board.name == "longhorn-cr-exporter" else set()
    for query in board.queries:
        for label in sorted(_labels(query) & (TARGET - _JOINED) - allowed):
            yield f"{query.panel} {query.ref_id}: it shows {label}, twice where two exporters run"


def takes_rates(board: Board) -> Iterator[str]:
    """A counter's rate over Grafana's interval, and of nothing but counters."""
    for query in board.queries:
        for selector, around in selectors(_marked(query)):
            calls = {node.func.name for node in around if isinstance(node, promql.Call)} & _RATES
            if bool(calls) != _counts(selector.name):
                yield f"{query.panel} {query.ref_id}: {selector.name} is {'rated' if calls else 'taken as it is'}"
        for range_ in re.findall(r"\[([^\]]*)\]", query.expr):
            if range_ not in {"$__rate_interval", "$__range"}:
                yield f"{query.panel} {query.ref_id}: a range of {range_}"


def _counts(metric: str) -> bool:
    return metric.endswith(("_total", "_bucket", "_sum", "_count"))


def names_what_is_there(board: Board) -> Iterator[str]:
    """A legend, or a column, names a label that the query has."""
    for panel in board.panels:
        for query in panel.queries:
            labels = _labels(query) | _JOINED
            for name in _LEGEND.findall(query.legend):
                if name not in labels:
                    yield f"{panel.title} {query.ref_id}: its legend has {name}"
        if panel.kind == "table":
            yield from (f"{panel.title}: {problem}" for problem in _columns(panel))


def _columns(panel: Panel) -> Iterator[str]:
    [organize] = [each["options"] for each in panel.json["transformations"] if each["id"] == "organize"]
    labels = frozenset().union(*(_labels(query) for query in panel.queries)) | _JOINED
    values = {"Value", *(f"Value #{query.ref_id}" for query in panel.queries)}
    known = {*organize["renameByName"], *organize["excludeByName"]}
    yield from (f"no query has the column {field}" for field in sorted(known - labels - values - {"Time"}))
    yield from (f"the label {field} is a column without a name" for field in sorted(labels - known))
    shown = set(organize["renameByName"].values())
    yield from (
        f"it is sorted by {by['displayName']}"
        for by in panel.json["options"]["sortBy"]
        if by["displayName"] not in shown
    )
    yield from (f"{name} is set, and no column" for _, name, _ in panel.overrides if name not in shown)


def asks_once(board: Board) -> Iterator[str]:
    """What is so now is asked for one moment, what was so for the whole time."""
    for panel in board.panels:
        for query in panel.queries:
            if query.instant == (panel.kind in _OVER_TIME):
                yield f"{panel.title} {query.ref_id}: instant is {query.instant} in a {panel.kind}"


def uses_what_is_recorded(board: Board) -> Iterator[str]:
    """Nothing is computed from what a recording rule has made an age of."""
    for query in board.queries:
        for selector, _ in selectors(_marked(query)):
            if selector.name in _sources():
                yield f"{query.panel} {query.ref_id}: {selector.name} is recorded as an age"


def reads_no_fleet_over_time(board: Board) -> Iterator[str]:
    """A history is of one thing, or of what a rule has recorded: 10,000 volumes over three hours take too long."""
    for panel in board.panels:
        for query in panel.queries if panel.kind in _OVER_TIME else ():
            for selector, _ in selectors(_marked(query)):
                names = {matcher.name for matcher in selector.matchers.matchers}
                if selector.name in FLEET and not names & {"volume", "node"}:
                    yield f"{panel.title} {query.ref_id}: {selector.name} is read of the whole fleet"


@cache
def _sources() -> frozenset[str]:
    ages = [rule.expr for rule in read_rules() if rule.name.endswith("_age_seconds")]
    metrics = {str(selector.name) for expr in ages for selector, _ in selectors(expr)}
    return frozenset(name for name in metrics if name.endswith("_timestamp_seconds"))


CHECKS: Final[tuple[Check, ...]] = (
    parses,
    speaks_of_what_there_is,
    holds_to_the_cluster,
    shows_no_exporter,
    takes_rates,
    names_what_is_there,
    asks_once,
    uses_what_is_recorded,
    reads_no_fleet_over_time,
)
