"""What is found wrong with volumes: the patterns of DOMAIN section 6, each with the little that makes it so."""

from __future__ import annotations

import pytest

from found import (
    IMAGE,
    ago,
    attached,
    brief,
    copies,
    core,
    detached,
    engine_image,
    failed,
    found,
    home,
    host,
    hosts,
    look,
    manager,
    record,
    running,
    state_of,
    stopped,
    tickets,
    unscheduled,
)
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import KUBERNETES_NODES
from sample import Json, condition, csi_attachment, replica, setting, volume

WELL = hosts("n1", "n2", "n3")
ALLOWED = setting("allow-volume-creation-with-degraded-availability", "true")
LATCHED = [detached(conditions=unscheduled()), *copies("n1", "n2", state="stopped"), stopped()]
DEGRADED: Json = {"robustness": "degraded", "lastDegradedAt": ago(20)}
ONE_OF_TWO = [
    attached(spec={"numberOfReplicas": 2}, robustness="degraded", lastDegradedAt=ago(1)),
    *running("n2"),
    *copies("n2"),
    failed("n1", 1),
]


def waiting(minutes: float = 20, node: str = "n1") -> Object:
    """Return a workload's wish for the volume, so old."""
    return csi_attachment(node=node, created=ago(minutes))


FOUND = [
    # 4. The deadlock
    pytest.param(
        [*WELL, *LATCHED, waiting(0)], ("volume-deadlocked", "critical", "v"), id="deadlocked, whatever its age"
    ),
    pytest.param(
        [
            *WELL,
            detached(conditions=unscheduled()),
            *copies("n1", "n2", "n3", state="stopped"),
            failed("n3", 5),
            waiting(0),
        ],
        ("volume-deadlocked", "critical", "v"),
        id="deadlocked with three CRs of three, one failed",
    ),
    pytest.param([*WELL, *LATCHED], ("volume-latent", "warning", "v"), id="latent"),
    pytest.param(
        [*WELL, attached(conditions=unscheduled(0), **DEGRADED), *running(), *copies("n1", "n2"), failed("n3", 20)],
        ("volume-armed", "warning", "v"),
        id="armed, whatever its age",
    ),
    pytest.param(
        [*WELL, attached(**DEGRADED), *running(), *copies("n1", "n2"), failed("n3", 9), *host("n3", cordoned=15)],
        ("volume-exposed", "info", "v"),
        id="exposed",
    ),
    pytest.param(
        [
            *WELL,
            detached(conditions=unscheduled(11)),
            *copies("n1", healthyAt=""),
            replica("v-r-2", node="", healthyAt=""),
        ],
        ("volume-unschedulable", "warning", "v"),
        id="never placed",
    ),
    # 5. Attach wedges
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n3"), waiting(), *host("n1", cordoned=30), manager(state="error")],
        ("attach-stuck", "critical", "v"),
        id="no instance manager on a cordoned node",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n3"), waiting(), manager(state="error")],
        ("attach-stuck", "critical", "v"),
        id="no instance manager on a node that came back",
    ),
    pytest.param(
        [
            *WELL,
            attached(state="attaching", robustness="unknown", currentNodeID=""),
            *copies("n1", "n2", "n3"),
            waiting(),
            stopped(nodeID="n1", desireState="running"),
            manager(instanceEngines=record("v-e-0", "stopped")),
        ],
        ("attach-stuck", "critical", "v"),
        id="leaked engine record",
    ),
    pytest.param(
        [*WELL, detached(spec={"image": IMAGE}), *copies("n1", "n2", "n3"), waiting(), engine_image(n1=False, n2=True)],
        ("attach-stuck", "critical", "v"),
        id="engine image not deployed",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n3"), waiting(), core(ready=False, since=11)],
        ("attach-stuck", "critical", "v"),
        id="node down for longer than a reboot",
    ),
    pytest.param(
        [*WELL, attached(currentNodeID="n2"), *running("n2"), *copies("n1", "n2", "n3"), waiting(16)],
        ("attach-stuck", "critical", "v"),
        id="attached elsewhere for longer than any move",
    ),
    pytest.param(
        [*WELL, detached(conditions=unscheduled(20)), replica("v-r-2", node="", healthyAt=""), waiting()],
        ("attach-stuck", "critical", "v"),
        id="never placed and waited for",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n3"), waiting(6)],
        ("attach-stuck", "warning", "v"),
        id="in progress for longer than an attach takes",
    ),
    pytest.param(
        [
            *WELL,
            attached(state="attaching", currentNodeID=""),
            *copies("n1", "n2", "n3"),
            stopped(60, nodeID="n1", desireState="running"),
            tickets("backup-controller", minutes=6, satisfied=False),
        ],
        ("engine-stopped", "warning", "v-e-0"),
        id="engine stopped although a backup wants it",
    ),
    # 2. Redundancy
    pytest.param(
        [*WELL, attached(robustness="degraded", lastDegradedAt=ago(31)), *running(), *copies("n1", "n2")],
        ("redundancy-low", "warning", "v"),
        id="attached and degraded for half an hour",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n3", state="stopped"), core("n3", ready=False, since=31)],
        ("redundancy-low", "warning", "v"),
        id="detached, one node down for half an hour",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", state="stopped"), failed("n3", 31)],
        ("redundancy-low", "warning", "v"),
        id="detached, one replica failed half an hour ago",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", state="stopped")],
        ("redundancy-low", "warning", "v"),
        id="detached, one replica CR missing",
    ),
    pytest.param(
        [*WELL, *ONE_OF_TWO, *host("n2", cordoned=0)],
        ("redundancy-low", "critical", "v"),
        id="the last of two on a node just cordoned",
    ),
    pytest.param(
        [*WELL, detached(), failed("n1", 3), failed("n2", 9), failed("n3", 9)],
        ("redundancy-lost", "critical", "v"),
        id="all failed",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n8", "n9", state="stopped")],
        ("redundancy-lost", "critical", "v"),
        id="all on nodes that are gone",
    ),
    pytest.param(
        [
            *WELL,
            volume(spec={"numberOfReplicas": 1}),
            *copies("n1", state="stopped"),
            core(ready=False, since=11),
            home(ready=False, reason="KubernetesNodeNotReady", since=11),
        ],
        ("redundancy-lost", "critical", "v"),
        id="the only one on a node down for longer than a reboot",
    ),
    pytest.param(
        [*WELL, detached(robustness="faulted"), failed("n1", 3)], ("redundancy-lost", "critical", "v"), id="faulted"
    ),
    pytest.param(
        [*WELL, detached(spec={"dataLayout": {"type": "sharded"}}, robustness="faulted")],
        ("redundancy-lost", "critical", "v"),
        id="faulted, sharded",
    ),
    pytest.param(
        [*hosts("n1", "n2"), attached(robustness="degraded", lastDegradedAt=ago(31)), *running(), *copies("n1", "n2")],
        ("replicas-exceed-nodes", "warning", "v"),
        id="more wanted than there are nodes: one ticket",
    ),
    # 3. Rebuilds
    pytest.param(
        [*WELL, attached(**DEGRADED), *running(), *copies("n1", "n2"), failed("n3", 20)],
        ("rebuild-stalled", "warning", "v"),
        id="degraded and nothing rebuilding",
    ),
    pytest.param(
        [*WELL, attached(**DEGRADED), *running(), *copies("n1", "n2"), *copies("n3", made=20, healthyAt="")],
        ("replica-unadopted", "warning", "v-r-n3"),
        id="a replica that its engine does not know",
    ),
    pytest.param(
        [*WELL, attached(**DEGRADED), *running(), *copies("n1", "n2"), failed("n3", 21)],
        ("replica-deletion-imminent", "warning", "v-r-n3"),
        id="a failed replica goes in nine minutes",
    ),
    # 9. False redundancy
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2"), replica("v-r-4", node="n2")],
        ("false-redundancy", "info", "v"),
        id="two on one node",
    ),
    pytest.param(
        [*host("n1", zone="a"), *host("n2", zone="a"), *host("n3", zone="b"), detached(), *copies("n1", "n2")],
        ("false-redundancy", "info", "v"),
        id="all in one zone of two",
    ),
    pytest.param(
        [*WELL, volume(spec={"numberOfReplicas": 1}), *copies("n1")], ("single-replica", "info", "v"), id="one"
    ),
    # 10. Hygiene
    pytest.param(
        [
            *WELL,
            detached(),
            *copies("n1", "n2", "n3"),
            *(replica(f"v-r-x{i}", node="n1", failedAt=ago(5), meta={"creationTimestamp": ago(61)}) for i in range(6)),
        ],
        ("replica-leak", "warning", "v"),
        id="nine CRs for three, an hour long",
    ),
    pytest.param(
        [
            *WELL,
            attached(),
            *running(),
            *copies("n1", "n2", "n3", made=90),
            replica("v-r-x", node="n1", active=False, meta={"creationTimestamp": ago(61)}),
        ],
        ("replicas-left-over", "warning", "v"),
        id="an inactive copy, an hour after its upgrade",
    ),
]


@pytest.mark.parametrize(("objects", "expected"), FOUND)
def test_pattern_is_found(objects: list[Object], expected: tuple[str, str, str]) -> None:
    """The pattern is told, with its severity, of the object it is about; and nothing else is as urgent."""
    told = brief(found(*objects), info=True)
    assert expected in told
    assert [finding for finding in told if finding[1] == "critical" and finding != expected] == []


@pytest.mark.parametrize(
    "robustness", [pytest.param("faulted", id="faulted"), pytest.param("unknown", id="not called faulted")]
)
def test_without_nodes_only_longhorns_word_counts(robustness: str) -> None:
    """A dump without core Nodes: what failed is told where Longhorn calls the volume faulted, and only there."""
    told = brief(found(*WELL, detached(robustness=robustness), failed("n1", 60), unknown=[KUBERNETES_NODES]))
    assert told == ([("redundancy-lost", "critical", "v")] if robustness == "faulted" else [])


def test_degraded_availability_is_not_asked_for_where_it_is_allowed() -> None:
    """Longhorn clears the deadlock at its next sync: the advice is to look."""
    [deadlocked] = [f for f in found(*WELL, *LATCHED, waiting(), ALLOWED) if f.severity == "critical"]
    assert "next sync" in deadlocked.action
    assert "patch" not in deadlocked.action


def test_a_deadlock_is_told_once() -> None:
    """Neither the wait for the attach nor the stopped engine is told beside it."""
    told = [id_ for id_, _, _ in brief(found(*WELL, *LATCHED, waiting(60)))]
    assert "attach-stuck" not in told
    assert "engine-stopped" not in told


def test_after_the_cure_csi_has_five_minutes() -> None:
    """Scheduled is True again since 4 minutes: nothing is in the way, the attacher backs off. After 6 it is told."""
    cured = detached(conditions=[*_scheduled(4)])
    objects = [*WELL, cured, *copies("n1", "n2", "n3", state="stopped"), stopped(60, nodeID="n1"), waiting(90)]
    state = state_of(objects)
    assert brief(look(state)) == []
    assert brief(look(state, later=2)) == [("attach-stuck", "warning", "v")]


def _scheduled(minutes: float) -> list[Json]:
    return [condition("Scheduled", since=ago(minutes))]


def test_a_loss_at_an_unknown_time_may_be_the_newest() -> None:
    """Of two losses and one replica lacking, the older proves nothing: before the newer, all may have been well."""
    spare = [detached(), *copies("n1", "n2", "n9", state="stopped"), failed("n3", 900)]
    assert "redundancy-low" not in {finding.id for finding in found(*WELL, *spare)}
