"""Instance managers that do not run: since when, and which of them matter; and what their lists hold too much."""

from __future__ import annotations

import pytest

from found import (
    ago,
    attached,
    copies,
    core,
    detached,
    down,
    failed,
    found,
    host,
    hosts,
    manager,
    record,
    running,
    stopped,
)
from longhorn_cr_exporter.diagnosis.finding import Finding
from longhorn_cr_exporter.model.meta import Object
from sample import NOW, engine

WELL = hosts("n1", "n2", "n3")
LACKING = [attached(robustness="degraded", lastDegradedAt=ago(60)), *running(), *copies("n1", "n2")]
V2_DOWN = manager(name="im-v2", data_engine="v2", state="error")


def _failed_of_w(minutes: float) -> Object:
    [copy] = copies("n3", of="w", state="stopped", failedAt=ago(minutes))
    return copy


def told(*objects: Object) -> dict[str, Finding]:
    """Return what is found of instance managers and of nodes of no use, by pattern."""
    wanted = {"instance-manager-down", "node-unusable", "engine-record-leaked"}
    return {f.id: f for f in found(*WELL, *objects) if f.id in wanted}


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [
        pytest.param([failed("n3", 50)], 50, id="its replica failed after the cordon"),
        pytest.param([failed("n3", 30), _failed_of_w(50)], 50, id="the first of two failures counts"),
        pytest.param([failed("n3", 70)], 60, id="its replica failed before: the cordon stands for it"),
        pytest.param(copies("n3", state="stopped"), 60, id="no replica failed: the cordon stands for it"),
    ],
)
def test_since_when_it_is_down_under_a_cordon(failures: list[Object], minutes: float) -> None:
    """Where it was down when first seen: the first failure after the cordon, since none restarts it."""
    lacking = [core("n3", ready=False, since=45, cordoned=60)]
    finding = told(*LACKING, *failures, *host("n3", cordoned=60), *lacking, manager("n3", state="error"))
    assert finding["instance-manager-down"].since == NOW - 60 * minutes


def test_a_node_without_any_is_told_once() -> None:
    """Of the node, not of its instance manager as well."""
    assert told(manager("n2", state="error")).keys() == {"node-unusable"}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        pytest.param([], {"instance-manager-down"}, id="Ready"),
        pytest.param(down("n1", since=60), set(), id="down"),
        pytest.param(host("n1", cordoned=60), set(), id="cordoned, and no volume misses it"),
    ],
)
def test_another_data_engines(node: list[Object], expected: set[str]) -> None:
    """It should run where its node is open."""
    assert told(*node, V2_DOWN).keys() == expected


def test_the_list_of_one_that_is_not_heard_is_merely_old() -> None:
    """Its node is down, and the engine runs elsewhere."""
    moved = [attached(currentNodeID="n2"), *running("n2"), *copies("n1", "n2", "n3")]
    assert "engine-record-leaked" in told(*moved, manager("n3", instanceEngines=record("v-e-0")))
    assert told(*moved, *down("n3", since=2), manager("n3", state="unknown", instanceEngines=record("v-e-0"))) == {}


def test_a_dump_does_not_tell_since_when_an_engine_is_stopped() -> None:
    """Then a record of it is told: it would be gone within seconds."""
    idle = [detached(), *copies("n1", "n2", "n3"), manager("n2", instanceEngines=record("v-e-0", "stopped"))]
    assert "engine-record-leaked" in told(*idle, engine(state="stopped"))
    assert told(*idle, stopped(3)) == {}
