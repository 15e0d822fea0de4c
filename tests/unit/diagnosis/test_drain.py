"""The verdict before the cordon: what a drain does to volumes, the deadlock, and what all of it makes together."""

from __future__ import annotations

import pytest

from hosted import attachment, host
from longhorn_cr_exporter.diagnosis.version import Version
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
from sample import FAILED_AT, replica, volume
from weighed import (
    COVERED,
    FOUR,
    HAND,
    LATCHING,
    LETS_GO,
    MINE,
    PEER,
    RELEASE,
    THIRD,
    TWO,
    WORKLOAD,
    effects,
    judge,
    latching,
    policy,
    reasons,
    served,
    verdict,
    wanting,
)

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
