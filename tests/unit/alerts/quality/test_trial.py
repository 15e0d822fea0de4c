"""Thresholds that are tried beside those in use."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import yaml

from alerts.quality import trial
from alerts.quality.catalogue import Tier
from alerts.quality.trial import Knob, Trials, apart
from judged_alerts import PAGE, WARNED, calm, deadlocked, fired

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def trials(monkeypatch: pytest.MonkeyPatch) -> Trials:
    """Two numbers of the real configuration: one that changes no expression, one that does."""
    knobs = (
        Knob(PAGE, "deadlocked", "for", ["0s", "30s"]),
        Knob(Tier("LonghornNodeDrainBlocked", "warning"), "cordoned", "cordonedSeconds", [0, 540]),
    )
    monkeypatch.setattr(trial, "KNOBS", knobs)
    return Trials(ROOT)


def test_what_is_asked_alike_is_recorded_once(trials: Trials) -> None:
    """Values of `for` share their expression; a value within an expression has its own."""
    (group,) = yaml.safe_load(trials.rule_file())["groups"]
    records = [rule for rule in group["rules"] if "record" in rule]
    tried = {rule["alert"]: (rule["expr"], rule.get("for")) for rule in group["rules"] if "alert" in rule}
    assert [record["record"] for record in records] == ["trial:0", "trial:1", "trial:2"]
    assert tried == {
        "LonghornVolumeDeadlock@deadlocked.for=0s": ("trial:0", None),
        "LonghornVolumeDeadlock@deadlocked.for=30s": ("trial:0", "30s"),
        "LonghornNodeDrainBlocked@cordoned.cordonedSeconds=0": ("trial:1", "1m"),
        "LonghornNodeDrainBlocked@cordoned.cordonedSeconds=540": ("trial:2", "1m"),
    }


def test_each_value_is_held_to_the_truth_of_its_own_firings(trials: Trials) -> None:
    """The alert in use, and other values, do not count."""
    own = fired(PAGE, 2_050, 6_060)
    tried = msgspec.structs.replace(own, alert=f"{own.alert}@deadlocked.for=0s")
    results = trials.results({"v1/a": (deadlocked(), [own, tried]), "v1/b": (calm(), [])})
    told = {each.setting: (each.in_use, each.tally.right, each.tally.demanded) for each in results}
    assert told["deadlocked.for 0s"] == (False, 1, 1)
    assert told["deadlocked.for 30s"] == (True, 0, 1)
    assert told["cordoned.cordonedSeconds 540"] == (True, 0, 0)


def test_what_is_tried_is_told_apart() -> None:
    """By the alert's name alone."""
    own = fired(WARNED, 1, 2)
    tried = msgspec.structs.replace(own, alert=f"{own.alert}@armed.for=0s")
    assert apart([tried, own]) == ([own], [tried])
