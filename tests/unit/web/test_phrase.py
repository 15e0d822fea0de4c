"""The few words of tables."""

from __future__ import annotations

import pytest

from judged import condition, node
from longhorn_cr_exporter.diagnosis.fact import DiskFacts, NodeFacts
from longhorn_cr_exporter.web.phrase import (
    clock_date,
    clock_time,
    command,
    gate_words,
    kubernetes_words,
    longhorn_words,
    relative,
)
from sample import NOW


@pytest.mark.parametrize(
    ("seconds", "ago", "clock"),
    [
        pytest.param(NOW, "0 s ago", "12:00:00 UTC", id="now"),
        pytest.param(NOW - 90, "1 min ago", "11:58:30 UTC", id="past"),
        pytest.param(NOW + 3720, "in 1 h 2 min", "13:02:00 UTC", id="future"),
        pytest.param(NOW - 86400, "1 d ago", "2026-03-01 12:00:00 UTC", id="yesterday"),
    ],
)
def test_times(seconds: float, ago: str, clock: str) -> None:
    """An age or a time to come, and the clock's time in UTC, with the date where it is another day's."""
    assert relative(seconds, NOW) == ago
    assert clock_time(seconds, NOW) == clock


@pytest.mark.parametrize(
    ("seconds", "clock"),
    [
        pytest.param(NOW, "2026-03-02 12:00:00 UTC", id="now"),
        pytest.param(1e20, "9999-12-31 23:59:59 UTC", id="beyond the calendar"),
        pytest.param(-1e20, "0001-01-01 00:00:00 UTC", id="before the calendar"),
    ],
)
def test_dates(seconds: float, clock: str) -> None:
    """Every number is a time that can be written."""
    assert clock_date(seconds) == clock


@pytest.mark.parametrize(
    ("action", "parts"),
    [
        pytest.param("Do it: kubectl get pods", ("Do it:", "kubectl get pods"), id="command"),
        pytest.param("Wait: it heals", ("Wait: it heals", ""), id="none"),
        pytest.param("", ("", ""), id="nothing"),
    ],
)
def test_the_command_stands_apart(action: str, parts: tuple[str, str]) -> None:
    """What is to be typed is split from the words before it."""
    assert command(action) == parts


@pytest.mark.parametrize(
    ("facts", "kubernetes", "longhorn"),
    [
        pytest.param(
            node(kubernetes_node_present=True, kubernetes_ready=True, allow_scheduling=True),
            "Ready",
            "ready",
            id="well",
        ),
        pytest.param(
            node(kubernetes_node_present=True, kubernetes_ready=False), "not Ready", "no Longhorn node", id="alone"
        ),
        pytest.param(
            node(
                kubernetes_node_present=False,
                allow_scheduling=False,
                conditions=(condition("Ready", true=False, reason="KubernetesNodeGone"), condition("Schedulable")),
                disks=(DiskFacts("d1", (condition("Ready", true=False),)), DiskFacts("d2", (condition("Ready"),))),
            ),
            "gone",
            "Ready KubernetesNodeGone, disk d1 not ready, scheduling off",
            id="gone",
        ),
        pytest.param(node(), "unknown", "no Longhorn node", id="unknown"),
    ],
)
def test_nodes(facts: NodeFacts, kubernetes: str, longhorn: str) -> None:
    """What is not as it should be is said, else that all is well."""
    assert kubernetes_words(facts) == kubernetes
    assert longhorn_words(facts) == longhorn


@pytest.mark.parametrize("gate", ["latched", "fixed", "open", "unknown"])
def test_gates(gate: str) -> None:
    """Every gate is put into words."""
    assert "deadlock" in gate_words(gate)
