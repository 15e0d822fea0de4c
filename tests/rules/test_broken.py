"""Each check of the rules, on a copy that is broken on purpose: it complains."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import promql_parser as promql
import pytest

from rules.check import (
    carries_all_it_must,
    is_tested,
    leads_somewhere,
    shows_what_there_is,
    speaks_of_what_is_exported,
)
from rules.dashboard import dashboards
from rules.rulebook import CASES, ROOT, RULES, Rule, read_cases, read_rules
from rules.tool import badly_formatted, jsonnet_files, lint, run

RUNBOOKS = ROOT / "docs" / "runbooks"


def _broken(alert: str, *, expr: tuple[str, str] = ("", ""), **annotations: str) -> list[Rule]:
    """Return the rules with one alert's expression, or its annotations, changed."""
    return [
        dataclasses.replace(rule, expr=rule.expr.replace(*expr), annotations={**rule.annotations, **annotations})
        if rule.name == alert
        else rule
        for rule in read_rules()
    ]


@pytest.mark.parametrize(
    ("alert", "was", "becomes", "complaint"),
    [
        pytest.param(
            "LonghornEngineStopped",
            "longhorn_cr_engine_wanted",
            "longhorn_cr_engine_wished",
            "nobody exports",
            id="metric",
        ),
        pytest.param(
            "LonghornEngineStopped", '{state="stopped"}', '{status="stopped"}', "no label status", id="matcher"
        ),
        pytest.param(
            "LonghornEngineStopped", 'state="stopped"', 'state="halted"', "never has state=halted", id="value"
        ),
        pytest.param("LonghornEngineStopped", "cluster, engine", "cluster, replica", "no label replica", id="grouping"),
        pytest.param("LonghornNodeGhost", "instance, replica)", "instance, volumes)", "no label volumes", id="joining"),
        pytest.param(
            "LonghornNodeGhost", 'resource=~"nodes', 'resource=~"node', "never has resource=node", id="resource"
        ),
        pytest.param(
            "LonghornReplicaLeak", "longhorn_cr:exporter_resource_stale", "ALERTS", "however stale", id="unguarded"
        ),
        pytest.param(
            "LonghornReplicaDeletionImminent", "(pvc, pvc_namespace)", "(pvc, claim)", "no label claim", id="brought"
        ),
    ],
)
def test_a_wrong_name_in_an_expression_is_found(alert: str, was: str, becomes: str, complaint: str) -> None:
    """A metric, a label or a value that nobody exports never matches; what is stale always does."""
    complaints = speaks_of_what_is_exported(_broken(alert, expr=(was, becomes)))
    assert any(complaint in each for each in complaints), complaints


@pytest.mark.parametrize(
    "description",
    [
        pytest.param("Volume {{ $labels.vol }} waits.", id="own-label"),
        pytest.param(
            "{{ with printf `longhorn_cr_volume_wait{volume=%q}` $labels.volume | query }}x{{ else }}{{ end }}",
            id="query",
        ),
        pytest.param(
            "{{ with printf `longhorn_cr_volume_state{volume=%q}` $labels.volume | query }}"
            '{{ . | first | label "stage" }}{{ else }}{{ end }}',
            id="label-of-query",
        ),
    ],
)
def test_a_text_that_would_show_nothing_is_found(description: str) -> None:
    """Prometheus leaves out what is not there, without a word."""
    assert shows_what_there_is(_broken("LonghornVolumeUnschedulable", description=description)) != []


def test_a_missing_annotation_and_a_summary_that_varies_are_found() -> None:
    """Grouped notifications show one summary for all."""
    assert carries_all_it_must(_broken("LonghornEngineStopped", description="")) != []
    assert carries_all_it_must(_broken("LonghornEngineStopped", summary="{{ $labels.volume }} is stopped.")) != []
    nameless = [dataclasses.replace(rule, labels={"severity": "page"}) for rule in read_rules()]
    assert len(carries_all_it_must(nameless)) >= 2 * sum(rule.alert != "" for rule in nameless)


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    """A runbook that is gone or another's, a dashboard that nobody has."""
    rules = read_rules()
    runbooks = tmp_path / "runbooks"
    shutil.copytree(RUNBOOKS, runbooks)
    (runbooks / "LonghornNodeGhost.md").unlink()
    assert len(leads_somewhere(rules, runbooks, dashboards())) == 1
    assert leads_somewhere(rules, RUNBOOKS, dashboards() - {"longhorn-node-drain"}) != []
    others = "https://example.com/docs/runbooks/LonghornNodeGhost.md"
    assert leads_somewhere(_broken("LonghornReplicaLeak", runbook_url=others), RUNBOOKS, dashboards()) != []


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_an_alert_without_cases_is_found(path: Path) -> None:
    """With one file of cases less, the alerts that only it tests are named; the guard's prove none alone."""
    rest = [other for other in CASES.glob("*.yaml") if other != path]
    assert (is_tested(read_rules(), read_cases(rest)) == []) == (path.stem == "guard")


def test_a_tier_without_a_case_and_an_alert_without_a_look_alike_are_found() -> None:
    """A new tier has neither; a case that is not called silent is no look-alike's."""
    rules = read_rules()
    tier = dataclasses.replace(rules[-1], alert="LonghornNodeGhost", labels={"severity": "critical", "namespace": "x"})
    assert is_tested([*rules, tier], read_cases()) != []
    loud = [dataclasses.replace(case, name="") for case in read_cases()]
    assert any("silent throughout" in complaint for complaint in is_tested(rules, loud))
    late = [dataclasses.replace(case, interval=1.0) for case in read_cases()]
    assert any("firing at once" in complaint for complaint in is_tested(rules, late))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param("for: 30s", "for: thirty", id="duration"),
        pytest.param("unless on (cluster, volume) (", "unless on (cluster, volume ((", id="syntax"),
        pytest.param("record: longhorn_cr:nodes", "record: longhorn_cr:volume_lost_replicas", id="twice"),
        pytest.param("urlquery $labels", "urlquote $labels", id="template"),
    ],
)
def test_promtool_refuses_a_broken_rule_file(tmp_path: Path, was: str, becomes: str) -> None:
    """It is really asked."""
    text = RULES.read_text()
    assert was in text
    broken = tmp_path / "alerts.yaml"
    broken.write_text(text.replace(was, becomes, 1))
    assert run("promtool", "check", "rules", "--lint=all", "--lint-fatal", broken).returncode != 0


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param("for: 30s", "for: 2m", id="too-late"),
        pytest.param("for: 30s", "for: 0s", id="too-early"),
        pytest.param("keep_firing_for: 1m", "keep_firing_for: 5m", id="resolves-late"),
        pytest.param("keep_firing_for: 1m", "keep_firing_for: 0s", id="paged-twice"),
        pytest.param('stage="deadlocked"}', 'stage=~"deadlocked|latent"}', id="look-alike"),
    ],
)
def test_promtool_refuses_rules_that_fire_at_another_time(tmp_path: Path, was: str, becomes: str) -> None:
    """The cases tell times apart."""
    alert = RULES.read_text().index("- alert: LonghornVolumeDeadlock")
    head, rest = RULES.read_text()[:alert], RULES.read_text()[alert:]
    assert was in rest
    (tmp_path / "alerts.yaml").write_text(head + rest.replace(was, becomes, 1))
    cases = (CASES / "deadlock.yaml").read_text().replace("../../alerts/rendered/alerts.yaml", "alerts.yaml")
    (tmp_path / "deadlock.yaml").write_text(cases)
    assert run("promtool", "test", "rules", tmp_path / "deadlock.yaml").returncode != 0


def test_the_other_parser_refuses_what_is_no_expression() -> None:
    """It raises."""
    with pytest.raises(ValueError, match="unclosed"):
        promql.parse("max by (volume (x)")


def test_badly_formatted_and_unclean_jsonnet_are_found(tmp_path: Path) -> None:
    """An odd indent, a variable that nobody uses."""
    file = tmp_path / "odd.libsonnet"
    file.write_text('local unused = 1;\n{ a:"b" }\n')
    assert badly_formatted([*jsonnet_files(), file]) != ""
    assert "unused" in lint(file)
