"""The alerts as the chart makes them: the repository's own, and what a user changes of one tier."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from chart.helm import render, the
from stack.binary import built

Json = dict[str, Any]
_NAME = "LonghornVolumeDeadlock"
_NAMESPACE = "{{ with $labels.pvc_namespace }}{{ . }}{{ else }}longhorn-system{{ end }}"


def _groups(*values: str) -> list[Json]:
    on = [f"prometheusRule.alerts.{_NAME}.{value}" for value in values]
    groups: list[Json] = the(render(values=["prometheusRule.enabled=true", *on]), "PrometheusRule")["spec"]["groups"]
    return groups


def _rules(*values: str) -> list[Json]:
    return [rule for group in _groups(*values) for rule in group["rules"]]


def _tier(rule: Json, severity: str) -> bool:
    return rule.get("alert") == _NAME and rule["labels"]["severity"] == severity


def _severity(severity: str) -> Json:
    return {"labels": {"severity": severity, "namespace": _NAMESPACE}}


@pytest.mark.parametrize(
    ("value", "before", "after"),
    [
        pytest.param("armed.for=7m", {"for": "1m"}, {"for": "7m"}, id="for"),
        pytest.param("armed.keepFiringFor=9m", {"keep_firing_for": "1m"}, {"keep_firing_for": "9m"}, id="keep firing"),
        pytest.param("armed.severity=info", _severity("warning"), _severity("info"), id="severity"),
    ],
)
def test_a_value_changes_its_tier_alone(value: str, before: Json, after: Json) -> None:
    """Every other rule stays as it is, and everything else of this one."""
    changed = [(old, new) for old, new in zip(_rules(), _rules(value), strict=True) if old != new]
    ((old, new),) = changed
    assert _tier(old, "warning")
    assert (old, new) == ({**old, **before}, {**old, **after})


@pytest.mark.parametrize(
    ("value", "gone"),
    [
        pytest.param("armed.enabled=false", ["warning"], id="a tier"),
        pytest.param("enabled=false", ["critical", "info", "warning"], id="the alert"),
    ],
)
def test_what_is_turned_off_is_left_out(value: str, gone: list[str]) -> None:
    """And nothing else."""
    kept = _rules(value)
    lost = [rule for rule in _rules() if rule not in kept]
    assert sorted(rule["labels"]["severity"] for rule in lost) == gone
    assert {rule["alert"] for rule in lost} == {_NAME}


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([], id="as they are"),
        pytest.param(["armed.for=7m", "deadlocked.severity=warning", "exposed.enabled=false"], id="changed"),
    ],
)
def test_prometheus_takes_the_rules(values: list[str], tmp_path: Path) -> None:
    """As promtool, with all that it checks, says."""
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": _groups(*values)}))
    command: list[str | Path] = [built("promtool")["promtool"], "check", "rules", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
