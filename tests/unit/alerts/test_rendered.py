"""What is rendered from the mixin lies beside it, and is what the mixin says."""

from __future__ import annotations

import json
import runpy
import shutil
from functools import cache
from pathlib import Path
from typing import Any, Final

import _jsonnet
import pytest
import yaml

ROOT: Final = Path(__file__).resolve().parents[3]
RENDERED: Final = ROOT / "alerts" / "rendered"
files = cache(runpy.run_path(str(ROOT / "alerts" / "render.py"))["files"])
"""The rendered files' texts, by name, of the mixin in a folder."""


def _copied(folder: Path) -> Path:
    """Copy the mixin's sources into a folder."""
    shutil.copy(ROOT / "mixin.libsonnet", folder)
    for part in ("alerts", "dashboards"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("rendered", "*.py"))
    return folder


def _alerts(overrides: str) -> dict[str, list[dict[str, Any]]]:
    """Return the alerts of a mixin with other settings, by name."""
    source = f"((import 'mixin.libsonnet') + {{ _config+:: {overrides} }}).prometheusAlerts"
    groups = json.loads(_jsonnet.evaluate_snippet(str(ROOT / "mixin.jsonnet"), source))["groups"]
    found: dict[str, list[dict[str, Any]]] = {}
    for rule in groups[0]["rules"]:
        found.setdefault(rule.get("alert", ""), []).append(rule)
    return found


@pytest.mark.parametrize("name", ["alerts.yaml", "prometheusrule.yaml"])
def test_rendered_files_are_what_the_mixin_says(name: str) -> None:
    """`make alerts` writes them anew."""
    assert (RENDERED / name).read_text() == files(ROOT)[name]


def test_nothing_else_is_rendered() -> None:
    """A file whose source is gone would be loaded still."""
    assert {path.name for path in RENDERED.iterdir()} == set(files(ROOT))


def test_a_changed_threshold_is_noticed(tmp_path: Path) -> None:
    """The comparison fails when the jsonnet says something else."""
    root = _copied(tmp_path)
    config = root / "alerts" / "config.libsonnet"
    config.write_text(config.read_text().replace("'for': '30s'", "'for': '31s'"))
    assert files(root)["alerts.yaml"] != (RENDERED / "alerts.yaml").read_text()


def test_the_resource_holds_the_same_rules() -> None:
    """For prometheus-operator, in its own envelope."""
    resource = yaml.safe_load((RENDERED / "prometheusrule.yaml").read_text())
    assert (resource["apiVersion"], resource["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    assert resource["spec"] == yaml.safe_load((RENDERED / "alerts.yaml").read_text())


def test_an_alert_can_be_switched_off() -> None:
    """As a whole, or one tier of it; the others stay."""
    overrides = """{
      alerts+: { LonghornReplicaLeak+: { enabled: false }, LonghornVolumeDeadlock+: { exposed+: { enabled: false } } },
    }"""
    alerts = _alerts(overrides)
    assert "LonghornReplicaLeak" not in alerts
    assert [rule["labels"]["severity"] for rule in alerts["LonghornVolumeDeadlock"]] == ["critical", "warning"]


def test_severity_duration_and_links_can_be_chosen() -> None:
    """Per tier, and the addresses for all."""
    overrides = """{
      runbookURLPattern: 'https://wiki.example.org/%s',
      dashboardURLPattern: 'https://grafana.example.org/d/%s?orgId=2',
      dashboards+: { volume: 'other' },
      longhornNamespace: 'storage',
      alerts+: { LonghornEngineStopped+: { stopped+: { severity: 'info', 'for': '7m', keepFiringFor: '2m' } } },
    }"""
    [rule] = _alerts(overrides)["LonghornEngineStopped"]
    assert (rule["labels"]["severity"], rule["for"], rule["keep_firing_for"]) == ("info", "7m", "2m")
    assert rule["annotations"]["runbook_url"] == "https://wiki.example.org/LonghornEngineStopped"
    assert rule["annotations"]["dashboard_url"].startswith("https://grafana.example.org/d/other?orgId=2&var-volume=")
    assert "{{ else }}storage{{ end }}" in rule["labels"]["namespace"]
    assert 'severity="info"' in rule["expr"]


def test_every_selector_takes_the_matchers_that_are_asked_for() -> None:
    """So that rules hold to one job, or one cluster."""
    alerts = _alerts("""{ exporterSelector: 'job="x"', clusterLabel: '' }""")
    [stale] = [rule for rule in alerts[""] if rule["record"] == "longhorn_cr:exporter_resource_stale"]
    assert 'longhorn_cr_exporter_last_sync_timestamp_seconds{job="x"}' in stale["expr"]
    assert all("cluster" not in rule["expr"] for rules in alerts.values() for rule in rules)
