"""``kubectl drain`` goes through, or hangs on a PodDisruptionBudget, as ``drain-check`` said before the cordon.

Real are the API server, the disruption controller, the eviction API and kubectl. Longhorn's own decisions come from its
own code: from its answers in the oracle, and from what its controllers did in the recordings.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping

import pytest

from api import definition
from api.account import write_kubeconfig, write_token
from api.admin import Admin, Json
from api.control_plane import ControlPlane
from api.controller import controllers
from api.drain_case import Case, answered, recorded
from api.rehearsal import AFTER_WAITING, AT_ONCE, HANGS, Operator, Rehearsal
from api.scene import Scene
from stack.binary import built

_DEADLOCK = "v1.7.2/b-deadlock-9938"
_REPLACEMENT = "v1.7.2/l-capi-replacement-no-wait"
_UPDATE = "v1.12.1/k-rolling-in-place-update-5-nodes"

CASES = (
    answered("safe-nothing-there", "g1-0001", "v1.7.2", "n2", verdict="safe"),
    answered("safe-engine-leaves", "g1-0001", "v1.12.1", "n3", verdict="safe"),
    answered(
        "safe-once-moved-off",
        "g1-0310",
        "v1.9.2",
        "n1",
        verdict="safe",
        waits_for="the replica to be evicted",
    ),
    answered(
        "safe-once-released",
        "r-0858",
        "v1.9.2",
        "worker-3",
        verdict="safe",
        reasons=["manual_attachment"],
        waits_for="Longhorn to let go of what was attached by hand",
    ),
    answered("degrading-replica-lost", "g1-0108", "v1.9.2", "n1", verdict="degrading"),
    answered("degrading-in-use", "r-0762", "v1.12.1", "worker-1", verdict="degrading"),
    answered(
        "degrading-once-rebuilt",
        "g1-0001",
        "v1.9.2",
        "n1",
        verdict="degrading",
        reasons=["last_replica"],
        waits_for="a rebuild elsewhere",
    ),
    answered(
        "degrading-once-stopped",
        "r-0370",
        "v1.12.1",
        "worker-2",
        verdict="degrading",
        reasons=["running_engine"],
        waits_for="an engine that nobody needs to stop",
    ),
    answered(
        "degrading-once-manager-runs",
        "g1-0791",
        "v1.9.2",
        "n2",
        verdict="degrading",
        reasons=["instance_manager_not_running"],
        waits_for="the instance manager to start again",
    ),
    recorded("degrading-as-recorded", _UPDATE, "06:30:18", "n3", verdict="degrading"),
    answered("blocked-last-replica", "g1-0047", "v1.12.1", "n2", verdict="blocked", reasons=["last_replica"]),
    answered(
        "blocked-last-replica-in-use", "r-1039", "v1.9.2", "worker-1", verdict="blocked", reasons=["last_replica"]
    ),
    recorded(
        "blocked-last-replica-as-recorded", _DEADLOCK, "06:01:08", "n3", verdict="blocked", reasons=["last_replica"]
    ),
    answered("blocked-missing-node", "g1-0213", "v1.7.2", "n1", verdict="blocked", reasons=["replica_on_missing_node"]),
    recorded(
        "blocked-missing-node-as-recorded",
        _REPLACEMENT,
        "07:16:39",
        "n5",
        verdict="blocked",
        reasons=["replica_on_missing_node"],
    ),
    recorded(
        "blocked-for-two-reasons-as-recorded",
        _REPLACEMENT,
        "06:19:41",
        "n2",
        verdict="blocked",
        reasons=["last_replica", "replica_on_missing_node"],
    ),
    answered(
        "blocked-attached-by-hand", "r-0508", "v1.9.2", "worker-1", verdict="blocked", reasons=["manual_attachment"]
    ),
    answered(
        "blocked-orphan-record", "r-1013", "v1.12.1", "worker-2", verdict="blocked", reasons=["orphan_engine_record"]
    ),
    answered(
        "blocked-manager-in-error",
        "r-0457",
        "v1.9.2",
        "worker-3",
        verdict="blocked",
        reasons=["instance_manager_not_running"],
    ),
    answered(
        "blocked-no-default-image",
        "g3-0235",
        "v1.12.1",
        "n1",
        verdict="blocked",
        reasons=["instance_manager_not_running"],
    ),
    answered(
        "blocked-nowhere-to-go",
        "g1-0361",
        "v1.7.2",
        "n1",
        verdict="blocked",
        reasons=["eviction_without_target"],
    ),
    answered(
        "unsafe-last-replica-given-up",
        "g1-0771",
        "v1.12.1",
        "n1",
        verdict="unsafe",
        reasons=["would_lose_last_usable_replica"],
    ),
    answered(
        "unsafe-last-replica-in-use",
        "r-0098",
        "v1.9.2",
        "worker-4",
        verdict="unsafe",
        reasons=["would_lose_last_usable_replica"],
    ),
    answered(
        "unsafe-and-held-up",
        "r-1181",
        "v1.7.2",
        "worker-2",
        verdict="unsafe",
        reasons=["orphan_engine_record", "would_lose_last_usable_replica"],
    ),
    recorded(
        "unsafe-strict-local-as-recorded",
        _UPDATE,
        "06:18:40",
        "n2",
        verdict="unsafe",
        reasons=["would_lose_last_usable_replica"],
        waits_for="the last replica to stop with its workload",
    ),
    recorded(
        "unsafe-last-replica-stops-as-recorded",
        _UPDATE,
        "06:07:38",
        "n1",
        verdict="unsafe",
        reasons=["would_lose_last_usable_replica"],
        waits_for="the last replica to stop with its workload",
    ),
    recorded("unsafe-armed-as-recorded", _DEADLOCK, "06:33:49", "n1", verdict="unsafe", reasons=["would_deadlock"]),
    recorded(
        "unsafe-armed-replacement-as-recorded",
        _REPLACEMENT,
        "06:41:17",
        "n3",
        verdict="unsafe",
        reasons=["would_deadlock"],
    ),
)
_REASONS = {
    "eviction_without_target",
    "instance_manager_not_running",
    "last_replica",
    "manual_attachment",
    "orphan_engine_record",
    "replica_on_missing_node",
    "running_engine",
    "would_deadlock",
    "would_lose_last_usable_replica",
}
_DANGERS = {"would_deadlock", "would_lose_last_usable_replica"}
"""Reasons that make a drain unsafe and hold nothing up."""

Rehearsals = Mapping[str, Rehearsal | BaseException]
each_case = pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])


@pytest.fixture(scope="module")
def rehearsals(control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsals]:
    """Return how every case went: all are set up and asked about first, then all are drained together."""
    folder = tmp_path_factory.mktemp("drain")
    binaries = built("kubectl", "kube-controller-manager")
    if not (control_plane.etcd.running and control_plane.api_server.running):
        control_plane.start()
    token = write_token(folder / "token", control_plane.admin_token)
    kubeconfig = write_kubeconfig(folder / "kubeconfig", port=control_plane.port, ca=control_plane.ca, token_file=token)
    manager = binaries["kube-controller-manager"]
    with controllers("disruption-controller", binary=manager, kubeconfig=kubeconfig, folder=folder):
        yield asyncio.run(_rehearse_all(control_plane, Operator(binaries["kubectl"], kubeconfig)))


async def _rehearse_all(control_plane: ControlPlane, operator: Operator) -> Rehearsals:
    async with Admin.of(control_plane) as admin:
        scenes = [Scene(case, admin) for case in CASES]
        await definition.install(admin, definition.MINIMAL)
        try:
            await asyncio.gather(*(scene.set_up() for scene in scenes))
            answers = await asyncio.gather(*(operator.ask(scene) for scene in scenes))
            drains = (operator.rehearse(scene, before) for scene, before in zip(scenes, answers, strict=True))
            outcomes = await asyncio.gather(*drains, return_exceptions=True)
        finally:
            await asyncio.gather(*(scene.take_down() for scene in scenes))
            await definition.uninstall(admin)
    return {case.name: outcome for case, outcome in zip(CASES, outcomes, strict=True)}


@pytest.fixture
def rehearsal(case: Case, rehearsals: Rehearsals) -> Rehearsal:
    """Return how a case went."""
    outcome = rehearsals[case.name]
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def foretold(said: Json) -> str:
    """Return what becomes of the drain, as somebody reads it in what ``drain-check`` says of the node."""
    holding = [blocker for blocker in said["blockers"] if blocker["reason"] not in _DANGERS]
    if not all(blocker["clears_by_itself"] for blocker in holding):
        return HANGS
    if holding or said["pdb"]["if_cordoned_and_workloads_gone"] != "may_go":
        return AFTER_WAITING
    return AT_ONCE


@each_case
def test_the_drain_goes_as_was_said_before_the_cordon(case: Case, rehearsal: Rehearsal) -> None:
    """The verdict with its reasons is the expected one, and the drain went as it says."""
    status, said = rehearsal.before
    assert rehearsal.outcome == foretold(said), said
    assert said["verdict"] == case.verdict
    assert {blocker["reason"] for blocker in said["blockers"]} == case.reasons
    assert status == (said["verdict"] in {"blocked", "unsafe"})
    if said["verdict"] != "unsafe":
        assert (said["verdict"] == "blocked") == (rehearsal.outcome == HANGS)


@each_case
def test_the_budgets_go_that_are_said_to_go_now(case: Case, rehearsal: Rehearsal) -> None:
    """Once the node is cordoned and empty of workloads, ``now`` is what Longhorn does, budget by budget."""
    now = {name: answers["now"] for name, answers in rehearsal.emptied.node["instance_managers"].items()}
    assert {name for name, answer in now.items() if answer == "may_go" and name in case.budgets} == case.goes


@each_case
def test_only_guarded_pods_stay(case: Case, rehearsal: Rehearsal) -> None:
    """What is left on the node is what a budget holds: nothing at all where the drain went through."""
    assert rehearsal.pods_left == case.budgets - case.goes - case.goes_later


def test_every_verdict_and_every_reason_is_rehearsed() -> None:
    """No verdict, no reason and no outcome is left out."""
    assert {case.verdict for case in CASES} == {"safe", "degrading", "blocked", "unsafe"}
    assert set().union(*(case.reasons for case in CASES)) == _REASONS
