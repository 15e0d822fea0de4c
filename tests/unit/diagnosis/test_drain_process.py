"""What holds a drain up: engines and instance managers."""

from __future__ import annotations

import pytest

from hosted import attachment, budget, core_node, host, manager, records, storage_node
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.model.engine import Engine
from longhorn_cr_exporter.model.meta import Object
from sample import engine, volume
from weighed import (
    COVERED,
    HAND,
    LETS_GO,
    MINE,
    PEER,
    RELEASE,
    WORKLOAD,
    judge,
    policy,
    reasons,
    served,
    verdict,
    wanting,
)


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
