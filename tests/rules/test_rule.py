"""The alerts as they are shipped: they pass every tool, speak of what there is, and each is proven by cases."""

from __future__ import annotations

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

ALERTS = read_rules()
RUNBOOKS = ROOT / "docs" / "runbooks"


def test_promtool_finds_nothing_wrong_with_the_rules() -> None:
    """With every lint it has, its complaints being fatal."""
    result = run("promtool", "check", "rules", "--lint=all", "--lint-fatal", RULES)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", sorted(CASES.glob("*.yaml")), ids=lambda path: path.stem)
def test_promtool_finds_every_case_true(path: Path) -> None:
    """Silent before, firing after, resolved, silent on what looks alike."""
    result = run("promtool", "test", "rules", path)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: "-".join(filter(None, rule.tier)) or rule.name)
def test_another_parser_reads_the_expression(rule: Rule) -> None:
    """What one parser lets pass, the other may not."""
    promql.parse(rule.expr)


def test_rules_speak_of_what_is_exported() -> None:
    """No metric, label or value that the exporter does not have; nothing stale."""
    assert speaks_of_what_is_exported(ALERTS) == []


def test_texts_show_what_there_is() -> None:
    """No label that the alert does not have."""
    assert shows_what_there_is(ALERTS) == []


def test_alerts_carry_all_they_must() -> None:
    """Severity, namespace, summary, description and links."""
    assert carries_all_it_must(ALERTS) == []


def test_links_lead_somewhere() -> None:
    """To runbooks and dashboards of this project."""
    assert leads_somewhere(ALERTS, RUNBOOKS, dashboards()) == []


def test_every_alert_is_tested() -> None:
    """Each tier by a case of its own, each alert by what looks like it."""
    assert is_tested(ALERTS, read_cases()) == []


def test_jsonnet_is_formatted() -> None:
    """As jsonnetfmt writes it."""
    assert badly_formatted(jsonnet_files()) == ""


@pytest.mark.parametrize("file", jsonnet_files(), ids=lambda path: path.name)
def test_jsonnet_passes_the_linter(file: Path) -> None:
    """No unused variable, no wrong type."""
    assert lint(file) == ""
