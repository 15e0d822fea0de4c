"""ClusterState: what an event touches, what it does not, and what is remembered."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.cluster.change import Changes
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import ENGINES, REPLICAS, RESOURCES, VOLUMES
from sample import (
    NOW,
    cluster,
    csi_attachment,
    disruption_budget,
    engine,
    instance_manager,
    kubernetes_node,
    longhorn_node,
    replica,
    resource_of,
    setting,
    volume,
)


def whole() -> ClusterState:
    """Return a small cluster, its changes taken."""
    state = cluster(
        volume(),
        volume("w"),
        engine(),
        engine("w-e-0", of="w"),
        replica("v-r-1", node="n1"),
        replica("v-r-2", node="n2"),
        replica("w-r-1", node="n2", of="w"),
        instance_manager("im-1", node="n1"),
        instance_manager("im-2", node="n2"),
        kubernetes_node("n1"),
        kubernetes_node("n2"),
        longhorn_node("n1"),
        longhorn_node("n2"),
    )
    state.take_changes()
    return state


def after(state: ClusterState, obj: Object) -> Changes:
    """Put one object and return what it touched."""
    state.put(resource_of(obj), obj, NOW + 1)
    return state.take_changes()


@pytest.mark.parametrize(
    ("obj", "touched"),
    [
        pytest.param(volume(status={"robustness": "degraded"}), Changes(volumes={"v"}), id="volume's status"),
        pytest.param(
            volume(status={"kubernetesStatus": {"pvcName": "other"}}),
            Changes(volumes={"v"}, engines={"v-e-0"}),
            id="volume's claim",
        ),
        pytest.param(
            volume(spec={"staleReplicaTimeout": 5}),
            Changes(volumes={"v"}, replicas={"v-r-1", "v-r-2"}),
            id="volume's spec",
        ),
        pytest.param(engine(state="stopped"), Changes(volumes={"v"}, engines={"v-e-0"}), id="engine"),
        pytest.param(
            engine(nodeID="n1"),
            Changes(volumes={"v"}, engines={"v-e-0"}, instance_managers={"im-1"}, node_shares={"n1"}),
            id="engine's node",
        ),
        pytest.param(
            replica("v-r-1", node="n1", failedAt="2026-03-02T12:00:00Z"),
            Changes(volumes={"v"}, replicas={"v-r-1"}),
            id="replica",
        ),
        pytest.param(
            instance_manager(state="error"),
            Changes(instance_managers={"im-1"}, nodes={"n1"}, node_shares={"n1"}, drains={"v"}),
            id="instance manager",
        ),
        pytest.param(
            kubernetes_node("n1", cordoned=True),
            Changes(nodes={"n1"}, node_shares={"n1"}, instance_managers={"im-1"}, drains={"v"}),
            id="cordon",
        ),
        pytest.param(
            instance_manager(status={"instanceEngines": {"v-e-0": {}}}),
            Changes(instance_managers={"im-1"}, nodes={"n1"}, node_shares={"n1"}),
            id="instance manager's processes",
        ),
        pytest.param(
            disruption_budget("im-2"), Changes(nodes={"n2"}, node_shares={"n2"}, drains={"v", "w"}), id="budget"
        ),
        pytest.param(
            kubernetes_node("n2", ready=False),
            Changes(
                nodes={"n2"},
                node_shares={"n2"},
                instance_managers={"im-2"},
                replicas={"v-r-2", "w-r-1"},
                volumes={"v", "w"},
            ),
            id="node not ready",
        ),
        pytest.param(longhorn_node("n1", spec={"allowScheduling": False}), Changes(nodes={"n1"}), id="Longhorn node"),
        pytest.param(
            longhorn_node("n1", status={"zone": "a"}), Changes(nodes={"n1"}, volumes={"v"}), id="Longhorn node's zone"
        ),
        pytest.param(setting("node-drain-policy", "always-allow"), Changes(everything=True), id="setting"),
        pytest.param(csi_attachment(), Changes(volumes={"v"}, engines={"v-e-0"}), id="attach demand"),
        pytest.param(csi_attachment(driver="other"), Changes(), id="another driver's attachment"),
    ],
)
def test_an_event_touches_what_it_concerns_and_no_more(obj: Object, touched: Changes) -> None:
    """The fleet's size plays no part."""
    assert after(whole(), obj) == touched


@pytest.mark.parametrize(
    "same",
    [
        volume(),
        engine(),
        replica("v-r-1", node="n1"),
        instance_manager("im-1"),
        kubernetes_node("n1"),
        longhorn_node("n1"),
    ],
    ids=lambda obj: type(obj).__name__,
)
def test_a_rewrite_that_changes_nothing_used_touches_nothing(same: Object) -> None:
    """A new resourceVersion alone is no change."""
    same.metadata.resource_version = "12345"
    state = whole()
    held = state._objects[resource_of(same)][same.name]
    assert not after(state, same)
    assert state._objects[resource_of(same)][same.name] is held


def test_noise_of_managed_fields_is_no_change() -> None:
    """An engine whose only news is a write time."""
    state = whole()
    fields = [{"time": "2026-03-02T12:00:01Z", "subresource": "status"}]
    assert not after(state, engine(meta={"managedFields": fields, "resourceVersion": "9"}))


def test_a_list_replaces_all_at_once() -> None:
    """What is not in it is gone, from the indexes too; what is the same is untouched."""
    state = whole()
    state.replace(REPLICAS, [replica("v-r-1", node="n1"), replica("v-r-9", node="n3")], NOW)
    assert set(state.replicas_of.of("v")) == {"v-r-1", "v-r-9"}
    assert not state.replicas_of.of("w")
    assert not state.replicas_on.of("n2")
    assert state.take_changes() == Changes(replicas={"v-r-2", "v-r-9", "w-r-1"}, volumes={"v", "w"})


def test_a_replica_that_moves_leaves_its_old_place() -> None:
    """Indexes follow a change of node."""
    state = whole()
    after(state, replica("v-r-1", node="n2"))
    assert not state.replicas_on.of("n1")
    assert set(state.replicas_on.of("n2")) == {"v-r-1", "v-r-2", "w-r-1"}


def test_nothing_is_known_before_the_first_list() -> None:
    """The absence of objects says nothing until then."""
    state = ClusterState()
    assert not any(state.known(resource) for resource in RESOURCES)
    state.replace(VOLUMES, [], NOW)
    assert state.known(VOLUMES)
    assert state.take_changes().everything


def test_removing_what_is_not_there_is_nothing() -> None:
    """A late DELETED after a relist."""
    state = whole()
    state.remove(VOLUMES, volume("x"), NOW)
    assert not state.take_changes()


class TestStoppedSince:
    """Since when an engine is stopped: the CR does not say."""

    def test_a_change_seen_is_remembered(self) -> None:
        """Also through rewrites that follow."""
        state = cluster(engine(state="running"))
        state.put(ENGINES, engine(state="stopped"), NOW + 10)
        state.put(ENGINES, engine(state="stopped", desireState="stopped"), NOW + 60)
        assert state.engine_stopped.since("v-e-0") == NOW + 10

    def test_running_again_forgets(self) -> None:
        """A later stop begins anew."""
        state = cluster(engine(state="stopped"))
        state.put(ENGINES, engine(state="running"), NOW + 10)
        assert state.engine_stopped.since("v-e-0") is None
        state.put(ENGINES, engine(state="stopped"), NOW + 20)
        assert state.engine_stopped.since("v-e-0") == NOW + 20

    def test_after_a_start_the_last_status_write_is_a_lower_bound_of_the_age(self) -> None:
        """Stopped then and now; writes that are not the status' prove nothing."""
        fields = [
            {"time": "2026-03-02T11:00:00Z", "subresource": "status"},
            {"time": "2026-03-02T10:00:00Z", "subresource": "status"},
            {"time": "2026-03-02T11:59:00Z"},
            {"time": None, "subresource": "status"},
            {"time": "nonsense", "subresource": "status"},
        ]
        state = cluster(engine(state="stopped", meta={"managedFields": fields}))
        assert state.engine_stopped.since("v-e-0") == NOW - 3600

    def test_a_write_in_the_future_is_not_believed(self) -> None:
        """Clocks differ; an age is never negative."""
        fields = [{"time": "2026-03-02T13:00:00Z", "subresource": "status"}]
        state = cluster(engine(state="stopped", meta={"managedFields": fields}))
        assert state.engine_stopped.since("v-e-0") == NOW

    def test_a_new_engine_of_the_same_name_begins_anew(self) -> None:
        """Another uid is another engine."""
        state = cluster(engine(state="stopped"))
        state.put(ENGINES, engine(state="stopped", meta={"uid": "other"}), NOW + 30)
        assert state.engine_stopped.since("v-e-0") == NOW + 30

    def test_a_deleted_engine_is_forgotten(self) -> None:
        """Memory does not grow with what is gone."""
        state = cluster(engine(state="stopped"))
        state.remove(ENGINES, engine(), NOW)
        assert state.engine_stopped.since("v-e-0") is None
