"""From when on something is told: silent at the threshold, told just after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from found import (
    ago,
    attached,
    copies,
    core,
    detached,
    failed,
    found,
    gone,
    home,
    host,
    hosts,
    manager,
    record,
    running,
    stopped,
    tickets,
    unscheduled,
)
from longhorn_cr_exporter.model.meta import Object
from sample import csi_attachment, replica, setting, volume

WELL = hosts("n1", "n2", "n3")
ONE = {"numberOfReplicas": 1}
LASTING = [attached(robustness="degraded", lastDegradedAt=ago(200)), *running(), *copies("n1", "n2")]


def waiting(minutes: float) -> Object:
    """Return a workload's wish for the volume, so old."""
    return csi_attachment(created=ago(minutes))


def extra(number: int, minutes: float, **spec: Any) -> list[Object]:
    """Return so many more replica CRs on n1, made so many minutes ago."""
    meta = {"creationTimestamp": ago(minutes)}
    return [replica(f"v-r-x{i}", node="n1", meta=meta, **spec) for i in range(number)]


THRESHOLDS = [
    pytest.param("attach-stuck", 5, lambda m: [detached(), *copies("n1", "n2", "n3"), waiting(m)], id="in progress"),
    pytest.param(
        "attach-stuck",
        5,
        lambda m: [detached(conditions=unscheduled(m)), *extra(1, 60, healthyAt=""), _unplaced(), waiting(60)],
        id="waits for a place: since there was none",
    ),
    pytest.param(
        "volume-unschedulable",
        10,
        lambda m: [detached(conditions=unscheduled(m)), *extra(1, 60, healthyAt=""), _unplaced()],
        id="never placed",
    ),
    pytest.param(
        "engine-stopped",
        5,
        lambda m: [_attaching(), *copies("n1", "n2", "n3"), stopped(m, desireState="running"), _job(60)],
        id="engine: since it is stopped",
    ),
    pytest.param(
        "engine-stopped",
        5,
        lambda m: [_attaching(), *copies("n1", "n2", "n3"), stopped(60, desireState="running"), _job(m)],
        id="engine: since it is wanted",
    ),
    pytest.param(
        "redundancy-low",
        30,
        lambda m: [detached(), *copies("n1", "n2"), failed("n3", m)],
        id="replica failed",
    ),
    pytest.param(
        "redundancy-low",
        30,
        lambda m: [detached(), *copies("n1", "n2", "n3"), core("n3", ready=False, since=m)],
        id="node not Ready",
    ),
    pytest.param(
        "redundancy-low",
        30,
        lambda m: [attached(robustness="degraded", lastDegradedAt=ago(m)), *running(), *copies("n1", "n2")],
        id="degraded",
    ),
    pytest.param(
        "redundancy-low",
        30,
        lambda m: [*hosts("n4"), attached(), *running(), *copies("n1", "n2"), failed("n3", 900), failed("n4", m)],
        id="of two losses and one lacking, the newer counts",
    ),
    pytest.param(
        "redundancy-low",
        30,
        lambda m: [detached(), *copies("n1", "n9"), failed("n2", m)],
        id="of two lacking, one on a node gone nobody knows when, the other proves it",
    ),
    pytest.param(
        "redundancy-lost", 2, lambda m: [detached(), failed("n1", 900), failed("n2", m), failed("n3", 900)], id="failed"
    ),
    pytest.param(
        "redundancy-lost",
        10,
        lambda m: [volume(spec=ONE), *copies("n1"), core(ready=False, since=m)],
        id="node not Ready for longer than the replenishment interval",
    ),
    pytest.param(
        "redundancy-lost",
        3,
        lambda m: [_interval(180), volume(spec=ONE), *copies("n1"), core(ready=False, since=m)],
        id="a shorter interval",
    ),
    pytest.param(
        "redundancy-lost",
        30,
        lambda m: [_interval(86400), volume(spec=ONE), *copies("n1"), core(ready=False, since=m)],
        id="an interval beyond reason",
    ),
    pytest.param(
        "redundancy-lost",
        2,
        lambda m: [_interval(0), volume(spec=ONE), *copies("n1"), core(ready=False, since=m)],
        id="no interval",
    ),
    pytest.param(
        "redundancy-lost",
        10,
        lambda m: [volume(spec=ONE), *copies("n9"), gone("n9", since=m)],
        id="node gone",
    ),
    pytest.param(
        "rebuild-stalled",
        15,
        lambda m: [attached(robustness="degraded", lastDegradedAt=ago(m)), *running(), *copies("n1", "n2")],
        id="degraded and nothing rebuilding",
    ),
    pytest.param("rebuild-stalled", 15, lambda m: [*LASTING, failed("n3", m)], id="since the last rebuild failed"),
    pytest.param(
        "rebuild-stalled", 15, lambda m: [*LASTING, _unplaced(made=m)], id="since Longhorn last made a replica"
    ),
    pytest.param(
        "rebuild-stalled",
        15,
        lambda m: [*LASTING, *copies("n2", healthyAt=ago(m))],
        id="since a replica was last rebuilt",
    ),
    pytest.param(
        "replica-unadopted", 15, lambda m: [*LASTING, *copies("n3", made=m, healthyAt="")], id="unadopted since made"
    ),
    pytest.param(
        "replica-unadopted",
        15,
        lambda m: [
            attached(robustness="degraded", lastDegradedAt=ago(m)),
            *running(),
            *copies("n1", "n2"),
            *copies("n3", healthyAt=""),
        ],
        id="unadopted since degraded",
    ),
    pytest.param(
        "replica-deletion-imminent",
        19.98,
        lambda m: [*LASTING, failed("n3", m)],
        id="a failed replica, 10 minutes before it is stale",
    ),
    pytest.param("node-ghost", 15, lambda m: [gone("n4", since=m)], id="node ghost"),
    pytest.param(
        "replica-ghost",
        15,
        lambda m: [detached(), *copies("n1", "n2", "n4"), gone("n4", since=m)],
        id="replica ghost",
    ),
    pytest.param(
        "node-unusable", 5, lambda m: [home(faults={"status": "False"}), core(since=m)], id="since the node is Ready"
    ),
    pytest.param(
        "node-unusable",
        5,
        lambda m: [home(faults={"status": "False", "lastTransitionTime": ago(m)})],
        id="since the disk is not",
    ),
    pytest.param("node-unusable", 5, lambda m: [manager(state="starting", made=m)], id="since its manager was made"),
    pytest.param("node-unusable", 5, lambda m: [home(since=m), manager(state="error")], id="since it was uncordoned"),
    pytest.param(
        "instance-manager-down",
        10,
        lambda m: [manager(name="im-v2", data_engine="v2", state="error", made=m)],
        id="another data engine's manager, since it was made",
    ),
    pytest.param(
        "instance-manager-down",
        10,
        lambda m: [manager(name="im-v2", data_engine="v2", state="error"), core(since=m)],
        id="another data engine's manager, since its node is Ready",
    ),
    pytest.param(
        "instance-manager-down",
        2,
        lambda m: [*LASTING, failed("n3", m), *host("n3", cordoned=60), manager("n3", state="error")],
        id="under a cordon, since its replicas failed",
    ),
    pytest.param(
        "instance-manager-down",
        2,
        lambda m: [
            *LASTING,
            *copies("n3", state="stopped"),
            *host("n3", cordoned=m),
            core("n3", ready=False, since=m, cordoned=m),
            manager("n3", state="error"),
        ],
        id="under a cordon, where no replica tells",
    ),
    pytest.param(
        "engine-record-leaked",
        5,
        lambda m: [
            detached(),
            *copies("n1", "n2", "n3"),
            stopped(m),
            manager(instanceEngines=record("v-e-0", "stopped")),
        ],
        id="a stopped engine still listed",
    ),
    pytest.param("old-ticket", 60, lambda m: [attached(), tickets("backup-controller", minutes=m)], id="old backup"),
    pytest.param(
        "replica-leak", 60, lambda m: [detached(), *copies("n1", "n2", "n3"), *extra(6, m, failedAt=ago(1))], id="leak"
    ),
    pytest.param(
        "replicas-left-over",
        60,
        lambda m: [detached(), *copies("n1", "n2", "n3", made=200), *extra(1, m, active=False)],
        id="left over",
    ),
    pytest.param(
        "replicas-left-over",
        60,
        lambda m: [detached(), *copies("n1", "n2", "n3", made=m), *extra(1, 200, active=False)],
        id="left over: since the new ones were made",
    ),
]


@pytest.mark.parametrize(("pattern", "limit", "objects"), THRESHOLDS)
def test_threshold(pattern: str, limit: float, objects: Callable[[float], list[Object]]) -> None:
    """Minutes after which it is told, and not before."""
    assert pattern not in [f.id for f in found(*WELL, *objects(limit))]
    assert pattern in [f.id for f in found(*WELL, *objects(limit + 0.02))]


@pytest.mark.parametrize(
    ("cause", "limit", "objects"),
    [
        pytest.param(
            "a move", 15, lambda m: [attached(currentNodeID="n2"), *running("n2"), *copies("n1"), waiting(m)], id="move"
        ),
        pytest.param(
            "a reboot",
            10,
            lambda m: [detached(), waiting(60), core(ready=False, since=m)],
            id="reboot since the node went",
        ),
        pytest.param(
            "a reboot", 10, lambda m: [detached(), waiting(m), core(ready=False, since=60)], id="reboot since asked for"
        ),
        pytest.param(
            "no manager",
            5,
            lambda m: [detached(), waiting(60), manager(state="error", made=m)],
            id="no instance manager",
        ),
    ],
)
def test_a_wait_becomes_urgent(cause: str, limit: float, objects: Callable[[float], list[Object]]) -> None:
    """What is part of a move, a reboot or a restore is merely good to know, until it lasts for longer than these."""
    assert "critical" not in _severities(objects(limit)), cause
    assert "critical" in _severities(objects(limit + 0.02)), cause


@pytest.mark.parametrize(
    "volume_",
    [
        pytest.param(detached(restoreRequired=True), id="restore"),
        pytest.param(detached(spec={"dataSource": "vol://a"}), id="clone"),
        pytest.param(detached(spec={"migrationNodeID": "n2"}), id="migration"),
    ],
)
def test_what_takes_its_time_is_never_urgent(volume_: Object) -> None:
    """Told as good to know, after however long."""
    assert _severities([volume_, waiting(9000)]) == ["info"]


def _severities(objects: list[Object]) -> list[str]:
    return [f.severity for f in found(*WELL, *objects) if f.id == "attach-stuck"]


@pytest.mark.parametrize(
    ("minutes", "severity"), [pytest.param(10, "info", id="at ten"), pytest.param(10.1, "warning", id="after ten")]
)
def test_a_drain_hangs_after_ten_minutes(minutes: float, severity: str) -> None:
    """Since the cordon."""
    [told] = [
        f
        for f in found(*WELL, volume(spec=ONE), *copies("n1"), *host("n1", cordoned=minutes))
        if f.id == "drain-blocked" and f.name == "n1"
    ]
    assert told.severity == severity


def _unplaced(made: float = 60) -> Object:
    """Return a replica without a node, made so many minutes ago."""
    return replica("v-r-nowhere", node="", healthyAt="", meta={"creationTimestamp": ago(made)})


def _attaching() -> Object:
    return attached(state="attaching", robustness="unknown", currentNodeID="")


def _job(minutes: float) -> Object:
    return tickets("snapshot-controller", minutes=minutes, satisfied=False)


def _interval(seconds: int) -> Object:
    return setting("replica-replenishment-wait-interval", str(seconds))
