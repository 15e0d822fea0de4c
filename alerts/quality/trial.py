"""Thresholds tried beside those in use: the same rules under another name, with one number of the config changed.

They are evaluated in the same run as the alerts themselves, so that what was tried is measured anew each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import _jsonnet
import msgspec
import yaml

from .catalogue import CRITICAL, DEADLOCK, WARNING, Tier
from .firing import Firing
from .judge import Tally, judge, tally
from .truth import Truth

_SEPARATOR: Final = "@"
_INTERVAL: Final = "30s"
_MIXIN: Final = """
function(tries)
  local mixin = import 'mixin.libsonnet';
  local rules(patch) =
    local alerts = std.mergePatch(mixin._config.alerts, patch);
    local changed = mixin { _config+:: { alerts: alerts } };
    std.flattenArrays([group.rules for group in changed.prometheusAlerts.groups]);
  {
    config: mixin._config.alerts,
    tries: [
      [rule { annotations: {} } for rule in rules(each.patch)
       if 'alert' in rule && rule.alert == each.alert && rule.labels.severity == each.severity]
      for each in tries
    ],
  }
"""
Value = str | int


class Knob(NamedTuple):
    """A number of the configuration, ``alerts.<alert>.<part>.<key>``, and the values it was tried at."""

    tier: Tier
    part: str
    key: str
    values: Sequence[Value]


KNOBS: Final = (
    Knob(Tier(DEADLOCK, CRITICAL), "deadlocked", "for", ["0s", "30s", "1m", "5m"]),
    Knob(Tier(DEADLOCK, CRITICAL), "deadlocked", "keepFiringFor", ["0s", "1m", "5m"]),
    Knob(Tier(DEADLOCK, WARNING), "armed", "for", ["0s", "1m", "5m"]),
    Knob(Tier("LonghornVolumeAttachStuck", CRITICAL), "blocked", "for", ["90s", "5m", "10m"]),
    Knob(Tier("LonghornVolumeAttachStuck", WARNING), "inProgress", "for", ["90s", "5m", "10m"]),
    Knob(Tier("LonghornVolumeUnschedulable", WARNING), "unschedulable", "for", ["1m", "10m", "30m"]),
    Knob(Tier("LonghornVolumeRedundancyLow", CRITICAL), "noUsableReplica", "for", ["2m", "10m", "15m"]),
    Knob(Tier("LonghornVolumeRedundancyLow", CRITICAL), "lastReplicaOnCordonedNode", "for", ["0s", "2m", "10m"]),
    Knob(Tier("LonghornVolumeRedundancyLow", WARNING), "deficit", "for", ["10m", "30m", "1h"]),
    Knob(Tier("LonghornRebuildStalled", WARNING), "stalled", "for", ["5m", "15m", "30m"]),
    Knob(Tier("LonghornEngineStopped", WARNING), "stopped", "for", ["1m", "5m", "10m"]),
    Knob(Tier("LonghornInstanceManagerDown", WARNING), "cordonedNode", "for", ["2m", "5m", "10m", "15m"]),
    Knob(Tier("LonghornNodeDrainBlocked", WARNING), "cordoned", "cordonedSeconds", [0, 240, 540]),
    Knob(Tier("LonghornNodeGhost", WARNING), "ghost", "for", ["5m", "15m", "30m"]),
    Knob(Tier("LonghornNodeUnusable", WARNING), "unusable", "for", ["1m", "5m", "10m"]),
)


class Trial(NamedTuple):
    """One value of one knob, and how the alert did with it."""

    setting: str
    in_use: bool
    tally: Tally


class _Try(NamedTuple):
    """One value of one knob; ``name`` is what its alert is called in the rule file."""

    knob: Knob
    value: Value

    @property
    def name(self) -> str:
        return f"{self.knob.tier.alert}{_SEPARATOR}{self.knob.part}.{self.knob.key}={self.value}"

    def patch(self) -> dict[str, Any]:
        """Return the change of the configuration, and the tier that it is tried on."""
        alert, severity = self.knob.tier
        return {"alert": alert, "severity": severity, "patch": {alert: {self.knob.part: {self.knob.key: self.value}}}}


class Trials:
    """Every value of every knob, made from the mixin under a folder."""

    def __init__(self, root: Path) -> None:
        self._tries = [_Try(knob, value) for knob in KNOBS for value in knob.values]
        rendered = _rendered(root, [each.patch() for each in self._tries])
        self._config: Mapping[str, Any] = rendered["config"]
        self._rules: Sequence[Sequence[Mapping[str, Any]]] = rendered["tries"]

    def rule_file(self) -> str:
        """Return a rule file: what several values of a knob ask alike is recorded once, and they ask for that."""
        recorded: dict[str, str] = {}
        rules = [
            {**rule, "alert": each.name, "expr": recorded.setdefault(rule["expr"], f"trial:{len(recorded)}")}
            for each, tier in zip(self._tries, self._rules, strict=True)
            for rule in tier
        ]
        records = [{"record": name, "expr": expression} for expression, name in recorded.items()]
        text: str = yaml.safe_dump({"groups": [{"name": "trials", "interval": _INTERVAL, "rules": records + rules}]})
        return text

    def results(self, runs: Mapping[str, tuple[Truth, Sequence[Firing]]]) -> list[Trial]:
        """Return how each value did on recordings: by name their truth and the firings of what is tried."""
        return [self._result(each, runs) for each in self._tries]

    def _result(self, each: _Try, runs: Mapping[str, tuple[Truth, Sequence[Firing]]]) -> Trial:
        knob = each.knob
        judgements = []
        for name, (truth, firings) in runs.items():
            own = [firing for firing in firings if firing.alert == each.name]
            mine = [msgspec.structs.replace(firing, alert=knob.tier.alert) for firing in own]
            judgements.append(judge(name, truth, mine))
        in_use = self._config[knob.tier.alert][knob.part][knob.key] == each.value
        return Trial(f"{knob.part}.{knob.key} {each.value}", in_use, tally(knob.tier, judgements))


def _rendered(root: Path, tries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    given = {"tries": json.dumps(tries)}
    text = _jsonnet.evaluate_snippet("trial.jsonnet", _MIXIN, jpathdir=[str(root)], tla_codes=given)
    rendered: dict[str, Any] = json.loads(text)
    return rendered


def apart(firings: Iterable[Firing]) -> tuple[list[Firing], list[Firing]]:
    """Return the alerts' own firings, and those of what is tried."""
    own: list[Firing] = []
    tried: list[Firing] = []
    for firing in firings:
        (tried if _SEPARATOR in firing.alert else own).append(firing)
    return own, tried
