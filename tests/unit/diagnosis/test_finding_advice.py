"""What to do about a finding hangs on what is wrong, and on what the cluster has."""

from __future__ import annotations

import pytest

from found import (
    IMAGE,
    ago,
    attached,
    copies,
    core,
    detached,
    down,
    engine_image,
    failed,
    found,
    gone,
    host,
    hosts,
    manager,
    record,
    running,
    stopped,
    unscheduled,
)
from longhorn_cr_exporter.diagnosis.finding import Finding
from longhorn_cr_exporter.model.meta import Object
from sample import csi_attachment, replica, setting, volume

WELL = hosts("n1", "n2", "n3")
WAITING = csi_attachment(created=ago(60))
RELEASE_1_9 = setting("current-longhorn-version", "v1.9.1")
TWO_OF_THREE = [attached(robustness="degraded", lastDegradedAt=ago(40)), *running(), *copies("n1", "n2")]


def told(objects: list[Object], pattern: str) -> Finding:
    """Return what is found of a pattern in a cluster with these objects."""
    [finding] = [f for f in found(*WELL, *objects) if f.id == pattern]
    return finding


@pytest.mark.parametrize(
    ("objects", "why", "command"),
    [
        pytest.param(
            [detached(), manager(state="error"), *host("n1", cordoned=60), manager(state="error")],
            "no instance manager runs on n1",
            "kubectl uncordon n1",
            id="no instance manager, cordoned",
        ),
        pytest.param(
            [detached(), manager(state="error")],
            "no instance manager runs on n1",
            "kubectl -n longhorn-system describe instancemanagers.longhorn.io -l longhorn.io/node=n1",
            id="no instance manager",
        ),
        pytest.param(
            [detached(), *down("n1", since=60)], "node n1 is not Ready", "kubectl describe node n1", id="node down"
        ),
        pytest.param(
            [detached(), core(ready=False, cordoned=60, since=60)],
            "node n1 is not Ready",
            "kubectl uncordon n1",
            id="node down, cordoned",
        ),
        pytest.param(
            [detached(spec={"image": IMAGE}), engine_image(n1=False)],
            "its engine image is not deployed on n1",
            "kubectl cordon n1",
            id="engine image",
        ),
        pytest.param(
            [
                attached(state="attaching", currentNodeID=""),
                stopped(nodeID="n1", desireState="running"),
                manager(instanceEngines=record("v-e-0", "stopped")),
            ],
            "an instance manager on n1 still lists its engine as if it were there (longhorn/longhorn #13687); on "
            "another node it would attach within seconds",
            "kubectl cordon n1",
            id="leaked record",
        ),
        pytest.param(
            [attached(currentNodeID="n2"), *running("n2")],
            "it is still attached to n2",
            "kubectl -n longhorn-system get volumeattachments.longhorn.io v -o yaml",
            id="elsewhere",
        ),
        pytest.param(
            [detached(conditions=unscheduled()), replica(node="", healthyAt="")],
            "some of its replicas have no node yet, and Longhorn refuses to attach it until each has",
            "kubectl -n longhorn-system describe volumes.longhorn.io v",
            id="no place",
        ),
        pytest.param(
            [detached()],
            "Longhorn gives no reason",
            "kubectl -n longhorn-system describe volumes.longhorn.io v",
            id="in progress",
        ),
    ],
)
def test_why_an_attach_is_stuck_and_what_to_do(objects: list[Object], why: str, command: str) -> None:
    """One reason and one command a cause."""
    finding = told([*copies("n1", "n2", "n3"), WAITING, *objects], "attach-stuck")
    assert finding.message == (
        f"A workload waits for volume v on n1 since 2026-03-02T11:00:00Z (1 h), and it is not attached: {why}"
    )
    assert finding.action.endswith(f": {command}")


@pytest.mark.parametrize(
    ("objects", "message", "command"),
    [
        pytest.param(
            [detached(robustness="faulted"), failed("n1", 60), failed("n2", 50), failed("n3", 55)],
            "Volume v has no usable replica left since 2026-03-02T11:10:00Z (50 min), of 3 wanted, and Longhorn calls "
            "it faulted (v-r-n1 on n1 failed, v-r-n2 on n2 failed, v-r-n3 on n3 failed)",
            "kubectl -n longhorn-system get replicas.longhorn.io -l longhornvolume=v -o wide",
            id="faulted",
        ),
        pytest.param(
            [detached(), failed("n1", 60), *copies("n2"), *down("n2", since=40), *copies("n9")],
            "Volume v has no usable replica left since 2026-03-02T11:20:00Z (40 min), of 3 wanted (v-r-n1 on n1 "
            "failed, v-r-n2 on n2, which is not Ready, v-r-n9 on n9, which is gone)",
            "kubectl get nodes",
            id="nodes away",
        ),
    ],
)
def test_how_the_last_copy_was_lost_and_what_to_do(objects: list[Object], message: str, command: str) -> None:
    """Since the last went; nodes are brought back, failed replicas salvaged."""
    finding = told(objects, "redundancy-lost")
    assert finding.message == message
    assert finding.action.endswith(f": {command}")


@pytest.mark.parametrize(
    ("objects", "command"),
    [
        pytest.param(
            [detached(), *copies("n1", "n2"), failed("n3", 40)],
            "kubectl -n longhorn-system get replicas.longhorn.io -l longhornvolume=v -o wide",
            id="detached, before offline rebuilding",
        ),
        pytest.param(
            [RELEASE_1_9, detached(), *copies("n1", "n2"), failed("n3", 40)],
            "kubectl -n longhorn-system patch volumes.longhorn.io v --type=merge -p "
            """'{"spec":{"offlineRebuilding":"enabled"}}'""",
            id="detached, with offline rebuilding",
        ),
        pytest.param(TWO_OF_THREE, "kubectl -n longhorn-system describe volumes.longhorn.io v", id="attached"),
        pytest.param(
            [detached(), *copies("n1", "n2", "n3"), *down("n3", since=40)], "kubectl get nodes", id="its node is away"
        ),
    ],
)
def test_how_redundancy_comes_back(objects: list[Object], command: str) -> None:
    """Longhorn rebuilds what is attached; from 1.9 on also what is not."""
    assert told(objects, "redundancy-low").action.endswith(f": {command}")


@pytest.mark.parametrize(
    ("objects", "why", "command"),
    [
        pytest.param(
            [setting("concurrent-replica-rebuild-per-node-limit", "0")],
            "the setting concurrent-replica-rebuild-per-node-limit is 0",
            "kubectl -n longhorn-system patch settings.longhorn.io concurrent-replica-rebuild-per-node-limit "
            """--type=merge -p '{"value":"5"}'""",
            id="rebuilding is off",
        ),
        pytest.param(
            [*host("n3", cordoned=60)],
            "no node could take a replica",
            "kubectl -n longhorn-system get nodes.longhorn.io",
            id="no node",
        ),
        pytest.param(
            [], "Longhorn gives no reason", "kubectl -n longhorn-system describe volumes.longhorn.io v", id="no reason"
        ),
    ],
)
def test_why_a_rebuild_is_stalled(objects: list[Object], why: str, command: str) -> None:
    """And what lets it go on."""
    finding = told([*TWO_OF_THREE, *objects], "rebuild-stalled")
    assert finding.message.endswith(f"and no replica is rebuilding: {why}")
    assert finding.action.endswith(f": {command}")


@pytest.mark.parametrize(
    ("nodes", "advice"),
    [
        pytest.param(["n1", "n9"], "If the node does not come back, delete it: kubectl -n", id="others are usable"),
        pytest.param(["n9"], "Do not delete it: no other replica is usable", id="the last one"),
    ],
)
def test_a_ghost_is_deleted_only_where_others_are_usable(nodes: list[str], advice: str) -> None:
    """It may be the last copy there is."""
    assert told([detached(), *copies(*nodes)], "replica-ghost").action.startswith(advice)


def test_a_ghost_node_tells_what_it_holds() -> None:
    """Replicas go first."""
    ghost = told([detached(), *copies("n1", "n2", "n4"), gone("n4", since=60)], "node-ghost")
    assert ghost.message.endswith("It still counts as the home of v-r-n4")
    assert "still counts" not in told([gone("n4", since=60)], "node-ghost").message


def test_strict_locality_wants_no_second_replica() -> None:
    """Longhorn refuses one."""
    local = volume(spec={"numberOfReplicas": 1, "dataLocality": "strict-local"})
    assert "patch" not in told([local, *copies("n1")], "single-replica").action


def test_an_exposed_volume_asks_for_the_cordoned_node_or_for_one_more() -> None:
    """Whatever would take its replica."""
    lacking = [attached(robustness="degraded", lastDegradedAt=ago(1)), *running(), *copies("n1", "n2"), failed("n3", 1)]
    assert told([*lacking, *host("n3", cordoned=5)], "volume-exposed").action.endswith(": kubectl uncordon n3")
    disabled = manager("n3", state="error")
    assert told([*lacking, disabled], "volume-exposed").action.endswith(" get nodes.longhorn.io")
