"""What is read out of the rule engine's lines, and how its failures are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from alerts.quality.firing import RuleEngineError, evaluate, firings, without_words


def _line(at: int, state: str, volume: str = "vol", alert: str = "Low") -> bytes:
    labels = {"alertname": alert, "severity": "warning", "volume": volume}
    return json.dumps({"at": at * 1000, "alert": alert, "state": state, "labels": labels}).encode()


def test_a_firing_is_told_from_pending_to_resolved() -> None:
    """Times are the engine's; the alert's name is no label of it."""
    lines = [_line(60, "pending"), _line(120, "firing"), _line(300, "inactive"), b'{"end": {}}']
    (only,) = firings("v1/run", lines)
    assert only.document() == {
        "recording": "v1/run",
        "alert": "Low",
        "severity": "warning",
        "labels": {"severity": "warning", "volume": "vol"},
        "pending_at": "1970-01-01T00:01:00Z",
        "firing_at": "1970-01-01T00:02:00Z",
        "resolved_at": "1970-01-01T00:05:00Z",
    }


def test_what_only_was_pending_never_fired() -> None:
    """A condition that passes before its time tells nobody."""
    assert list(firings("v1/run", [_line(60, "pending"), _line(90, "inactive")])) == []


def test_firings_come_in_the_order_in_which_they_began() -> None:
    """Without a pending time it is the firing's; what fires to the end has no resolution; each firing stands alone."""
    lines = [
        *[_line(60, "firing", "b"), _line(60, "firing", "a"), _line(90, "inactive", "a"), _line(120, "firing", "a")],
        b'{"end": {}}',
    ]
    told = [(each.labels["volume"], each.pending_at, each.firing_at, each.resolved_at) for each in firings("r", lines)]
    assert told == [("a", 60, 60, 90), ("b", 60, 60, None), ("a", 120, 120, None)]


def test_a_failing_engine_is_told_in_its_own_words(tmp_path: Path) -> None:
    """It may stop before it has read everything."""
    engine = tmp_path / "engine"
    engine.write_text("#!/bin/sh\necho 'rules.yaml: no such rule' >&2\nexit 1\n")
    engine.chmod(0o755)
    with pytest.raises(RuleEngineError, match=r"^rules\.yaml: no such rule$"):
        evaluate([b"x" * 100_000] * 100, engine=engine, rules=[tmp_path / "rules.yaml"])


def test_rules_lose_their_words_alone() -> None:
    """Everything but the annotations stays."""
    rule = {"alert": "Low", "expr": "up == 0", "for": "1m", "labels": {"severity": "info"}}
    file = {
        "groups": [{"name": "all", "rules": [{"record": "a:b", "expr": "up"}, {**rule, "annotations": {"x": "y"}}]}]
    }
    bare = yaml.safe_load(without_words(yaml.safe_dump(file)))
    assert bare == {"groups": [{"name": "all", "rules": [{"record": "a:b", "expr": "up"}, rule]}]}
