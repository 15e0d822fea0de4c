"""The rendered rules, and the cases of ``promtool test rules`` that are written for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
RULES: Final = ROOT / "alerts" / "rendered" / "alerts.yaml"
CASES: Final = ROOT / "tests" / "rules"
TIER: Final = ("alertname", "severity", "reason")

Tier = tuple[str, str, str]
"""What tells the tiers of an alert apart: its name, severity and, where two share one, the reason."""

_DURATION: Final = re.compile(r"(\d+)(d|h|m|s)")
_SECONDS: Final = {"d": 86400, "h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True)
class Rule:
    """A rule: a recording rule where ``alert`` is "", else an alert."""

    name: str
    expr: str
    alert: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def tier(self) -> Tier:
        """The alert's tier."""
        return self.alert, self.labels.get("severity", ""), self.labels.get("reason", "")


def read_rules(path: Path = RULES) -> list[Rule]:
    """Return every rule of a rule file."""
    groups = yaml.safe_load(path.read_text())["groups"]
    return [_rule(rule) for group in groups for rule in group["rules"]]


def _rule(rule: Mapping[str, Any]) -> Rule:
    alert = rule.get("alert", "")
    name = alert or rule["record"]
    return Rule(name, rule["expr"], alert, rule.get("labels", {}), rule.get("annotations", {}))


@dataclass(frozen=True)
class Moment:
    """What a case expects of one alert at one moment, in seconds: the tiers that fire."""

    alert: str
    at: float
    firing: frozenset[Tier]


@dataclass(frozen=True)
class Case:
    """One test of a file: its name, how often rules are evaluated in it (seconds), what it expects."""

    file: str
    name: str
    interval: float
    moments: tuple[Moment, ...]


def read_cases(paths: Iterable[Path] | None = None) -> list[Case]:
    """Return the cases of these files, by default of all there are."""
    files = sorted(CASES.glob("*.yaml")) if paths is None else paths
    return [case for path in files for case in _cases(path)]


def _cases(path: Path) -> Iterator[Case]:
    content = yaml.safe_load(path.read_text())
    interval = seconds(content["evaluation_interval"])
    for test in content["tests"]:
        moments = tuple(_moment(expected) for expected in test.get("alert_rule_test", ()))
        yield Case(path.name, test["name"], interval, moments)


def _moment(expected: Mapping[str, Any]) -> Moment:
    alert = expected["alertname"]
    labels = [alert_labels["exp_labels"] for alert_labels in expected["exp_alerts"]]
    firing = frozenset((alert, each.get("severity", ""), each.get("reason", "")) for each in labels)
    return Moment(alert, seconds(expected["eval_time"]), firing)


def seconds(duration: str) -> float:
    """Return a duration as Prometheus writes it, ``1h30m``, in seconds."""
    return float(sum(int(count) * _SECONDS[unit] for count, unit in _DURATION.findall(duration)))
