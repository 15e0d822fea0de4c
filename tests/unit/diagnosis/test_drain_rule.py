"""The PodDisruptionBudget rule, each clause by itself: policies, labels, cover, records by release, failing checks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hosted import DEFAULT_IMAGE, IMAGE, budget, core_node, host, manager, records
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.default_image import image_label
from longhorn_cr_exporter.diagnosis.drain_rule import ERROR, MAY_GO, STAYS, drain_rule, node_answer, pdb_answers
from longhorn_cr_exporter.diagnosis.eviction import evicted_when_cordoned
from longhorn_cr_exporter.diagnosis.fact import PdbFact
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.replica import Replica
from sample import FAILED_AT, Json, cluster, longhorn_node, replica, setting, volume

RELEASE = Version(1, 9, 2)
TWO = [*host("n1"), *host("n2")]
MINE = replica("mine", node="n1")
PEER = replica("peer", node="n2")


def answers(*objects: Object, version: Version = RELEASE, node: str = "n1") -> PdbFact:
    """Return the node's answers."""
    state = cluster(DEFAULT_IMAGE, *objects)
    return node_answer(pdb_answers(node, state, drain_rule(state.settings, version)).values())


def cordoned(*objects: Object, version: Version = RELEASE) -> str:
    """Return n1's answer if it were cordoned."""
    return answers(*objects, version=version).if_cordoned


def policy(name: str) -> Object:
    """Return the drain policy."""
    return setting("node-drain-policy", name)


def of_manager(made: Replica, name: str) -> Replica:
    """Note the instance manager that a replica runs in."""
    made.status.instance_manager_name = name
    return made


LAST = "block-for-eviction-if-contains-last-replica"


@pytest.mark.parametrize(
    ("replicas", "by_policy"),
    [
        pytest.param([], {}, id="no replica: always"),
        pytest.param([MINE, PEER], {"block-for-eviction": STAYS}, id="covered: all but eviction of all"),
        pytest.param([MINE], {"*": STAYS, "always-allow": MAY_GO}, id="the last one: only always-allow"),
        pytest.param(
            [replica("mine", state="stopped", desireState="stopped")],
            {"*": STAYS, "always-allow": MAY_GO, "allow-if-replica-is-stopped": MAY_GO},
            id="the last one, stopped",
        ),
        pytest.param(
            [replica("mine", state="stopped", desireState="running")],
            {"*": STAYS, "always-allow": MAY_GO},
            id="stopped, but wanted to run, is not stopped",
        ),
        pytest.param(
            [replica("mine", failedAt=FAILED_AT)],
            {"*": STAYS, "always-allow": MAY_GO},
            id="a failed one needs cover too",
        ),
        pytest.param(
            [replica("mine", failedAt=FAILED_AT), PEER], {"block-for-eviction": STAYS}, id="a failed one, covered"
        ),
        pytest.param([replica("mine", healthyAt="")], {"block-for-eviction": STAYS}, id="never used: nothing to lose"),
    ],
)
def test_policies(replicas: list[Object], by_policy: dict[str, str]) -> None:
    """What each policy makes of the node's replicas; an unknown policy is as the default."""
    names = (
        "block-if-contains-last-replica",
        "allow-if-replica-is-stopped",
        "always-allow",
        "block-for-eviction",
        LAST,
        "some-new-policy",
    )
    for name in names:
        wanted = by_policy.get(name, by_policy.get("*", MAY_GO))
        assert cordoned(*TWO, *replicas, policy(name)) == wanted, name


def test_no_policy_is_the_default_and_an_empty_one_an_error() -> None:
    """A missing CR has its default; an empty value fails Longhorn's check, even on a node without replicas."""
    assert cordoned(*TWO, MINE) == STAYS
    assert cordoned(*TWO, MINE, PEER) == MAY_GO
    assert cordoned(*TWO, policy("")) == ERROR


@pytest.mark.parametrize(
    ("peer", "objects", "covers"),
    [
        pytest.param(PEER, host("n2"), True, id="healthy, node open, manager running, with budget"),
        pytest.param(replica("peer", node="n2", active=False), host("n2"), True, id="an inactive one counts"),
        pytest.param(
            replica("peer", node="n2", meta={"deletionTimestamp": FAILED_AT}),
            host("n2"),
            True,
            id="a terminating one too",
        ),
        pytest.param(replica("peer", node="n2", failedAt=FAILED_AT), host("n2"), False, id="failed"),
        pytest.param(replica("peer", node="n2", healthyAt=""), host("n2"), False, id="never healthy"),
        pytest.param(PEER, host("n2", cordoned=True), False, id="its node is cordoned"),
        pytest.param(PEER, host("n2", ready=False), True, id="its node is not ready: not asked"),
        pytest.param(PEER, [core_node("n2"), manager("n2")], False, id="no budget"),
        pytest.param(
            PEER, [core_node("n2"), manager("n2", state="error"), budget("im-n2")], False, id="manager in error"
        ),
        pytest.param(
            of_manager(replica("peer", node="n2"), "im-gone"), host("n2"), False, id="notes a manager that is gone"
        ),
        pytest.param(
            of_manager(replica("peer", node="n2"), "im-old"),
            [core_node("n2"), manager("n2", name="im-old", image="im:1"), budget("im-old")],
            True,
            id="notes a manager of an older image",
        ),
        pytest.param(replica("peer", node="n1"), host("n2"), False, id="on the same node"),
        pytest.param(
            replica("peer", node="n2", meta={"labels": {"longhornvolume": "w", "longhornnode": "n2"}}),
            host("n2"),
            False,
            id="labelled with another volume",
        ),
    ],
)
def test_cover(peer: Replica, objects: list[Object], covers: bool) -> None:
    """What a peer must be to let the node go."""
    assert cordoned(*host("n1"), MINE, peer, *objects) == (MAY_GO if covers else STAYS)


def test_replicas_are_found_by_their_label() -> None:
    """Longhorn looks for the node's replicas by label; whether one is unused it tells by the spec."""
    elsewhere = {"labels": {"longhornnode": "n2", "longhornvolume": "v"}}
    here = {"labels": {"longhornnode": "n1", "longhornvolume": "v"}}
    assert cordoned(*TWO, replica("mine", node="n1", meta=elsewhere)) == MAY_GO
    assert cordoned(*TWO, replica("mine", node="n2", meta=here, healthyAt="")) == STAYS
    assert cordoned(*TWO, replica("mine", node="n1", meta={"labels": None})) == MAY_GO


@pytest.mark.parametrize(
    ("ghost", "answer"),
    [
        pytest.param(replica("ghost", node="gone"), ERROR, id="healthy on a node that is gone (#10833)"),
        pytest.param(replica("ghost", node=""), ERROR, id="healthy and without a node"),
        pytest.param(replica("ghost", node="gone", failedAt=FAILED_AT), MAY_GO, id="failed there: not looked at"),
        pytest.param(replica("ghost", node="gone", of="w"), MAY_GO, id="of another volume"),
    ],
)
def test_one_ghost_makes_the_check_fail(ghost: Replica, answer: str) -> None:
    """It fails for every node that holds the volume, whatever else protects it."""
    assert cordoned(*TWO, MINE, PEER, ghost) == answer


def test_an_uncovered_replica_is_told_rather_than_a_failing_check() -> None:
    """Longhorn's own answer hangs on map order where a node has one of each; here the budget stays."""
    ghost = replica("ghost", node="gone", of="w")
    held = replica("held", node="n1", of="w")
    assert cordoned(*TWO, held, ghost) == ERROR
    assert cordoned(*TWO, held, ghost, MINE) == STAYS


STOPPED = replica("peer", node="n2", state="stopped")


@pytest.mark.parametrize(
    ("managers", "old", "new"),
    [
        pytest.param([manager("n2"), budget("im-n2")], MAY_GO, MAY_GO, id="one"),
        pytest.param([], STAYS, ERROR, id="none"),
        pytest.param([manager("n2", image="im:old"), budget("im-n2")], STAYS, ERROR, id="none of the default image"),
        pytest.param(
            [manager("n2"), manager("n2", name="im-b"), budget("im-n2"), budget("im-b")], STAYS, ERROR, id="two"
        ),
        pytest.param([manager("n2", type_="replica"), budget("im-n2")], STAYS, ERROR, id="a legacy one does not count"),
    ],
)
def test_the_manager_of_a_stopped_replica(managers: list[Object], old: str, new: str) -> None:
    """Up to 1.7 anything but exactly one is none; from 1.8 on it makes the check fail."""
    objects = [*host("n1"), MINE, STOPPED, core_node("n2"), *managers]
    assert cordoned(*objects, version=Version(1, 7, 3)) == old
    assert cordoned(*objects, version=Version(1, 8, 0)) == new


@pytest.mark.parametrize(
    ("managers", "old", "new"),
    [
        pytest.param([("a", "im:old", "running")], STAYS, MAY_GO, id="one of another image"),
        pytest.param(
            [("a", IMAGE, "error"), ("b", "im:old", "running")], STAYS, MAY_GO, id="several: the one that runs"
        ),
        pytest.param([("a", IMAGE, "error"), ("b", "im:old", "error")], STAYS, ERROR, id="several, none runs"),
        pytest.param([("a", IMAGE, "error")], STAYS, STAYS, id="one that does not run"),
        pytest.param([], STAYS, ERROR, id="none"),
    ],
)
def test_the_manager_of_a_stopped_v2_replica(managers: list[tuple[str, str, str]], old: str, new: str) -> None:
    """From 1.8 on whatever its image."""
    peer = replica("peer", node="n2", state="stopped", dataEngine="v2")
    parts: list[Object] = [manager("n2", name=n, image=i, state=s, data_engine="v2") for n, i, s in managers]
    objects = [*host("n1"), MINE, peer, core_node("n2"), *parts, *(budget(name) for name, _, _ in managers)]
    assert cordoned(*objects, version=Version(1, 7, 3)) == old
    assert cordoned(*objects, version=Version(1, 8, 0)) == new


@pytest.mark.parametrize("tag", [Version(1, 7, 2), Version(1, 12, 1)])
@pytest.mark.parametrize(
    "image",
    [
        pytest.param(setting("default-instance-manager-image", ""), id="empty"),
        pytest.param(setting("default-engine-image", "engine:1"), id="missing"),
    ],
)
def test_without_the_default_image_a_stopped_replica_fails_the_check(image: Object, tag: Version) -> None:
    """A running one notes its instance manager and needs no look-up."""
    state = cluster(*TWO, MINE, STOPPED, image)
    rule = drain_rule(state.settings, tag)
    assert pdb_answers("n1", state, rule)["im-n1"].if_cordoned == ERROR
    state = cluster(*TWO, MINE, of_manager(replica("peer", node="n2"), "im-n2"), image)
    assert pdb_answers("n1", state, rule)["im-n1"].if_cordoned == MAY_GO


def test_a_cordon_spares_the_nodes_own_stopped_replica_the_look_up() -> None:
    """From 1.8 two managers on a schedulable node make the check fail; a cordoned node is passed over before that."""
    twice = [*TWO, manager("n1", name="im-b"), setting("kubernetes-cluster-autoscaler-enabled", "true")]
    found = answers(*twice, replica("mine", node="n1", state="stopped"), PEER)
    assert (found.now, found.if_cordoned) == (ERROR, MAY_GO)


def test_the_image_label() -> None:
    """imi- and the first 8 hex digits of sha512, with : and / turned into -."""
    assert image_label("longhornio/longhorn-instance-manager:v1.7.2") == "imi-0dcdaa66"
    assert image_label("") == ""


@pytest.mark.parametrize(
    ("status", "type_", "since", "until"),
    [
        pytest.param({"instanceEngines": records("e")}, "aio", (1, 6, 0), None, id="engines"),
        pytest.param({"instances": records("e")}, "aio", (1, 6, 0), (1, 11, 0), id="old list, up to 1.10"),
        pytest.param(
            {"instanceEngineFrontends": records("v-ef-0")}, "aio", (1, 12, 0), None, id="frontends, from 1.12"
        ),
        pytest.param(
            {"instanceEngineFrontends": records("v-ef-0")}, "engine", None, None, id="not of a legacy manager"
        ),
        pytest.param({"instanceEngines": records("e")}, "engine", (1, 6, 0), None, id="a legacy engine manager's"),
        pytest.param({"instanceEngines": records("e")}, "replica", None, None, id="a legacy replica manager has none"),
        pytest.param({"instanceReplicas": records("r")}, "aio", None, None, id="replicas do not count"),
    ],
)
def test_engine_records_by_release(
    status: dict[str, Any], type_: str, since: tuple[int, int, int] | None, until: tuple[int, int, int] | None
) -> None:
    """One record on any of the node's managers, whatever its image or state, keeps the budgets of all."""
    other = manager("n1", name="im-b", image="im:old", state="unknown", type_=type_, **status)
    for version in (Version(1, 6, 4), Version(1, 10, 9), Version(1, 11, 0), Version(1, 12, 0)):
        counts = since is not None and version >= since and (until is None or version < until)
        found = answers(*host("n1"), other, version=version)
        assert found.if_cordoned == (STAYS if counts else MAY_GO), version
        assert found.if_cordoned_and_workloads_gone == MAY_GO


@pytest.mark.parametrize(
    ("type_", "record", "answer"),
    [
        pytest.param("engine", False, MAY_GO, id="legacy engine manager, empty: its replicas are not asked"),
        pytest.param("engine", True, STAYS, id="legacy engine manager with a record"),
        pytest.param("replica", False, STAYS, id="legacy replica manager: the replicas are asked"),
        pytest.param("storage", False, ERROR, id="an unknown type"),
    ],
)
def test_types_of_instance_managers(type_: str, record: bool, answer: str) -> None:
    """The rule by the manager's type, on a node with the last replica of a volume."""
    made = manager("n1", type_=type_, instanceEngines=records("e") if record else {})
    assert cordoned(core_node("n1"), made, budget("im-n1"), MINE) == answer


@pytest.mark.parametrize(
    ("objects", "found"),
    [
        pytest.param([core_node("n1"), manager("n1")], PdbFact(MAY_GO, MAY_GO, MAY_GO), id="no budget"),
        pytest.param(
            [core_node("n1"), manager("n1", state="error"), budget("im-n1")],
            PdbFact(STAYS, STAYS, STAYS),
            id="not running",
        ),
        pytest.param([manager("n1"), budget("im-n1")], PdbFact(ERROR, ERROR, ERROR), id="no core Node"),
        pytest.param(
            [manager("n1", state="error"), budget("im-n1")],
            PdbFact(STAYS, STAYS, STAYS),
            id="neither: not running first",
        ),
        pytest.param(host("n1"), PdbFact(STAYS, MAY_GO, MAY_GO), id="schedulable: made anew, never removed"),
        pytest.param(host("n1", cordoned=True), PdbFact(MAY_GO, MAY_GO, MAY_GO), id="cordoned"),
    ],
)
def test_what_the_controller_does(objects: list[Object], found: PdbFact) -> None:
    """First match: no budget, not running, no core Node, schedulable, then the rule."""
    assert answers(*objects) == found


@pytest.mark.parametrize(
    ("value", "now"),
    [
        pytest.param("true", MAY_GO, id="in use: the rule is asked on a schedulable node too"),
        pytest.param("false", STAYS, id="not in use"),
        pytest.param("yes", ERROR, id="no boolean"),
    ],
)
def test_the_cluster_autoscaler(value: str, now: str) -> None:
    """It changes the answer now, and only on a node that is not cordoned."""
    autoscaler = setting("kubernetes-cluster-autoscaler-enabled", value)
    assert answers(*host("n1"), autoscaler) == PdbFact(now, MAY_GO, MAY_GO)
    assert answers(*host("n1", cordoned=True), autoscaler).now == MAY_GO


def evictable(*conditions: Json, spec: Json | None = None, disk_spec: Json | None = None) -> Object:
    """Return n1 with one disk that lists the replica "mine"."""
    status = {"diskStatus": {"d": {"scheduledReplica": {"mine": 1}}}, "conditions": list(conditions)}
    return longhorn_node("n1", spec={"disks": {"d": disk_spec or {}}, **(spec or {})}, status=status)


DOWN: Json = {"type": "Ready", "status": "False", "reason": "KubernetesNodeNotReady"}


@pytest.mark.parametrize(
    ("node", "objects", "evicted"),
    [
        pytest.param(evictable(), [policy("block-for-eviction"), PEER], True, id="the policy moves all"),
        pytest.param(evictable(), [policy(LAST)], True, id="the policy moves the last one"),
        pytest.param(evictable(), [policy(LAST), PEER], False, id="but not one that is covered"),
        pytest.param(evictable(), [policy(LAST), replica("g", node="gone")], False, id="nor where the check fails"),
        pytest.param(evictable(), [], False, id="no other policy does"),
        pytest.param(evictable(spec={"evictionRequested": True}), [PEER], True, id="the node asks"),
        pytest.param(evictable(disk_spec={"evictionRequested": True}), [PEER], True, id="the disk asks"),
        pytest.param(
            evictable(DOWN, spec={"evictionRequested": True}), [policy("block-for-eviction")], False, id="down"
        ),
    ],
)
def test_evictions(node: Object, objects: list[Object], evicted: bool) -> None:
    """What Longhorn moves off the node once it is cordoned."""
    others = [core_node("n1"), manager("n1"), budget("im-n1"), *host("n2")]
    state = cluster(DEFAULT_IMAGE, *others, node, MINE, *objects)
    found = evicted_when_cordoned("n1", state, drain_rule(state.settings, RELEASE))
    assert found == (frozenset({"mine"}) if evicted else frozenset())


@st.composite
def clusters(draw: st.DrawFn) -> ClusterState:
    """Draw three nodes, some cordoned or gone, with replicas of two volumes in any health."""
    objects: list[Object] = [DEFAULT_IMAGE, volume("v"), volume("w")]
    for name in ("n1", "n2", "n3"):
        parts = host(name, cordoned=draw(st.booleans()))
        objects += parts if name == "n1" or draw(st.booleans()) else parts[1:]
    for i in range(draw(st.integers(0, 5))):
        spec: dict[str, Any] = {
            "healthyAt": draw(st.sampled_from(["", FAILED_AT])),
            "failedAt": draw(st.sampled_from(["", FAILED_AT])),
            "desireState": draw(st.sampled_from(["running", "stopped"])),
        }
        node, of = draw(st.sampled_from(["n1", "n2", "n3"])), draw(st.sampled_from(["v", "w"]))
        objects.append(replica(f"r{i}", node=node, of=of, state=spec["desireState"], **spec))
    return cluster(*objects)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(clusters(), st.sampled_from([Version(1, 6, 4), Version(1, 8, 1), Version(1, 12, 1)]))
def test_laws_of_the_policies(state: ClusterState, version: Version) -> None:
    """What a stricter policy lets go a laxer one does too, in the order of their names' severity."""

    def allows(name: str) -> bool:
        rule = drain_rule({"node-drain-policy": setting("node-drain-policy", name)}, version)
        return pdb_answers("n1", state, rule)["im-n1"].if_cordoned == MAY_GO

    strict_to_lax = ["block-for-eviction", LAST, "allow-if-replica-is-stopped", "always-allow"]
    allowed = [allows(name) for name in strict_to_lax]
    assert allowed == sorted(allowed)
    assert allows("block-if-contains-last-replica") == allows(LAST)
