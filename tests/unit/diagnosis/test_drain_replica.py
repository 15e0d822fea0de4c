"""What holds a drain up: replicas."""

from __future__ import annotations

import pytest

from hosted import GI, attachment, budget, core_node, disk, host, manager, storage_node
from longhorn_cr_exporter.model.meta import Object
from sample import FAILED_AT, Json, condition, replica, setting
from weighed import (
    FOUR,
    HAND,
    LAST,
    LATCHING,
    MINE,
    PEER,
    THIRD,
    TWO,
    WORKLOAD,
    effects,
    judge,
    policy,
    reasons,
    served,
    verdict,
    wanting,
)


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
