"""Counts of one volume: what is there, what could be lived on, what is lacking."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.fact import AttachFact, VolumeFacts
from longhorn_cr_exporter.diagnosis.fleet import Fleet
from longhorn_cr_exporter.diagnosis.redundancy import replica_state
from longhorn_cr_exporter.diagnosis.standing import Standing
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.diagnosis.volume import Rules, volume_facts
from longhorn_cr_exporter.model.engine import Engine
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.replica import Replica
from longhorn_cr_exporter.model.resource import CSI_ATTACHMENTS, KUBERNETES_NODES, REPLICAS
from longhorn_cr_exporter.model.time import parse_time
from sample import (
    FAILED_AT,
    NOW,
    cluster,
    condition,
    csi_attachment,
    engine,
    kubernetes_node,
    longhorn_node,
    replica,
    volume,
)

RELEASE = Version(1, 7, 2)
NODES: list[Object] = [kubernetes_node(name) for name in ("n1", "n2", "n3")]
THREE = [replica("a", node="n1"), replica("b", node="n2"), replica("c", node="n3")]


def judge(state: ClusterState) -> VolumeFacts:
    """Judge the volume "v"."""
    fleet = Fleet(state, RELEASE)
    rules = Rules(RELEASE, degraded_allowed=False, placement=fleet.rule)
    return volume_facts(state.volumes["v"], Standing("v", state, fleet, NOW), state, rules, before=None)


WRITE_ONLY = engine(status={"replicaModeMap": {"v-r-1": "WO"}})


@pytest.mark.parametrize(
    ("of", "served_by", "state"),
    [
        pytest.param(replica(), engine(status={"replicaModeMap": {"v-r-1": "RW"}}), "healthy", id="runs, was healthy"),
        pytest.param(replica(), None, "healthy", id="no engine to ask"),
        pytest.param(replica(), WRITE_ONLY, "rebuilding", id="the engine only writes to it"),
        pytest.param(replica(healthyAt=""), engine(), "rebuilding", id="runs, never healthy"),
        pytest.param(replica(state="stopped"), engine(), "stopped", id="stopped, as when detached"),
        pytest.param(replica(state="unknown"), engine(), "stopped", id="node not ready"),
        pytest.param(replica(failedAt=FAILED_AT, state="stopped"), engine(), "failed", id="failed"),
        pytest.param(replica(node="", healthyAt="", state="stopped"), engine(), "unscheduled", id="no node"),
        pytest.param(replica(active=False), engine(), "inactive", id="copy of a migration"),
        pytest.param(replica(active=False, failedAt=FAILED_AT), engine(), "inactive", id="inactive comes first"),
    ],
)
def test_replica_state(of: Replica, served_by: Engine | None, state: str) -> None:
    """Each replica counts as exactly one state."""
    assert replica_state(of, served_by) == state


def test_a_whole_volume_lacks_nothing() -> None:
    """Three of three on three nodes."""
    facts = judge(cluster(volume(), *THREE, *NODES))
    assert facts.replicas == {"healthy": 3}
    assert (facts.usable_replicas, facts.replica_deficit, facts.replica_surplus, facts.redundancy_deficit) == (
        3,
        0,
        0,
        0,
    )
    assert (facts.replica_nodes, facts.replica_zones) == (3, 1)


def test_deficit_counts_crs_and_redundancy_counts_usable_ones() -> None:
    """Two CRs of three wanted, one of them failed."""
    facts = judge(cluster(volume(), replica("a"), replica("b", node="n2", failedAt=FAILED_AT), *NODES))
    assert (facts.replica_deficit, facts.usable_replicas, facts.redundancy_deficit) == (1, 1, 2)


def test_inactive_copies_make_no_deficit_good_but_are_surplus() -> None:
    """A migration doubles the replicas; only the active ones count."""
    copies = [replica(f"{r.name}-2", node=r.spec.node_id, active=False) for r in THREE]
    facts = judge(cluster(volume(), *THREE[:2], *copies, *NODES))
    assert (facts.replica_deficit, facts.replica_surplus, facts.usable_replicas) == (1, 2, 2)


@pytest.mark.parametrize(
    "nodes",
    [
        pytest.param([kubernetes_node("n1"), kubernetes_node("n2")], id="node gone"),
        pytest.param(
            [kubernetes_node("n1"), kubernetes_node("n2"), kubernetes_node("n3", ready=False)], id="not Ready"
        ),
    ],
)
def test_a_replica_is_usable_only_on_a_node_that_is_there_and_ready(nodes: list[Object]) -> None:
    """Nobody marks it failed while the volume is detached."""
    assert judge(cluster(volume(), *THREE, *nodes)).usable_replicas == 2


def test_a_cordon_takes_nothing_away() -> None:
    """A plain cordon stays silent."""
    nodes = [kubernetes_node(name, cordoned=True) for name in ("n1", "n2", "n3")]
    assert judge(cluster(volume(), *THREE, *nodes)).usable_replicas == 3


def test_zones_and_shared_nodes() -> None:
    """Two replicas on one node; zones as Longhorn knows them."""
    zones = [longhorn_node("n1", status={"zone": "a"}), longhorn_node("n2", status={"zone": "b"})]
    facts = judge(cluster(volume(), replica("a"), replica("b"), replica("c", node="n2"), *NODES, *zones))
    assert (facts.replica_nodes, facts.replica_zones) == (2, 2)


def test_unreadable_nodes_leave_redundancy_unknown() -> None:
    """Counts of CRs stay true without nodes."""
    facts = judge(cluster(volume(), *THREE, unknown=[KUBERNETES_NODES]))
    assert (facts.usable_replicas, facts.redundancy_deficit, facts.replica_nodes) == (None, None, None)
    assert facts.replica_deficit == 0


def test_unreadable_replicas_leave_counts_unknown() -> None:
    """No count is made up."""
    facts = judge(cluster(volume(), *NODES, unknown=[REPLICAS]))
    assert (facts.replicas, facts.replica_deficit, facts.usable_replicas) == (None, None, None)


def test_a_sharded_volume_has_no_replica_counts() -> None:
    """It has no replica CRs by design."""
    facts = judge(cluster(volume(spec={"dataLayout": {"type": "sharded"}}), *NODES))
    assert (facts.replicas, facts.replica_deficit, facts.redundancy_deficit) == (None, None, None)


def test_the_next_deletion_is_the_earliest() -> None:
    """FailedAt + staleReplicaTimeout minutes; replicas that did not fail have none."""
    later = replica("b", failedAt="2026-03-02T11:10:00Z")
    facts = judge(cluster(volume(), replica("a", failedAt=FAILED_AT), later, replica("c"), *NODES))
    assert facts.next_replica_deletion == parse_time("2026-03-02T11:30:00Z")


def test_without_a_stale_timeout_nothing_is_deleted() -> None:
    """0 is never."""
    facts = judge(cluster(volume(spec={"staleReplicaTimeout": 0}), replica("a", failedAt=FAILED_AT), *NODES))
    assert facts.next_replica_deletion is None


def test_one_condition_fact_per_type() -> None:
    """The first of a type, with its time and reason."""
    first = condition("Scheduled", "False", "ReplicaSchedulingFailure", "2026-03-02T06:11:24Z")
    facts = judge(
        cluster(volume(status={"conditions": [first, condition("Scheduled"), condition("Restore", "Unknown")]}))
    )
    scheduled, restore = facts.conditions
    assert (scheduled.true, scheduled.reason) == (False, "ReplicaSchedulingFailure")
    assert scheduled.since == parse_time("2026-03-02T06:11:24Z")
    assert (restore.true, restore.since) == (False, None)


def test_unknown_states_become_other() -> None:
    """A newer release's words do not widen a label."""
    facts = judge(cluster(volume(status={"state": "melting", "robustness": "soggy"})))
    assert (facts.state, facts.robustness) == ("other", "other")


@pytest.mark.parametrize(
    ("attachments", "waits"),
    [
        pytest.param([csi_attachment()], True, id="not attached"),
        pytest.param([csi_attachment(attached=True)], False, id="attached"),
        pytest.param([csi_attachment(meta={"deletionTimestamp": FAILED_AT})], False, id="terminating"),
        pytest.param([csi_attachment(driver="ebs.csi.aws.com")], False, id="another driver's"),
        pytest.param([csi_attachment(pv="w")], False, id="another volume's"),
        pytest.param([], False, id="none"),
    ],
)
def test_attach_demand(attachments: list[Object], waits: bool) -> None:
    """A VolumeAttachment of Longhorn's driver that is not met."""
    facts = judge(cluster(volume(), *attachments))
    assert facts.attach == (AttachFact(parse_time(FAILED_AT) or 0, "n1", "in_progress") if waits else None)


def test_attach_demand_goes_by_the_persistent_volume() -> None:
    """Its name need not be the volume's."""
    bound = volume(status={"kubernetesStatus": {"pvName": "pv-7"}})
    assert judge(cluster(bound, csi_attachment(pv="pv-7"))).attach is not None
    assert judge(cluster(bound, csi_attachment(pv="v"))).attach is None


def test_the_oldest_demand_counts() -> None:
    """Of two, the one that has waited longer."""
    younger = csi_attachment("csi-2", node="n2", created="2026-03-02T11:30:00Z")
    facts = judge(cluster(volume(), younger, csi_attachment()))
    assert facts.attach == AttachFact(parse_time(FAILED_AT) or 0, "n1", "in_progress")


@pytest.mark.parametrize(
    ("pod", "gone_at", "waits"),
    [("Pending", "", True), ("Running", "", False), ("Pending", "2026-03-02T11:00:00Z", False)],
    ids=["pending", "running", "gone"],
)
def test_a_pending_pod_stands_in_for_unreadable_attachments(pod: str, gone_at: str, waits: bool) -> None:
    """Where VolumeAttachments cannot be read: since when the exporter saw it, on no known node."""
    status = {"lastPodRefAt": gone_at, "workloadsStatus": [{"podName": "p", "podStatus": pod}]}
    state = cluster(volume(status={"kubernetesStatus": status}), unknown=[CSI_ATTACHMENTS])
    assert judge(state).attach == (AttachFact(NOW, "", "in_progress") if waits else None)
