"""The verdict before the cordon: each blocker and effect by itself, and what they make together."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from hosted import DEFAULT_IMAGE, GI, attachment, budget, core_node, disk, host, manager, records, storage_node
from longhorn_cr_exporter.diagnosis.drain import drain_facts
from longhorn_cr_exporter.diagnosis.fact import DrainFacts
from longhorn_cr_exporter.diagnosis.fleet import Fleet
from longhorn_cr_exporter.diagnosis.outlook import outlook
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.model.engine import Engine
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import (
    DISRUPTION_BUDGETS,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_ATTACHMENTS,
    REPLICAS,
    VOLUMES,
    Resource,
)
from longhorn_cr_exporter.model.volume import Volume
from sample import FAILED_AT, NOW, Json, cluster, condition, engine, replica, setting, volume

RELEASE = Version(1, 9, 2)
LATCHING = Version(1, 7, 2)


def judge(
    *objects: Object,
    node: str = "n1",
    version: Version = RELEASE,
    armed: Callable[[Volume], bool] = lambda _: False,
    unknown: Iterable[Resource] = (),
) -> DrainFacts | None:
    """Return the facts of the node's drain."""
    state = cluster(DEFAULT_IMAGE, *objects, unknown=unknown)
    return drain_facts(node, outlook(state, version, Fleet(state, version), armed), NOW)


def reasons(facts: DrainFacts | None) -> list[tuple[str, str, bool]]:
    """Return (reason, object's name, whether it clears by itself) of the blockers."""
    assert facts is not None
    return [(blocker.reason, blocker.name, blocker.clears_by_itself) for blocker in facts.blockers]


def effects(facts: DrainFacts | None) -> list[str]:
    """Return the effects."""
    assert facts is not None
    return [effect.effect for effect in facts.effects]


def verdict(facts: DrainFacts | None) -> str:
    """Return the verdict."""
    assert facts is not None
    return facts.verdict


def wanting(count: int, *, state: str = "attached", **spec: str) -> Volume:
    """Return a volume of 10 GiB that wants so many replicas."""
    return volume(
        spec={"numberOfReplicas": count, "size": str(10 * GI), **spec}, status={"state": state, "robustness": "healthy"}
    )


def served(node: str = "n1") -> list[Object]:
    """Return the volume's engine, running on the node, its record in the instance manager, its core Node and budget."""
    return [
        engine(nodeID=node, status={"instanceManagerName": f"im-{node}"}),
        core_node(node),
        storage_node(node),
        manager(node, instanceEngines=records("v-e-0")),
        budget(f"im-{node}"),
    ]


def policy(name: str) -> Object:
    """Return the drain policy."""
    return setting("node-drain-policy", name)


MINE = replica("mine", node="n1", diskID="n1-d")
PEER = replica("peer", node="n2", diskID="n2-d")
THIRD = replica("third", node="n3", diskID="n3-d")
TWO = [*host("n1"), *host("n2")]
FOUR = [part for name in ("n1", "n2", "n3", "n4") for part in host(name)]
LAST = "block-for-eviction-if-contains-last-replica"


# What the drain does to volumes


@pytest.mark.parametrize(
    ("objects", "verdict_", "effect"),
    [
        pytest.param([], "safe", [], id="nothing on the node"),
        pytest.param([wanting(2), PEER, THIRD], "safe", [], id="its replicas are elsewhere"),
        pytest.param([wanting(2), MINE, PEER, THIRD], "safe", [], id="a replica more than wanted"),
        pytest.param([wanting(3), MINE, PEER, THIRD], "degrading", ["degrades"], id="one of three"),
        pytest.param([wanting(3, state="detached"), MINE, PEER], "degrading", ["degrades"], id="detached all the same"),
        pytest.param(
            [wanting(3), replica("mine", node="n1", failedAt=FAILED_AT), PEER, THIRD],
            "safe",
            [],
            id="it has failed anyhow",
        ),
        pytest.param(
            [wanting(3), replica("mine", node="n1", active=False), PEER, THIRD], "safe", [], id="an inactive copy"
        ),
        pytest.param(
            [wanting(3), replica("mine", node="n1", healthyAt=""), PEER, THIRD],
            "degrading",
            ["interrupts_rebuild"],
            id="a rebuild under way",
        ),
        pytest.param(
            [wanting(3, state="detached"), replica("mine", node="n1", healthyAt="", state="stopped"), PEER],
            "safe",
            [],
            id="a replica that was never used",
        ),
        pytest.param(
            [wanting(1), MINE, policy("always-allow")], "unsafe", ["loses_last_usable_replica"], id="the last"
        ),
        pytest.param([MINE, PEER], "safe", [], id="replicas without a volume"),
    ],
)
def test_effects(objects: list[Object], verdict_: str, effect: list[str]) -> None:
    """What volumes lose on a release that does not latch."""
    facts = judge(*FOUR, *objects)
    assert (verdict(facts), effects(facts)) == (verdict_, effect)


def test_a_node_that_is_down_has_nothing_to_lose() -> None:
    """Replicas on a node that is not Ready are not usable any more: draining it changes nothing."""
    facts = judge(*host("n1", ready=False), *host("n2"), wanting(2), MINE, PEER)
    assert (verdict(facts), effects(facts)) == ("safe", [])


def test_a_message_names_what_is_left() -> None:
    """The volume and how many replicas it keeps."""
    facts = judge(*FOUR, wanting(3), MINE, PEER, THIRD)
    assert facts is not None
    assert [effect.message for effect in facts.effects] == ["volume v would keep 2 of 3 replicas"]


# The deadlock


def latching(*objects: Object, armed: bool, version: Version = LATCHING) -> DrainFacts | None:
    """Judge n1 with degraded availability forbidden, the volume being armed or not."""
    forbidden = setting("allow-volume-creation-with-degraded-availability", "false")
    return judge(*objects, forbidden, version=version, armed=lambda _: armed)


WORKLOAD = attachment("v", csi_attacher="n1")
HAND = attachment("v", longhorn_api="n1")
LETS_GO = setting("detach-manually-attached-volumes-when-cordoned", "true")


@pytest.mark.parametrize(
    ("objects", "version", "unsafe"),
    [
        pytest.param([WORKLOAD], LATCHING, True, id="its workload would leave, and it detach"),
        pytest.param([WORKLOAD], RELEASE, False, id="a release that does not latch"),
        pytest.param([HAND], LATCHING, False, id="attached by hand: it stays attached"),
        pytest.param([HAND, LETS_GO], LATCHING, True, id="attached by hand, and let go on a cordon"),
        pytest.param([attachment("v", snapshot_controller="n1")], LATCHING, True, id="a job ends sooner or later"),
    ],
)
def test_an_armed_volume_must_not_detach(objects: list[Object], version: Version, unsafe: bool) -> None:
    """unsafe: would_deadlock, on the node that the armed volume is attached to."""
    facts = latching(*served(), *host("n2"), wanting(2), PEER, *objects, armed=True, version=version)
    assert (("would_deadlock", "v", False) in reasons(facts)) is unsafe
    assert ("deadlocks" in effects(facts)) is unsafe
    assert (verdict(facts) == "unsafe") is unsafe


def test_only_the_node_that_serves_it_would_deadlock_it() -> None:
    """Another node with a replica of the armed volume does not detach it."""
    objects = [*served("n2"), *host("n1"), *host("n3"), *host("n4"), wanting(2), MINE, PEER]
    facts = latching(*objects, attachment("v", csi_attacher="n2"), armed=True)
    assert (verdict(facts), reasons(facts)) == ("degrading", [])


@pytest.mark.parametrize(
    ("objects", "effect"),
    [
        pytest.param([*TWO, wanting(2), MINE, PEER], "arms", id="no other node for the lost replica"),
        pytest.param([*FOUR, wanting(2), MINE, PEER], "degrades", id="n3 and n4 could take it"),
        pytest.param([*TWO, wanting(2, state="detached"), MINE, PEER], "degrades", id="a detached volume places none"),
    ],
)
def test_what_would_arm_a_volume(objects: list[Object], effect: str) -> None:
    """On a release that latches, a replica that no node can replace leads to the deadlock; degrading all the same."""
    facts = latching(*objects, armed=False)
    assert (verdict(facts), effects(facts)) == ("degrading", [effect])


# What holds a drain up: replicas


def test_the_last_replica() -> None:
    """The rule protects it: the drain hangs, and the volume loses nothing."""
    facts = judge(*TWO, wanting(1), MINE)
    assert facts is not None
    assert (facts.verdict, reasons(facts), effects(facts)) == ("blocked", [("last_replica", "mine", False)], [])
    assert facts.pdb.if_cordoned_and_workloads_gone == "stays"
    assert facts.blockers[0].kind == "Replica"
    assert "mine of volume v" in facts.blockers[0].message


@pytest.mark.parametrize(
    ("objects", "clears"),
    [
        pytest.param([wanting(2), replica("peer", node="n2", healthyAt="")], True, id="another is being rebuilt"),
        pytest.param(
            [wanting(2, state="detached"), replica("peer", node="n2", healthyAt="", state="stopped")],
            False,
            id="nothing is built while detached",
        ),
        pytest.param([wanting(2)], True, id="one is lacking, and n2 can take it"),
        pytest.param(
            [wanting(2), setting("concurrent-replica-rebuild-per-node-limit", "0")], False, id="rebuilding off"
        ),
        pytest.param([wanting(1)], False, id="no more are wanted"),
        pytest.param(
            [wanting(2), replica("peer", node="n2", diskID="n2-d", failedAt=FAILED_AT)],
            True,
            id="a failed one comes back",
        ),
        pytest.param(
            [wanting(2), replica("a", node="n2", diskID="n2-d", failedAt=FAILED_AT, rebuildRetryCount=5)],
            True,
            id="one that is given up leaves its place",
        ),
    ],
)
def test_whether_the_last_replica_clears_by_itself(objects: list[Object], clears: bool) -> None:
    """It does where protected data elsewhere is under way; the verdict then looks past it."""
    facts = judge(*TWO, MINE, *objects)
    assert reasons(facts) == [("last_replica", "mine", clears)]
    assert verdict(facts) == ("degrading" if clears else "blocked")


@pytest.mark.parametrize(
    ("other", "clears"),
    [
        pytest.param([core_node("n2"), manager("n2", state="error"), budget("im-n2")], True, id="it starts again"),
        pytest.param([core_node("n2"), manager("n2")], True, id="its budget is about to be made"),
        pytest.param(host("n2", cordoned=True), False, id="its node is cordoned: two at once"),
        pytest.param(
            [core_node("n2", ready=False), manager("n2", state="unknown"), budget("im-n2")],
            False,
            id="its node is down",
        ),
    ],
)
def test_a_good_peer_that_does_not_count_yet(other: list[Object], clears: bool) -> None:
    """On a node that is open its instance manager comes back by itself."""
    facts = judge(*host("n1"), *other, wanting(2, state="detached"), MINE, PEER)
    assert reasons(facts) == [("last_replica", "mine", clears)]


def test_a_failed_replica_without_a_protected_peer() -> None:
    """It blocks as well, and says so."""
    facts = judge(*TWO, wanting(1), replica("mine", node="n1", failedAt=FAILED_AT))
    assert facts is not None
    assert reasons(facts) == [("last_replica", "mine", False)]
    assert "has failed" in facts.blockers[0].message


def test_a_replica_on_a_missing_node() -> None:
    """One ghost holds every node of the volume (#10833); it is the ghost that is named."""
    facts = judge(*FOUR, wanting(3), MINE, PEER, replica("ghost", node="gone"))
    assert facts is not None
    assert (facts.verdict, reasons(facts)) == ("blocked", [("replica_on_missing_node", "ghost", False)])
    assert facts.pdb.if_cordoned == "error"


def test_a_stopped_peer_whose_manager_is_lacking() -> None:
    """From 1.8 on Longhorn's check fails until that node has the current instance manager, which comes by itself."""
    objects = [
        *host("n1"),
        core_node("n2"),
        wanting(2, state="detached"),
        MINE,
        replica("peer", node="n2", state="stopped"),
    ]
    assert reasons(judge(*objects)) == [("instance_manager_not_running", "peer", True)]
    twice = [manager("n2"), manager("n2", name="im-b"), budget("im-n2")]
    assert reasons(judge(*objects, *twice)) == [("instance_manager_not_running", "peer", False)]
    assert reasons(judge(*objects, version=LATCHING)) == [("last_replica", "mine", False)]


def full(name: str) -> list[Object]:
    """Return a host that has no room."""
    return [core_node(name), storage_node(name, disk("u", scheduled=100 * GI)), manager(name), budget(f"im-{name}")]


def holding(*conditions: Json, spec: Json | None = None) -> list[Object]:
    """Return n1 as a host whose disk lists the replica "mine"."""
    node = storage_node("n1", disk("n1-d", listed={"mine": 1}), spec=spec, conditions=conditions or None)
    return [core_node("n1"), node, manager("n1"), budget("im-n1")]


DOWN = {"type": "Ready", "status": "False", "reason": "KubernetesNodeNotReady"}


@pytest.mark.parametrize(
    ("name", "objects", "blockers", "effect"),
    [
        pytest.param(LAST, [*holding(), *host("n2"), wanting(1)], [], ["evicts"], id="the last one moves"),
        pytest.param(
            LAST,
            [*holding(), *full("n2"), wanting(1)],
            [("eviction_without_target", "mine", False)],
            [],
            id="the last one has nowhere to go",
        ),
        pytest.param(
            LAST,
            [*holding(), *host("n2"), *full("n3"), wanting(2), PEER],
            [],
            ["degrades"],
            id="a covered one stays behind",
        ),
        pytest.param(
            "block-for-eviction",
            [*holding(), *FOUR[4:], wanting(2), PEER],
            [],
            ["evicts"],
            id="all move: a covered one too",
        ),
        pytest.param(
            "block-for-eviction",
            [*holding(), *host("n2"), *full("n3"), wanting(2), PEER],
            [("eviction_without_target", "mine", False)],
            [],
            id="all must move, and there is no place",
        ),
        pytest.param(
            "block-for-eviction",
            [*holding(), *host("n2"), *host("n3"), wanting(2), PEER, THIRD],
            [],
            ["evicts"],
            id="enough are elsewhere already",
        ),
        pytest.param(
            "block-for-eviction",
            [*holding(DOWN, condition("Schedulable")), *host("n2"), *host("n3"), wanting(2), PEER],
            [("eviction_without_target", "mine", False)],
            [],
            id="nothing is evicted from a node that is down",
        ),
        pytest.param(
            "block-if-contains-last-replica",
            [*holding(spec={"evictionRequested": True}), *host("n2"), wanting(1)],
            [],
            ["evicts"],
            id="eviction was asked for",
        ),
    ],
)
def test_eviction(name: str, objects: list[Object], blockers: list[tuple[str, str, bool]], effect: list[str]) -> None:
    """Longhorn moves what it must, where it can; the drain waits for that, and the volume loses nothing."""
    facts = judge(*objects, MINE, policy(name))
    assert (reasons(facts), effects(facts)) == (blockers, effect)


@pytest.mark.parametrize(
    ("objects", "verdict_", "reason"),
    [
        pytest.param([WORKLOAD], "unsafe", ("would_lose_last_usable_replica", "v", False), id="its workload is here"),
        pytest.param([], "unsafe", ("would_lose_last_usable_replica", "v", False), id="it is being detached"),
        pytest.param([HAND], "blocked", ("last_replica", "mine", False), id="attached by hand: it goes on running"),
    ],
)
def test_a_replica_stops_with_its_workload(objects: list[Object], verdict_: str, reason: tuple[str, str, bool]) -> None:
    """Under allow-if-replica-is-stopped the last one is given up in that moment, which is what the verdict must say."""
    facts = judge(*served(), *host("n2"), wanting(1), MINE, policy("allow-if-replica-is-stopped"), *objects)
    assert verdict(facts) == verdict_
    assert reason in reasons(facts)


def test_a_replica_goes_on_running_for_a_workload_elsewhere() -> None:
    """The volume is attached to another node, and does not detach when this one is drained."""
    there = [attachment("v", csi_attacher="n2"), *host("n1"), *served("n2")]
    facts = judge(*there, wanting(1), MINE, policy("allow-if-replica-is-stopped"))
    assert (verdict(facts), reasons(facts)) == ("blocked", [("last_replica", "mine", False)])


# What holds a drain up: engines and instance managers

COVERED = [*host("n2"), wanting(1), PEER]


@pytest.mark.parametrize(
    ("objects", "blockers"),
    [
        pytest.param([WORKLOAD], [], id="leaves with its workload"),
        pytest.param([attachment("v", share_manager_controller="n1")], [], id="leaves with its share manager"),
        pytest.param([HAND], [("manual_attachment", "v", False)], id="attached by hand"),
        pytest.param([HAND, LETS_GO], [("manual_attachment", "v", True)], id="attached by hand, let go on a cordon"),
        pytest.param(
            [attachment("v", csi_attacher="n1", longhorn_api="n1")],
            [("manual_attachment", "v", False)],
            id="by hand and by a workload",
        ),
        pytest.param(
            [attachment("v", backup_controller="n1")],
            [("running_engine", "v-e-0", True)],
            id="a backup, until it is done",
        ),
        pytest.param([attachment("v", csi_attacher="n2")], [("running_engine", "v-e-0", True)], id="about to move"),
        pytest.param([], [("running_engine", "v-e-0", True)], id="nobody asks for it any more"),
    ],
)
def test_a_running_engine(objects: list[Object], blockers: list[tuple[str, str, bool]]) -> None:
    """An engine of a workload is no blocker of the verdict; every other is, until it lets go."""
    facts = judge(*served(), *COVERED, *objects)
    assert facts is not None
    assert reasons(facts) == blockers
    assert (facts.pdb.if_cordoned, facts.pdb.if_cordoned_and_workloads_gone) == ("stays", "may_go")
    assert verdict(facts) == ("blocked" if any(not clears for _, _, clears in blockers) else "safe")


def test_a_daemonsets_pod_stays_on_the_node() -> None:
    """A drain leaves it there, and with it the engine of its volume; a shared volume is held elsewhere."""
    used = {"kubernetesStatus": {"workloadsStatus": [{"workloadType": "DaemonSet"}]}, "state": "attached"}
    held = volume(spec={"numberOfReplicas": 1}, status=used)
    shared = volume(spec={"numberOfReplicas": 1, "accessMode": "rwx"}, status=used)
    others = [*served(), *host("n2"), PEER, WORKLOAD]
    assert reasons(judge(*others, held)) == [("running_engine", "v-e-0", False)]
    assert reasons(judge(*others, shared)) == []


@pytest.mark.parametrize(
    ("made", "orphan"),
    [
        pytest.param(None, True, id="no such engine"),
        pytest.param(engine(nodeID="n2", status={"instanceManagerName": "im-n2"}), True, id="it is elsewhere (#6552)"),
        pytest.param(engine(nodeID="", state="stopped", desireState="stopped"), True, id="it is stopped (#13687)"),
        pytest.param(engine(nodeID="n1", state="stopped"), False, id="it is starting"),
    ],
)
def test_an_orphan_engine_record(made: Engine | None, orphan: bool) -> None:
    """A record without its engine keeps every budget of the node, for ever."""
    others = [part for part in served() if not isinstance(part, Engine)]
    facts = judge(*others, *COVERED, WORKLOAD, *([made] if made else []))
    assert reasons(facts) == ([("orphan_engine_record", "im-n1", False)] if orphan else [])


def test_a_frontend_is_held_like_its_volume() -> None:
    """From 1.12 on records of frontends count, by their volume's name; one whose volume is elsewhere is an orphan."""
    parts = [
        core_node("n1"),
        manager("n1", instanceEngineFrontends=records("v-ef-0")),
        budget("im-n1"),
        *host("n2"),
        PEER,
    ]
    here = volume(spec={"numberOfReplicas": 1}, status={"state": "attached", "currentNodeID": "n1"})
    there = volume(spec={"numberOfReplicas": 1}, status={"state": "attached", "currentNodeID": "n2"})
    new = Version(1, 12, 1)
    assert reasons(judge(*parts, here, WORKLOAD, version=new)) == []
    assert reasons(judge(*parts, here, HAND, version=new)) == [("manual_attachment", "v", False)]
    assert reasons(judge(*parts, there, version=new)) == [("orphan_engine_record", "im-n1", False)]
    assert reasons(judge(*parts, there, version=RELEASE)) == []


def test_a_v2_engine_apart_from_its_workload() -> None:
    """From 1.12 on it may run on another node than the volume is attached to, and does not leave with that workload."""
    of = volume(spec={"numberOfReplicas": 1, "dataEngine": "v2"}, status={"state": "attached", "currentNodeID": "n2"})
    facts = judge(*served(), *host("n2"), PEER, of, attachment("v", csi_attacher="n2"))
    assert reasons(facts) == [("running_engine", "v-e-0", False)]


@pytest.mark.parametrize(
    ("node", "state", "clears"),
    [
        pytest.param(core_node("n1"), "error", True, id="it restarts on a node that is open"),
        pytest.param(core_node("n1"), "starting", True, id="starting"),
        pytest.param(core_node("n1", cordoned=True), "error", False, id="not on a cordoned node (#12821)"),
        pytest.param(core_node("n1", ready=False), "unknown", False, id="its node is down"),
    ],
)
def test_an_instance_manager_that_does_not_run(node: Object, state: str, clears: bool) -> None:
    """Its budget stays; without a budget it holds nothing up."""
    parts = [node, manager("n1", state=state)]
    assert reasons(judge(*parts, budget("im-n1"))) == [("instance_manager_not_running", "im-n1", clears)]
    assert verdict(judge(*parts)) == "safe"


def test_what_makes_every_check_fail() -> None:
    """An empty policy, a manager of an unknown type: told as blockers, since no budget goes."""
    assert reasons(judge(*host("n1"), policy(""))) == [("last_replica", "node-drain-policy", False)]
    strange = [core_node("n1"), manager("n1", type_="storage"), budget("im-n1")]
    assert reasons(judge(*strange)) == [("instance_manager_not_running", "im-n1", False)]


def test_a_node_that_kubernetes_lost() -> None:
    """There is nothing to drain, and its budget stays."""
    facts = judge(*host("n1")[1:], *host("n2"), wanting(2), MINE, PEER)
    assert (verdict(facts), reasons(facts)) == ("blocked", [("replica_on_missing_node", "n1", False)])
    assert verdict(judge(storage_node("n1"))) == "safe"


# The verdict of it all


def test_unsafe_outweighs_blocked_and_blocked_degrading() -> None:
    """The gravest counts; what clears by itself does not."""
    held_too = [replica("w-last", node="n1", of="w"), volume("w", spec={"numberOfReplicas": 1})]
    parts = [*served(), *host("n2"), wanting(2), MINE, PEER, *held_too]
    assert verdict(latching(*parts, WORKLOAD, armed=True)) == "unsafe"
    assert verdict(latching(*parts, WORKLOAD, armed=False)) == "blocked"
    assert verdict(judge(*served(), *host("n2"), wanting(2), MINE, PEER)) == "degrading"


@pytest.mark.parametrize("resource", [VOLUMES, REPLICAS, INSTANCE_MANAGERS, DISRUPTION_BUDGETS, KUBERNETES_NODES])
def test_no_verdict_without_what_it_hangs_on(resource: Resource) -> None:
    """None, rather than one made up."""
    assert judge(unknown=[resource]) is None


def test_unreadable_attachments_are_taken_for_workloads() -> None:
    """Then an engine leaves with its workload, for all that is known."""
    assert reasons(judge(*served(), *COVERED, unknown=[LONGHORN_ATTACHMENTS])) == []


def test_the_whole_of_it() -> None:
    """The facts carry the node, each instance manager's answers and all of them together."""
    facts = judge(*host("n1"))
    assert facts is not None
    assert facts.node == "n1"
    assert facts.instance_managers == (("im-n1", facts.pdb),)
    assert (facts.pdb.now, facts.pdb.if_cordoned) == ("stays", "may_go")
