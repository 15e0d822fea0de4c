"""Thresholds tried beside those in use: the same rules under another name, with one number of the configuration changed.

They are evaluated in the same run as the alerts themselves, so that what was tried is measured anew each time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
function(patch)
  local mixin = import 'mixin.libsonnet';
  local changed = mixin { _config+:: { alerts: std.mergePatch(mixin._config.alerts, std.parseJson(patch)) } };
  {
    config: mixin._config.alerts,
    rules: std.flattenArrays([group.rules for group in changed.prometheusAlerts.groups]),
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


def _tries() -> Iterator[_Try]:
    for knob in KNOBS:
        for value in knob.values:
            yield _Try(knob, value)


def rule_file(root: Path) -> str:
    """Return the rule file of everything that is tried, made from the mixin under ``root``."""
    rules = [rule for each in _tries() for rule in _changed(root, each)]
    text: str = yaml.safe_dump({"groups": [{"name": "trials", "interval": _INTERVAL, "rules": rules}]})
    return text


def _changed(root: Path, each: _Try) -> Iterator[dict[str, Any]]:
    """Yield the rules of the knob's tier, renamed, with its value in them; several where the tier has several reasons."""
    knob = each.knob
    patch = {knob.tier.alert: {knob.part: {knob.key: each.value}}}
    for rule in _rendered(root, patch)["rules"]:
        if (rule.get("alert"), rule.get("labels", {}).get("severity")) == knob.tier:
            yield {**rule, "alert": each.name, "annotations": {}}


def _rendered(root: Path, patch: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {"patch": json.dumps(patch)}
    text = _jsonnet.evaluate_snippet("trial.jsonnet", _MIXIN, jpathdir=[str(root)], tla_vars=arguments)
    rendered: dict[str, Any] = json.loads(text)
    return rendered


def apart(firings: Iterable[Firing]) -> tuple[list[Firing], list[Firing]]:
    """Return the alerts' own firings, and those of what is tried."""
    own: list[Firing] = []
    tried: list[Firing] = []
    for firing in firings:
        (tried if _SEPARATOR in firing.alert else own).append(firing)
    return own, tried


def trials(root: Path, runs: Mapping[str, tuple[Truth, Sequence[Firing]]]) -> list[Trial]:
    """Return how each value did on recordings: by name their truth and the firings of what is tried."""
    config = _rendered(root, {})["config"]
    return [_trial(each, config, runs) for each in _tries()]


def _trial(each: _Try, config: Mapping[str, Any], runs: Mapping[str, tuple[Truth, Sequence[Firing]]]) -> Trial:
    knob = each.knob
    judgements = []
    for name, (truth, firings) in runs.items():
        mine = [msgspec.structs.replace(firing, alert=knob.tier.alert) for firing in firings if firing.alert == each.name]
        judgements.append(judge(name, truth, mine))
    in_use = config[knob.tier.alert][knob.part][knob.key] == each.value
    return Trial(f"{knob.part}.{knob.key} {each.value}", in_use, tally(knob.tier, judgements))
