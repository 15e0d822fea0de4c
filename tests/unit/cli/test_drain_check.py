"""``drain-check``: verdicts in recorded clusters, its JSON, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from answered import answered_clusters, release
from longhorn_cr_exporter.diagnosis.drain_rule import drain_rule, pdb_answers
from unit.cli.conftest import Command
from unit.cli.moment import DEADLOCK, REPLACEMENT, at, dump_at, objects, write_dump


def judged(command: Command, *options: object) -> dict[str, Any]:
    """Return the JSON of a drain-check that could tell."""
    ran = command("drain-check", "-o", "json", *options)
    assert ran.status in (0, 1), ran.err
    document: dict[str, Any] = json.loads(ran.out)
    return document


def test_the_json_keeps_its_contract(command: Command, tmp_path: Path) -> None:
    """The document, its nodes, blockers and effects have the keys that scripts rely on."""
    document = judged(command, "n1", *dump_at(tmp_path, DEADLOCK, "06:33:00"))
    assert document.keys() >= {"at", "version", "nodes"}
    assert (document["at"], document["version"]) == (at("06:33:00"), "v1.7.2")
    [node] = document["nodes"]
    assert node.keys() >= {"node", "verdict", "pdb", "instance_managers", "blockers", "effects"}
    pdb = {"now": "stays", "if_cordoned": "stays", "if_cordoned_and_workloads_gone": "may_go"}
    assert (node["verdict"], node["pdb"], list(node["instance_managers"].values())) == ("unsafe", pdb, [pdb])
    [blocker] = node["blockers"]
    assert blocker.keys() >= {"reason", "object", "message", "clears_by_itself"}
    assert (blocker["reason"], blocker["object"]) == ("would_deadlock", {"kind": "Volume", "name": "vol-rwo3"})
    assert blocker["clears_by_itself"] is False
    assert {effect["volume"]: effect["effect"] for effect in node["effects"]}["vol-idle3"] == "degrades"
    assert all(effect.keys() == {"volume", "effect", "message"} for effect in node["effects"])


def test_nodes_come_in_the_order_asked_for(command: Command, tmp_path: Path) -> None:
    """Named nodes keep their order, and all come by name."""
    options = dump_at(tmp_path, REPLACEMENT, "06:08:00")
    named = judged(command, "n3", "n1", *options)
    assert [node["node"] for node in named["nodes"]] == ["n3", "n1"]
    every = judged(command, "--all", *options)
    assert [node["node"] for node in every["nodes"]] == ["n1", "n2", "n3", "n4", "n5"]


@pytest.mark.parametrize(
    ("node", "options", "status"),
    [
        pytest.param("n1", (), 0, id="degrading-may-be-drained"),
        pytest.param("n1", ("--allow", "safe"), 1, id="degrading-where-only-safe-will-do"),
        pytest.param("n2", (), 1, id="blocked"),
        pytest.param("--all", (), 1, id="the-worst-of-all-counts"),
    ],
)
def test_the_exit_status_is_the_answer(
    command: Command, tmp_path: Path, node: str, options: tuple[str, ...], status: int
) -> None:
    """0 lets a script drain the node, 1 stops it; a drain that merely degrades is what rolling updates are made of."""
    ran = command("drain-check", node, *options, *dump_at(tmp_path, REPLACEMENT, "06:08:00"))
    assert (ran.status, ran.err) == (status, "")


def test_a_node_that_is_none_of_longhorns_may_be_drained(command: Command, tmp_path: Path) -> None:
    """A control plane's node is known to Kubernetes alone: nothing of Longhorn's hinders."""
    control_plane = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "cp1"}}
    path = write_dump(tmp_path / "dump.json", [*objects(DEADLOCK, "06:33:00"), control_plane])
    document = judged(command, "cp1", "--from", path)
    assert document["nodes"][0]["verdict"] == "safe"
    assert document["nodes"][0]["pdb"]["now"] == "may_go"
    assert "cp1" not in [node["node"] for node in judged(command, "--all", "--from", path)["nodes"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("n9",), "no such node: n9; there are n1, n2, n3", id="unknown-node"),
        pytest.param(("n1", "n9", "n8"), "no such node: n9, n8; there are n1, n2, n3", id="unknown-among-known"),
        pytest.param((), "name the nodes, or ask for --all", id="no-node"),
        pytest.param(("n1", "--all"), "name the nodes, or ask for --all", id="nodes-and-all"),
    ],
)
def test_a_question_without_a_sense_is_refused(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Nothing is judged; one line says what is wrong, and the status is 2."""
    ran = command("drain-check", *arguments, *dump_at(tmp_path, DEADLOCK, "06:33:00"))
    assert ran == (2, "", f"longhorn-cr-exporter: {said}\n")


def test_a_dump_without_what_a_verdict_hangs_on_is_no_answer(command: Command, tmp_path: Path) -> None:
    """Where instance managers list replicas and none is in the dump, the drain cannot be judged."""
    left = [obj for obj in objects(DEADLOCK, "06:33:00") if obj["kind"] != "Replica"]
    ran = command("drain-check", "--all", "--from", write_dump(tmp_path / "dump.json", left))
    said = "longhorn-cr-exporter: cannot tell: replicas.longhorn.io cannot be read (not in the dump)\n"
    assert ran == (2, "", said)


def test_a_bad_verdict_stands_whatever_else_is_missing(command: Command, tmp_path: Path) -> None:
    """Without settings n3 is blocked still; n1, which they make unsafe, cannot be told."""
    left = [obj for obj in objects(DEADLOCK, "06:33:00") if obj["kind"] != "Setting"]
    options = ("--from", write_dump(tmp_path / "dump.json", left), "--longhorn-version", "v1.7.2")
    assert command("drain-check", "n3", *options).status == 1
    ran = command("drain-check", "n1", *options)
    assert ran.status == 2
    assert ran.err.startswith("longhorn-cr-exporter: cannot tell: settings.longhorn.io cannot be read")


def test_of_what_a_whole_dump_lacks_there_was_none(command: Command, tmp_path: Path) -> None:
    """A dump with settings, instance managers and nodes is whole: without PodDisruptionBudgets all of them may go."""
    left = [obj for obj in objects(DEADLOCK, "06:33:00") if obj["kind"] != "PodDisruptionBudget"]
    document = judged(command, "--all", "--from", write_dump(tmp_path / "dump.json", left))
    assert {node["pdb"]["if_cordoned"] for node in document["nodes"]} == {"may_go"}
    assert document["unreadable"] == []


@pytest.mark.parametrize("tag", ["v1.7.2", "v1.12.1"])
def test_every_answer_of_the_rule_is_told(command: Command, tmp_path: Path, tag: str) -> None:
    """For some generated clusters every instance manager's keys hold what Longhorn's rule says."""
    asked = 0
    for cluster in answered_clusters()[::12]:
        path = write_dump(tmp_path / "dump.json", cluster.objects)
        document = judged(command, "--all", "--from", path, "--at", "2026-03-02T12:00:00Z", "--longhorn-version", tag)
        told = {node["node"]: node["instance_managers"] for node in document["nodes"]}
        rule = drain_rule(cluster.state.settings, release(tag))
        for node in cluster.pdb[tag]:
            assert told[node] == msgspec.to_builtins(pdb_answers(node, cluster.state, rule))
            asked += len(told[node])
    assert asked > 50


def test_the_table_says_why_and_what_to_do(command: Command, tmp_path: Path) -> None:
    """An armed volume's node: verdict, blocker, what to do with its command, and what becomes of the budgets."""
    ran = command("drain-check", "n1", *dump_at(tmp_path, DEADLOCK, "06:33:00"))
    lines = ran.out.splitlines()
    assert lines[0] == "n1  UNSAFE     do not drain it"
    assert "  blocks  would_deadlock" in lines
    [cure] = [line for line in lines if "kubectl" in line]
    assert cure.lstrip().startswith("kubectl -n longhorn-system patch settings.longhorn.io ")
    assert "  budget  now: stays; once cordoned: stays; once its workloads have left: may go" in lines
    assert lines[-1] == f"Longhorn v1.7.2, judged at {at('06:33:00')}"
