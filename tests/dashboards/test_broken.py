"""Each check, and each case, on a dashboard that is broken on purpose: it complains."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashboards.board import Board, board
from dashboards.case import Case, read_cases
from dashboards.check_board import CHECKS, Check, meanings
from dashboards.check_query import CHECKS as QUERY_CHECKS
from dashboards.filled import Prometheus
from dashboards.shape import faults
from dashboards.twist import Twist

ROLLING = "longhorn-rolling-update"
ANSWER = "May I go on with the next node?"
NODES = "Nodes: cordoned ones, then by what a drain would come to"
Json = dict[str, Any]
Break = Callable[[Json], object]


def _broken(break_: Break, name: str = ROLLING) -> Board:
    changed = copy.deepcopy(dict(board(name).json))
    break_(changed)
    return Board(name, changed)


def _panel(dashboard: Json, title: str = ANSWER) -> Json:
    [panel] = [panel for panel in dashboard["panels"] if panel["title"] == title]
    return panel  # type: ignore[no-any-return]


def _asks(was: str, becomes: str, title: str = ANSWER) -> Break:
    """Change a panel's queries, which have what is to be changed."""

    def change(dashboard: Json) -> None:
        targets = _panel(dashboard, title)["targets"]
        assert any(was in target["expr"] for target in targets), was
        for target in targets:
            target["expr"] = target["expr"].replace(was, becomes)

    return change


def _defaults(dashboard: Json, title: str = ANSWER) -> Json:
    return _panel(dashboard, title)["fieldConfig"]["defaults"]  # type: ignore[no-any-return]


def _override(dashboard: Json, id_: str) -> Iterator[Json]:
    for override in _panel(dashboard, NODES)["fieldConfig"]["overrides"]:
        yield from (property_ for property_ in override["properties"] if property_["id"] == id_)


@pytest.mark.parametrize(
    "break_",
    [
        pytest.param(lambda d: d.pop("title"), id="no-title"),
        pytest.param(lambda d: d.update(refresh=30), id="refresh-a-number"),
        pytest.param(lambda d: d.update(annotatons={}), id="unknown-key"),
        pytest.param(lambda d: d["templating"]["list"][0].update(type="qery"), id="variable-type"),
        pytest.param(lambda d: d["annotations"]["list"][0]["target"].pop("expr"), id="annotation-without-query"),
        pytest.param(lambda d: d["links"][0].update(type="url"), id="link-type"),
        pytest.param(lambda d: _panel(d).update(type="graph"), id="panel-type"),
        pytest.param(lambda d: _panel(d)["gridPos"].update(w="8"), id="grid-text"),
        pytest.param(lambda d: _panel(d).update(targets={}), id="targets-no-list"),
        pytest.param(lambda d: _panel(d)["targets"][0].update(format="tabel"), id="target-format"),
        pytest.param(lambda d: _panel(d)["options"].update(colorMode="solid"), id="stat-colour-mode"),
        pytest.param(lambda d: _panel(d, NODES)["options"].update(showHeadr=True), id="table-option"),
        pytest.param(lambda d: _panel(d, NODES)["transformations"][0].update(id="join"), id="transformation"),
        pytest.param(lambda d: _panel(d, NODES)["transformations"][1]["options"].update(rename={}), id="organize"),
        pytest.param(lambda d: _defaults(d).update(unit=3), id="unit-a-number"),
        pytest.param(lambda d: _defaults(d)["thresholds"].update(mode="absolut"), id="threshold-mode"),
        pytest.param(lambda d: _defaults(d)["mappings"][0].update(type="text"), id="mapping-type"),
        pytest.param(lambda d: _defaults(d, "Stages by volume")["custom"].update(lineWdth=1), id="custom-key"),
        pytest.param(lambda d: next(_override(d, "custom.width")).update(value="wide"), id="override-width"),
        pytest.param(lambda d: next(_override(d, "mappings")).update(value=[{"0": "safe"}]), id="override-mapping"),
        pytest.param(lambda d: next(_override(d, "links"))["value"][0].pop("url"), id="override-link"),
        pytest.param(lambda d: next(_override(d, "links")).update(id="lnks"), id="override-id"),
    ],
)
def test_what_grafana_does_not_know_is_found(break_: Break) -> None:
    """In every part of a dashboard."""
    assert faults(_broken(break_).json) != []


CHECK_BREAKS: list[tuple[str, Break, str]] = [
    ("uneditable", lambda d: d.update(editable=True), "can be edited"),
    ("named", lambda d: d.update(uid="other"), "its uid is other"),
    ("named", lambda d: d.update(description=""), "no description"),
    ("timed", lambda d: d.update(refresh=""), "it shows"),
    ("timed", lambda d: d["time"].update({"from": "now-6h"}), "it shows"),
    ("variables", lambda d: d["templating"]["list"].reverse(), "its variables are"),
    ("variables", lambda d: d["templating"]["list"][1].update(refresh=1), "not read anew"),
    ("variables", lambda d: d["templating"]["list"][1].update(datasource=None), "another data source"),
    ("variables", lambda d: d["templating"]["list"][0].update(query="loki"), "no Prometheus"),
    ("variables", lambda d: d["templating"]["list"][0].update(label=""), "no label"),
    ("linked", lambda d: d["links"][1].update(keepTime=False), "leads to longhorn-volume"),
    ("linked", lambda d: d["links"].pop(), "runbooks"),
    ("annotated", lambda d: d["annotations"]["list"].pop(), "no annotation Stages"),
    ("annotated", lambda d: d["annotations"]["list"][0].update(enable=False), "no annotation Cordons"),
    ("annotated", lambda d: d["annotations"]["list"][0].update(datasource=None), "another data source"),
    ("panels", lambda d: _panel(d).update(type="flant-statusmap-panel"), "no panel of Grafana's own"),
    ("panels", lambda d: _panel(d).update(datasource={"type": "prometheus", "uid": "x"}), "another data source"),
    ("panels", lambda d: _panel(d)["targets"][0].update(datasource=None), "a query asks another"),
    ("panels", lambda d: _panel(d).update(description="Short"), "in sentences"),
    ("panels", lambda d: _panel(d).update(targets=[]), "asks nothing"),
    ("panels", lambda d: _panel(d, NODES)["targets"][1].update(refId="A"), "has A twice"),
    ("told_apart", lambda d: _panel(d).update(id=3), "the id 3"),
    ("told_apart", lambda d: _panel(d).update(title=NODES), f"called {NODES}"),
    ("placed", lambda d: _panel(d, NODES)["gridPos"].update(w=25), "wider than the grid"),
    ("placed", lambda d: _panel(d, NODES)["gridPos"].update(y=0), "overlap"),
    ("measured", lambda d: _defaults(d).pop("unit"), "no unit"),
    ("measured", lambda d: _defaults(d, "Stages by volume").update(mappings=[]), "no words"),
    ("measured", lambda d: _defaults(d).pop("noValue"), "what no data means"),
    ("leads_on", lambda d: next(_override(d, "links"))["value"][0].update(url="/d/other?"), "no dashboard other"),
    ("leads_on", lambda d: next(_override(d, "links"))["value"][0].update(url="https://x"), "no runbook"),
    (
        "leads_on",
        lambda d: next(_override(d, "links"))["value"][0].update(url="/d/longhorn-volume?var-volume=x"),
        "forgets ${__url_time_range}",
    ),
    (
        "leads_on",
        lambda d: next(_override(d, "links"))["value"][0].update(url="/d/longhorn-volume?x=${__data.fields.Disk}"),
        "the column Disk",
    ),
    ("parses", _asks("unless on", "unless onn"), "invalid"),
    ("parses", _asks("$cluster", "$clster"), "nobody sets"),
    ("speaks_of_what_there_is", _asks("node_drain_verdict", "node_verdict"), "nobody exports"),
    ("speaks_of_what_there_is", _asks('verdict="safe"', 'verdict="sound"'), "never has verdict=sound"),
    ("speaks_of_what_there_is", _asks("verdict=", "outcome="), "no label outcome"),
    ("speaks_of_what_there_is", _asks("longhorn_cr:exporter_resource_stale", "ALERTS"), "however stale"),
    ("holds_to_the_cluster", _asks('cluster=~"$cluster",', ""), "of any cluster"),
    ("shows_no_exporter", _asks("by (cluster, node)", "by (cluster, node, instance)", NODES), "it shows instance"),
    ("names_what_is_there", lambda d: _panel(d)["targets"][0].update(legendFormat="{{vol}}"), "its legend has vol"),
    (
        "names_what_is_there",
        lambda d: _panel(d, NODES)["transformations"][1]["options"]["renameByName"].update(disk="Disk"),
        "no query has the column disk",
    ),
    (
        "names_what_is_there",
        lambda d: _panel(d, NODES)["transformations"][1]["options"]["renameByName"].pop("reason"),
        "the label reason is a column without a name",
    ),
    (
        "names_what_is_there",
        lambda d: _panel(d, NODES)["options"]["sortBy"][0].update(displayName="Urgency"),
        "sorted by Urgency",
    ),
    ("asks_once", lambda d: _panel(d)["targets"][0].update(instant=False), "instant is False in a stat"),
    (
        "uses_what_is_recorded",
        _asks("longhorn_cr:node_cordoned_age_seconds", "longhorn_cr_node_cordoned_timestamp_seconds", NODES),
        "is recorded as an age",
    ),
    (
        "reads_no_fleet_over_time",
        _asks(
            "longhorn_cr:replicas_missing", "longhorn_cr_volume_redundancy_deficit", "Redundancy deficit and rebuilding"
        ),
        "of the whole fleet",
    ),
]


def _check(name: str) -> Check:
    return {check.__name__: check for check in (*CHECKS, *QUERY_CHECKS)}[name]


@pytest.mark.parametrize(
    ("name", "break_", "complaint"),
    [pytest.param(*each, id=f"{each[0]}-{each[2].replace(' ', '_')}") for each in CHECK_BREAKS],
)
def test_a_broken_rule_is_found(name: str, break_: Break, complaint: str) -> None:
    """By the check that is there for it."""
    complaints = list(_check(name)(_broken(break_)))
    assert any(complaint in each for each in complaints), complaints


@pytest.mark.parametrize(
    ("was", "becomes", "complaint"),
    [
        pytest.param("$__rate_interval", "5m", "a range of 5m", id="interval"),
        pytest.param("exporter_list_total", "exporter_objects", "is rated", id="no-counter"),
    ],
)
def test_a_wrong_rate_is_found(was: str, becomes: str, complaint: str) -> None:
    """On the dashboard that has some."""
    broken = _broken(_asks(was, becomes, "Lists and watches"), "longhorn-cr-exporter")
    assert any(complaint in each for each in _check("takes_rates")(broken))


def test_a_counter_that_is_not_rated_is_found() -> None:
    """It would only ever rise."""

    def take_as_it_is(dashboard: Json) -> None:
        [target, *_] = _panel(dashboard, "Watch events")["targets"]
        target["expr"] = 'sum by (cluster, type) (longhorn_cr_exporter_watch_events_total{cluster=~"$cluster"})'

    complaints = list(_check("takes_rates")(_broken(take_as_it_is, "longhorn-cr-exporter")))
    assert any("taken as it is" in each for each in complaints)


def test_every_check_is_broken_once() -> None:
    """A check that nothing makes complain proves nothing."""
    known = {check.__name__ for check in (*CHECKS, *QUERY_CHECKS)}
    assert known == {name for name, _, _ in CHECK_BREAKS} | {"takes_rates"}


def test_a_second_colour_for_the_same_word_is_found() -> None:
    """On any dashboard."""

    def recolour(dashboard: Json) -> None:
        next(_override(dashboard, "mappings"))["value"][0]["options"]["0"]["color"] = "purple"

    assert any("safe is" in each for each in meanings([board("longhorn-node-drain"), _broken(recolour)]))


def _case(name: str) -> Case:
    [case] = [case for case in read_cases() if case.name == name]
    return case


@pytest.mark.parametrize(
    ("case", "break_"),
    [
        pytest.param(
            "an armed volume says wait, and a drain of its node would be unsafe",
            _asks('stage="armed"', 'stage="latent"'),
            id="stage-forgotten",
        ),
        pytest.param(
            "all is well before the update begins",
            _asks("unless on (cluster, node)", "and on (cluster, node)"),
            id="cordons-turned-round",
        ),
        pytest.param("with two nodes down no other may go", _asks("+ 2,", "* 0 != 0,"), id="no-answer"),
        pytest.param(
            "an armed volume says wait, and a drain of its node would be unsafe",
            lambda d: _panel(d, NODES)["options"].update(sortBy=[]),
            id="unsorted",
        ),
        pytest.param(
            "an armed volume says wait, and a drain of its node would be unsafe",
            lambda d: _panel(d, NODES)["transformations"][1]["options"]["renameByName"].update({"Value #A": "Verdict"}),
            id="column-renamed",
        ),
        pytest.param(
            "an armed volume says wait, and a drain of its node would be unsafe",
            lambda d: next(_override(d, "mappings")).update(value=[]),
            id="states-without-words",
        ),
        pytest.param(
            "a cluster that is chosen is shown alone",
            _asks('cluster=~"$cluster"', 'cluster=~".*"', "Nodes cordoned"),
            id="cluster-ignored",
        ),
        pytest.param(
            "while the API server is away nothing is said of the cluster",
            _asks("longhorn_cr:exporter_resource_stale", "longhorn_cr:nothing"),
            id="stale-taken-for-true",
        ),
    ],
)
def test_a_case_notices(case: str, break_: Break, prometheus_of: Callable[[str, Twist], Prometheus]) -> None:
    """When the panel shows something else."""
    given = _case(case)
    prometheus = prometheus_of(given.recording, given.twist)
    assert list(given.problems(prometheus)) == []
    assert list(given.problems(prometheus, _broken(break_))) != []


def test_a_count_that_doubles_is_noticed(prometheus_of: Callable[[str, Twist], Prometheus]) -> None:
    """Where a second exporter runs."""
    given = _case("an armed volume says wait, and a drain of its node would be unsafe")
    doubled = _broken(_asks("max by (cluster, instance_manager, node, data_engine)", "", NODES))
    assert list(given.problems(prometheus_of(given.recording, Twist()), doubled)) == []
    assert list(given.problems(prometheus_of(given.recording, Twist(copies=2)), doubled)) != []


def test_breaking_is_by_copy() -> None:
    """What is shipped stays as it is."""
    before = json.dumps(board(ROLLING).json)
    _broken(lambda d: d.clear())
    assert json.dumps(board(ROLLING).json) == before
