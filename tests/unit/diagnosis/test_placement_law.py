"""Where a replica could go: laws that hold of it in any cluster."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hosted import DEFAULT_IMAGE, GI, budget, core_node, disk, manager, storage_node
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.fleet import Fleet
from longhorn_cr_exporter.diagnosis.placement import can_be_replaced, first_choice_nodes, replacement_nodes
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.model.meta import Object
from placed import RELEASE, places, wanting
from sample import FAILED_AT, NOW, cluster, replica

NODES = ("n1", "n2", "n3", "n4")
SIZES = st.sampled_from([0, 5 * GI, 60 * GI, 95 * GI])


@st.composite
def clusters(draw: st.DrawFn) -> ClusterState:
    """Draw a small cluster with one volume, its replicas anywhere, in any health."""
    objects: list[Object] = [DEFAULT_IMAGE]
    for name in NODES:
        zone = draw(st.sampled_from(["", "a", "b"]))
        parts = [disk(f"{name}-{i}", scheduled=draw(SIZES)) for i in range(draw(st.integers(1, 2)))]
        objects += [core_node(name), storage_node(name, *parts, zone=zone), manager(name), budget(f"im-{name}")]
    for i in range(draw(st.integers(0, 4))):
        node = draw(st.sampled_from(NODES))
        spec: dict[str, Any] = {
            "diskID": draw(st.sampled_from([f"{node}-0", f"{node}-1", ""])),
            "evictionRequested": draw(st.booleans()),
            "failedAt": draw(st.sampled_from(["", FAILED_AT])),
            "volumeSize": str(10 * GI),
        }
        objects.append(replica(f"r{i}", node=node, **spec))
    words = st.sampled_from(["ignored", "enabled", "disabled"])
    objects.append(
        wanting(
            replicaSoftAntiAffinity=draw(words),
            replicaZoneSoftAntiAffinity=draw(words),
            replicaDiskSoftAntiAffinity=draw(words),
        )
    )
    return cluster(*objects)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clusters(), st.sampled_from(NODES), st.sampled_from([Version(1, 6, 4), Version(1, 7, 2), Version(1, 12, 1)]))
def test_laws_of_placement(state: ClusterState, cordoned: str, version: Version) -> None:
    """What is chosen is legal; whether there is any is told alike; a cordoned node is never among them."""
    of, replicas, fleet = state.volumes["v"], state.replicas_of.of("v").values(), Fleet(state, version)
    for without in ("", cordoned):
        legal = replacement_nodes(of, replicas, fleet, now=NOW, without=without)
        chosen = first_choice_nodes(of, replicas, fleet, now=NOW, without=without)
        assert set(chosen) <= set(legal)
        assert bool(chosen) == bool(legal) == can_be_replaced(of, replicas, fleet, now=NOW, without=without)
        assert without not in legal


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clusters(), st.sampled_from(NODES))
def test_a_cordon_adds_no_node_but_in_zones_that_it_frees(state: ClusterState, cordoned: str) -> None:
    """Unless zones are hard, a cordon never makes a node legal. Where they are, it may: its zone is no longer taken."""
    zone = state.longhorn_nodes[cordoned].status.zone
    before, after = places(state), places(state, without=cordoned)
    gained = set(after) - set(before)
    hard = state.volumes["v"].spec.replica_zone_soft_anti_affinity == "disabled"
    assert gained <= ({name for name in NODES if state.longhorn_nodes[name].status.zone == zone} if hard else set())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clusters(), st.sampled_from(NODES), SIZES)
def test_a_fleet_kept_current_answers_like_a_new_one(state: ClusterState, name: str, scheduled: int) -> None:
    """After a node's change the refreshed fleet equals a new one, and a volume not concerned has its old answer."""
    fleet = Fleet(state, RELEASE)
    of, replicas = state.volumes["v"], state.replicas_of.of("v").values()
    before = replacement_nodes(of, replicas, fleet, now=NOW)
    node = state.longhorn_nodes[name]
    for status in (node.status.disk_status or {}).values():
        status.storage_scheduled = scheduled
    shift = fleet.refresh(name, state)
    after = replacement_nodes(of, replicas, fleet, now=NOW)
    assert after == replacement_nodes(of, replicas, Fleet(state, RELEASE), now=NOW)
    on_node = any(r.spec.node_id == name for r in replicas)
    if not on_node and (shift is None or not shift.concerns(of)):
        assert after == before
