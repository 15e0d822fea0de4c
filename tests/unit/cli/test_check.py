"""``check``: what it finds in recorded clusters, its JSON, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answered import answered_clusters
from unit.cli.conftest import Command
from unit.cli.moment import DEADLOCK, FIXED, UNSCHEDULABLE, at, dump_at, objects, write_dump

AT = "2026-03-02T12:00:00Z"
VOLUME_KEYS = {
    "volume",
    "pvc",
    "pvc_namespace",
    "state",
    "robustness",
    "scheduled",
    "ready",
    "stage",
    "stage_since",
    "desired_replicas",
    "usable_replicas",
    "replica_deficit",
    "replica_surplus",
    "replacement_nodes",
    "attach",
}


def checked(command: Command, *options: str) -> dict[str, Any]:
    """Return the JSON of a check that could tell."""
    ran = command("check", "-o", "json", *options)
    assert ran.status in (0, 1), ran.err
    document: dict[str, Any] = json.loads(ran.out)
    return document


def test_the_json_keeps_its_contract(command: Command, tmp_path: Path) -> None:
    """The document, its volumes by name and its findings have the keys that scripts rely on."""
    document = checked(command, *dump_at(tmp_path, DEADLOCK, "06:40:00"))
    assert document.keys() >= {"at", "version", "gate", "degraded_availability_allowed", "volumes", "findings"}
    assert (document["at"], document["version"], document["gate"]) == (at("06:40:00"), "v1.7.2", "latched")
    assert document["degraded_availability_allowed"] is False
    assert [set(volume) for volume in document["volumes"]] == [VOLUME_KEYS] * 4
    names = [volume["volume"] for volume in document["volumes"]]
    assert names == sorted(names)
    finding = document["findings"][0]
    assert finding.keys() >= {"id", "severity", "object", "message", "action", "runbook"}
    assert finding["object"] == {"kind": "Volume", "name": "vol-rwo3"}


def test_a_deadlock_is_told_of_its_volume(command: Command, tmp_path: Path) -> None:
    """The volume carries its stage, and who waits for it since when and where."""
    document = checked(command, *dump_at(tmp_path, DEADLOCK, "06:40:00"))
    [volume] = [volume for volume in document["volumes"] if volume["volume"] == "vol-rwo3"]
    assert (volume["stage"], volume["stage_since"]) == ("deadlocked", at("06:40:00"))
    assert (volume["state"], volume["scheduled"], volume["ready"]) == ("detached", False, False)
    assert volume["attach"] == {"pending_since": at("06:34:04"), "node": "n2", "cause": "scheduled_condition"}


@pytest.mark.parametrize(
    ("moment", "status", "words"),
    [
        pytest.param((DEADLOCK, "06:01:05"), 0, "info", id="healthy-on-an-affected-release"),
        pytest.param((DEADLOCK, "06:33:00"), 1, "1 armed", id="armed"),
        pytest.param((DEADLOCK, "06:40:00"), 1, "1 deadlocked", id="deadlocked"),
        pytest.param((FIXED, "06:01:05"), 0, "4 volumes", id="healthy-on-a-fixed-release"),
        pytest.param((UNSCHEDULABLE, "06:15:00"), 1, "1 unschedulable", id="unschedulable"),
    ],
)
def test_the_table_ends_with_the_sum(
    command: Command, tmp_path: Path, moment: tuple[str, str], status: int, words: str
) -> None:
    """The exit status says whether something is found; the last lines say how much, of which release, and when."""
    ran = command("check", *dump_at(tmp_path, *moment))
    *_, total, release, judged = ran.out.splitlines()
    assert (ran.status, ran.err) == (status, "")
    assert words in total
    assert release.startswith("Longhorn v1.")
    assert judged == f"judged at {at(moment[1])}"


def test_the_most_urgent_comes_first_with_its_command_on_a_line(command: Command, tmp_path: Path) -> None:
    """A deadlock heads the table; what cures it can be copied as one line, and its runbook follows."""
    lines = command("check", *dump_at(tmp_path, DEADLOCK, "06:40:00")).out.splitlines()
    assert lines[0].startswith("CRITICAL  volume-deadlocked  Volume vol-rwo3")
    [cure] = [line for line in lines[: lines.index("")] if "kubectl" in line]
    assert cure.split(maxsplit=4)[:4] == ["kubectl", "-n", "longhorn-system", "patch"]
    assert cure.endswith("""-p '{"value":"true"}'""")
    assert lines[lines.index("") - 1] == "  see   docs/runbooks/LonghornVolumeDeadlock.md"


def test_prose_keeps_to_the_width(command: Command, tmp_path: Path) -> None:
    """Nothing but commands is longer than the terminal is wide."""
    lines = command("check", *dump_at(tmp_path, DEADLOCK, "06:40:00")).out.splitlines()
    assert [line for line in lines if len(line) > 80 and "kubectl" not in line] == []


def test_a_release_can_be_supposed(command: Command, tmp_path: Path) -> None:
    """--longhorn-version judges by another release's rules: on a fixed one there is no deadlock."""
    options = dump_at(tmp_path, DEADLOCK, "06:40:00")
    document = checked(command, *options, "--longhorn-version", "v1.9.0")
    assert (document["version"], document["gate"]) == ("v1.9.0", "fixed")
    assert [volume["stage"] for volume in document["volumes"]] == [None] * 4


def test_standard_input_is_a_source(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``kubectl get … | check --from -`` says what the file says."""
    _, path, *options = dump_at(tmp_path, DEADLOCK, "06:40:00")
    told = command("check", "--from", path, *options)
    with Path(path).open(encoding="utf-8") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert command("check", "--from", "-", *options) == told


@pytest.mark.parametrize("tag", ["v1.7.2", "v1.12.1"])
def test_replacement_nodes_are_longhorns_answer(command: Command, tmp_path: Path, tag: str) -> None:
    """For every volume of some generated clusters the names are those that Longhorn's scheduler allows."""
    wrong, asked = [], 0
    for cluster in answered_clusters()[::6]:
        path = write_dump(tmp_path / "dump.json", cluster.objects)
        options = ("--from", str(path), "--at", AT, "--longhorn-version", tag)
        found = {volume["volume"]: volume["replacement_nodes"] for volume in checked(command, *options)["volumes"]}
        for name, said in cluster.placement[tag].items():
            asked += 1
            if found[name] != sorted(said["legal_nodes"]):
                wrong.append(f"{cluster.name} {name}: {found[name]}, not {said['legal_nodes']}")
    assert wrong == []
    assert asked > 50


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("Replica", id="replicas"),
        pytest.param("Setting", id="settings"),
        pytest.param("Node", id="nodes"),
    ],
)
def test_finding_nothing_without_what_it_hangs_on_is_no_answer(command: Command, tmp_path: Path, kind: str) -> None:
    """A dump that lacks replicas, settings or nodes is shown as far as it goes, and ends with 2 and one line."""
    left = [obj for obj in objects(FIXED, "06:01:05") if obj["kind"] != kind]
    ran = command("check", "--from", write_dump(tmp_path / "dump.json", left))
    assert ran.status == 2
    assert ran.err.startswith("longhorn-cr-exporter: cannot tell: ")
    assert "(not in the dump)" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "not in the dump" in ran.out


def test_what_is_found_counts_whatever_is_missing(command: Command, tmp_path: Path) -> None:
    """A deadlock is told and ends with 1, though nodes were not dumped."""
    left = [obj for obj in objects(DEADLOCK, "06:40:00") if obj["kind"] != "Node"]
    ran = command("check", "--from", write_dump(tmp_path / "dump.json", left))
    assert ran.status == 1
    assert "1 deadlocked" in ran.out
    assert "unread  nodes.longhorn.io, nodes: not in the dump" in ran.out


def test_an_unreadable_object_is_told(command: Command, tmp_path: Path) -> None:
    """A volume that cannot be read is left out, and said to be."""
    broken = {
        "apiVersion": "longhorn.io/v1beta2",
        "kind": "Volume",
        "metadata": {"name": "odd", "namespace": "longhorn-system"},
        "spec": "x",
    }
    path = write_dump(tmp_path / "dump.json", [*objects(DEADLOCK, "06:40:00"), broken])
    document = checked(command, "--from", str(path))
    assert document["unreadable"] == [
        {"resource": "volumes.longhorn.io", "problem": "1 object unreadable and left out"}
    ]
    assert len(document["volumes"]) == 4
