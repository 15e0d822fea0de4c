"""What looks like trouble and is none: every row of DOMAIN section 7. Nothing above info is told of it."""

from __future__ import annotations

import pytest

from found import (
    ago,
    attached,
    brief,
    copies,
    detached,
    down,
    failed,
    found,
    gone,
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
from sample import Json, condition, csi_attachment, engine, replica, setting, volume

WELL = hosts("n1", "n2", "n3")
THREE = copies("n1", "n2", "n3")
RESTING = copies("n1", "n2", "n3", state="stopped")
FIXED = setting("current-longhorn-version", "v1.8.1")
RECENT = setting("current-longhorn-version", "v1.10.1")
ONE = {"numberOfReplicas": 1}
NEW: Json = {"healthyAt": "", "made": 4}


def waiting(minutes: float, node: str = "n1") -> Object:
    """Return a workload's wish for the volume, so old."""
    return csi_attachment(node=node, created=ago(minutes))


def rebooting(minutes: float) -> list[Object]:
    """Return n3, not cordoned and not Ready since so many minutes."""
    return [*down("n3", since=minutes), manager("n3", state="unknown")]


LOOK_ALIKES = [
    pytest.param([FIXED, detached(conditions=unscheduled()), *RESTING, stopped()], id="Scheduled False, fixed release"),
    pytest.param(
        [FIXED, detached(conditions=unscheduled()), *RESTING, stopped(), waiting(1)],
        id="Scheduled False, fixed release, a workload comes",
    ),
    pytest.param([detached(), *RESTING, stopped(600)], id="scaled to zero"),
    pytest.param(
        [detached(kubernetesStatus={"lastPodRefAt": ago(50), "workloadsStatus": None}), *RESTING, stopped(50)],
        id="idle volume of a CronJob",
    ),
    pytest.param([detached(robustness="unknown"), *RESTING], id="robustness unknown while detached"),
    pytest.param([detached(), *RESTING, stopped(600), waiting(1.5)], id="normal attach, as long as CSI waits"),
    pytest.param([detached(), *RESTING, stopped(600), waiting(5)], id="slow attach, five minutes"),
    pytest.param(
        [detached(), *RESTING, stopped(2), waiting(3, "n2"), *host("n1", cordoned=4)], id="move during a drain"
    ),
    pytest.param(
        [
            attached(robustness="unknown"),
            *copies("n2", "n3"),
            *copies("n1", state="unknown"),
            engine(state="unknown", nodeID="n1"),
            *down("n1", since=6.5),
            manager(state="unknown"),
            waiting(6, "n2"),
        ],
        id="move after the old node died, six minutes",
    ),
    pytest.param([attached(), *running(), *THREE, waiting(12, "n2")], id="move that takes twelve minutes"),
    pytest.param(
        [
            attached(robustness="degraded", lastDegradedAt=ago(8)),
            *running(),
            *copies("n1", "n2"),
            failed("n3", 8),
            *rebooting(8),
        ],
        id="node reboots, an attached volume is degraded",
    ),
    pytest.param(
        [volume(spec=ONE), *copies("n3", state="stopped"), *rebooting(9)],
        id="node reboots, with the only replica of a volume",
    ),
    pytest.param(
        [volume(spec=ONE), *copies("n3", state="stopped"), *rebooting(9), waiting(8, "n3")],
        id="node reboots, with the only replica of a volume whose pod is bound to it",
    ),
    pytest.param(
        [detached(spec={"fromBackup": "s3://b"}, restoreRequired=True), *copies("n1", "n2", "n3", **NEW), waiting(55)],
        id="restore in progress, a pod waits for it",
    ),
    pytest.param(
        [
            attached(spec={"Standby": True}, restoreRequired=True, isStandby=True),
            *running(),
            *THREE,
            tickets("volume-restore-controller", minutes=9000),
        ],
        id="standby volume",
    ),
    pytest.param(
        [
            detached(spec={"dataSource": "vol://origin"}, cloneStatus={"state": "initiated"}),
            *copies("n1", "n2", "n3", **NEW),
            waiting(30),
        ],
        id="clone in progress",
    ),
    pytest.param(
        [
            detached(conditions=unscheduled(4)),
            *copies("n1", "n2", **NEW),
            replica("v-r-x", node="", healthyAt=""),
            waiting(4),
        ],
        id="new volume that finds no place yet",
    ),
    pytest.param([detached(), *copies("n1", "n2", "n3", healthyAt="")], id="volume that nobody has used yet"),
    pytest.param(
        [
            RECENT,
            detached(spec={"dataLocality": "best-effort"}),
            *(replica(f"v-r-{i}", node="", healthyAt="", state="stopped") for i in range(3)),
        ],
        id="best-effort before its first attach",
    ),
    pytest.param(
        [
            RECENT,
            detached(spec={**ONE, "dataLocality": "strict-local"}),
            replica("v-r-1", node="", healthyAt="", state="stopped"),
        ],
        id="strict-local before its first attach",
    ),
    pytest.param([attached(), *running(), *THREE, tickets("backup-controller", minutes=59)], id="backup attaches it"),
    pytest.param(
        [attached(), *running(), *THREE, tickets("snapshot-controller", minutes=59)], id="snapshot attaches it"
    ),
    pytest.param(
        [
            attached(state="attaching", currentNodeID=""),
            *RESTING,
            stopped(300, nodeID="n1", desireState="running"),
            tickets("snapshot-controller", minutes=1, satisfied=False),
        ],
        id="recurring job begins to attach it",
    ),
    pytest.param(
        [
            FIXED,
            attached(robustness="degraded", lastDegradedAt=ago(20)),
            *running(
                replicaModeMap={"v-r-n1": "RW", "v-r-n2": "RW", "v-r-n3": "WO"},
                currentReplicaAddressMap={"v-r-n3": "10.0.0.3:10000"},
            ),
            *copies("n1", "n2"),
            *copies("n3", healthyAt="", made=20),
            tickets("volume-rebuilding-controller"),
        ],
        id="offline rebuild of a detached volume",
    ),
    pytest.param(
        [
            attached(),
            *running(),
            *copies("n1", "n2"),
            *copies("n3", evictionRequested=True),
            *hosts("n4"),
            *copies("n4", healthyAt="", made=1),
            tickets("volume-eviction-controller"),
        ],
        id="eviction of a detached volume's replica",
    ),
    pytest.param([attached(), *running(), *THREE, tickets("longhorn-api", minutes=600)], id="attached for maintenance"),
    pytest.param(
        [
            attached(spec={"migrationNodeID": "n2", "migratable": True}, currentMigrationNodeID="n2"),
            *running(),
            engine("v-e-1", nodeID="n2", active=False, status={"instanceManagerName": "im-n2"}),
            *THREE,
            *(
                replica(f"{n}-copy", node=n, active=False, meta={"creationTimestamp": ago(1)})
                for n in ("n1", "n2", "n3")
            ),
            waiting(4, "n2"),
        ],
        id="live migration: two engines, twice the replicas",
    ),
    pytest.param(
        [
            attached(),
            *running(),
            *THREE,
            *(
                replica(f"{n}-copy", node=n, active=False, meta={"creationTimestamp": ago(59)})
                for n in ("n1", "n2", "n3")
            ),
        ],
        id="engine upgrade: extra inactive replicas",
    ),
    pytest.param(
        [attached(), *running(), *THREE, manager(name="im-n1-new"), manager("n2", name="im-n2-new", state="stopped")],
        id="two instance managers after an upgrade",
    ),
    pytest.param(
        [
            attached(robustness="degraded", lastDegradedAt=ago(14)),
            *running(),
            *copies("n1", "n2"),
            *copies("n3", made=14, healthyAt=""),
            *host("n2", cordoned=60),
            manager("n2", name="im-n2-new", state="stopped"),
        ],
        id="a second instance manager made under a cordon",
    ),
    pytest.param(
        [detached(), *RESTING, stopped(70), *host("n3", cordoned=60), manager("n3", state="error")],
        id="instance manager gone on a drained node",
    ),
    pytest.param(
        [
            attached(spec={"numberOfReplicas": 2}),
            *running(),
            *copies("n1", "n2"),
            *host("n3", cordoned=60),
            manager("n3", state="error"),
        ],
        id="instance manager gone on a drained node that no attached volume misses",
    ),
    pytest.param([attached(), *running(), *THREE, *host("n3", cordoned=300)], id="plain cordon"),
    pytest.param([detached(), *RESTING, *host("n1", cordoned=9), *host("n3", cordoned=9)], id="two plain cordons"),
    pytest.param(
        [attached(), *running(), *THREE, gone("n4", since=14), manager("n4", state="error")],
        id="scaled-down node",
    ),
    pytest.param(
        [attached(), *running(), *THREE, failed("n4", 9), gone("n4", since=9), manager("n4", state="error")],
        id="scaled-down node with a failed replica",
    ),
    pytest.param(
        [
            *host("n4", cordoned=60),
            attached(
                spec={"dataLocality": "best-effort", "nodeID": "n4"}, currentNodeID="n4", conditions=unscheduled()
            ),
            *running("n4"),
            *THREE,
        ],
        id="best-effort consumer on a cordoned node",
    ),
    pytest.param(
        [*hosts("n4"), attached(), *running(), *THREE, *copies("n4", healthyAt="", made=1)], id="auto-balance: N+1"
    ),
    pytest.param(
        [*hosts("n4"), attached(), *running(), *copies("n1", "n2", "n4"), *copies("n3", evictionRequested=True)],
        id="eviction: N+1",
    ),
    pytest.param([*hosts("n1"), attached(), *running(), *THREE], id="ALLOWED DISRUPTIONS 0: every node has its budget"),
    pytest.param([volume(status={"state": "creating", "conditions": None})], id="being created"),
    pytest.param(
        [attached(state="detaching", robustness="unknown"), engine(state="stopping", nodeID="n1"), *THREE],
        id="being detached",
    ),
    pytest.param(
        [
            detached(robustness="faulted"),
            *(failed(node, 0.05) for node in ("n1", "n2", "n3")),
            stopped(0, nodeID="n1", desireState="running"),
        ],
        id="auto-salvage, three seconds",
    ),
    pytest.param(
        [volume(meta={"deletionTimestamp": ago(60)}, status={"robustness": "faulted"}), failed("n1", 90)],
        id="being deleted",
    ),
    pytest.param(
        [
            detached(),
            *RESTING,
            waiting(9),
            stopped(0, nodeID="n1", desireState="running"),
            manager(instanceEngines=record("v-e-0")),
            volume(status={"conditions": [condition("Scheduled", since=ago(4))]}),
        ],
        id="engine starting: its process is there before it is called running",
    ),
]


@pytest.mark.parametrize("objects", LOOK_ALIKES)
def test_look_alike_stays_silent(objects: list[Object]) -> None:
    """Nothing above info is told."""
    assert brief(found(*WELL, *objects)) == []


@pytest.mark.parametrize("objects", LOOK_ALIKES)
def test_look_alike_stays_silent_for_an_exporter_that_runs_for_long(objects: list[Object]) -> None:
    """The same where the exporter saw all of it four minutes ago, and remembers that."""
    assert brief(found(*WELL, *objects, seen=4)) == []


def test_more_replicas_than_nodes_is_one_ticket() -> None:
    """Told once, and as a warning: neither the deficit nor the rebuild that cannot be is told beside it."""
    asking = attached(robustness="degraded", lastDegradedAt=ago(600))
    told = brief(found(*hosts("n1", "n2"), asking, *running(), *copies("n1", "n2")))
    assert told == [("replicas-exceed-nodes", "warning", "v")]
