"""Every command of every runbook, typed from top to bottom into a shell, in a cluster that has such a trouble.

Real are the shell, kubectl, the program, the API server and the recorded objects. What is only read must tell something
of what it was asked about; what changes something must change just that. What no API server can do alone is listed here
with the reason, and a command that is neither is a mistake in the runbook.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from api import definition
from api.account import write_kubeconfig
from api.admin import NAMESPACE, Admin, object_path
from api.control_plane import ControlPlane
from api.incident import INCIDENTS, Incident, Stage, includes, patch_of, path_of, standing, without_finalizers
from api.page import Command
from api.playback import Playback
from api.runbook import CHANGE, NAMES, READ, commands, explained_placeholders, languages
from api.shell import Said, Shell
from longhorn_cr_exporter.model.resource import KUBERNETES_NODES

NOT_RUN: Final = {
    r"kubectl .*\blogs ": "a kubelet keeps the logs",
    r"kubectl .*\bport-forward ": "a kubelet forwards the port",
    r"curl -s http://127\.0\.0\.1:9899/": "needs that port; test_serve asks a real process the same",
    r"longhorn-cr-exporter check --watch$": "goes on until Ctrl-C",
    r"longhorn-cr-exporter drain-check NODE && kubectl drain NODE ": "nothing here ends pods; test_drain rehearses it",
}
NOT, READS, CHANGES = "not run", "reads", "changes"
LANGUAGES: Final = {"sh", "promql", "jsonnet"}
SHOWN: Final = {"VOLUME", "NODE", "OTHER_NODE", "NEXT_NODE", "REPLICA", "ENGINE", "INSTANCE_MANAGER", "POD"}
"""Placeholders of objects: what is told must be of them."""
_EXPRESSION: Final = re.compile(r"{\.[^}]+}")


@pytest.fixture
def incident(runbook: str) -> Incident:
    """Return the cluster that a runbook is for."""
    return INCIDENTS[runbook]


@pytest.fixture
def definitions(incident: Incident) -> str:
    """Name the CRDs of the recording's release where they are at hand."""
    release = incident.run.partition("/")[0]
    return release if definition.available(release) else definition.MINIMAL


@pytest.fixture
async def stage(incident: Incident, admin: Admin, playback: Playback) -> AsyncIterator[Stage]:
    """Set the cluster up, and take it down."""
    stage = Stage(incident, admin, playback)
    try:
        await stage.set_up()
        yield stage
    finally:
        await stage.take_down()


@pytest.fixture
def shell(control_plane: ControlPlane, tmp_path: Path) -> Shell:
    """Return a shell."""
    token, port = control_plane.admin_token, control_plane.port
    kubeconfig = write_kubeconfig(tmp_path / "kubeconfig", port=port, ca=control_plane.ca, token=token)
    return Shell(tmp_path, kubeconfig, "kubectl")


@pytest.mark.parametrize("runbook", NAMES)
async def test_every_command_does_what_it_is_there_for(
    runbook: str, incident: Incident, stage: Stage, shell: Shell, admin: Admin
) -> None:
    """In the order in which they are read; each as it is written, with the names filled in."""
    run = [command for command in commands(runbook) if kind_of(command) != NOT]
    changed = False
    for command in run:
        filled = command.filled(stage.names)
        if kind_of(command) == CHANGES:
            await assert_changes(filled, shell, admin)
            changed = True
        else:
            finds = incident.found and not changed
            assert_tells(command, await shell.run(filled.text), stage.names, finds=finds)
    assert len(run) > 2


def kind_of(command: Command) -> str:
    """Return whether a command reads, changes something or is not run; fail where nobody has said so."""
    if any(re.match(pattern, command.text) for pattern in NOT_RUN):
        return NOT
    if command.program in {"kubectl", "longhorn-cr-exporter"} and command.verb in READ:
        return READS
    if command.program == "kubectl" and command.verb in CHANGE:
        return CHANGES
    raise AssertionError(f"{command.page}: unknown command {command.text!r}")


def assert_tells(command: Command, said: Said, names: dict[str, str], *, finds: bool) -> None:
    """Hold that a command which reads has told something of every object that it was asked about.

    ``finds`` says whether ``check`` sends people to this runbook.
    """
    assert said.status in statuses(command), (command, said)
    assert said.output.strip(), (command, said)
    assert command.program != "kubectl" or not said.complaint, (command, said)
    if command.verb == "check" and finds:
        assert f"{command.page}.md" in said.output, (command, said)
    output = command.value("-o") or "table"
    if output.startswith("jsonpath"):
        assert len(said.output.split()) >= len(_EXPRESSION.findall(output)), (command, said)
        return
    assert not (output.startswith("custom-columns") and "<none>" in said.output), (command, said)
    missing = [word for word in asked_about(command, names) if word not in said.output]
    assert not missing, (command, missing, said.output)


def statuses(command: Command) -> set[int]:
    """Return the exit statuses that are right: 1 is a finding, or a node that must not be drained."""
    return {0} if command.program == "kubectl" else {0, 1}


def asked_about(command: Command, names: dict[str, str]) -> set[str]:
    """Return the names that must be in what is told: of the placeholders, and of settings that it lists.

    What objects are chosen by need not be shown: whether it is depends on the columns of the definitions.
    """
    if command.verb == "auth":
        return {"yes"} if command.placeholders & {"RESOURCE"} else {"volumes.longhorn.io", "[get list watch]"}
    chosen_by = command.value("-l")
    told = {names[placeholder] for placeholder in command.placeholders & SHOWN if placeholder not in chosen_by}
    if command.arguments[1:2] == ["settings.longhorn.io"]:
        told |= set(command.arguments[2:])
    return told


async def assert_changes(command: Command, shell: Shell, admin: Admin) -> None:
    """Hold that a command which changes something is taken, and changes that and nothing else."""
    if command.verb in {"cordon", "uncordon"}:
        await _assert_cordons(command, shell, admin)
        return
    _, kind, name = command.arguments
    path = path_of(kind, name, command.value("-n"))
    if command.verb == "delete":
        await without_finalizers(admin, path)
    before = await admin.get(path)
    said = await shell.run(command.text)
    assert said.status == 0, (command, said)
    assert not said.complaint, (command, said)
    after = await standing(admin, path)
    if command.verb == "delete":
        assert after is None, (command, said)
        return
    patch = patch_of(command.value("-p"))
    assert includes(after, patch), (command, said)
    assert not includes(before, patch), f"{command}: nothing is left to change there"


async def _assert_cordons(command: Command, shell: Shell, admin: Admin) -> None:
    path, cordons = object_path(KUBERNETES_NODES, command.arguments[1]), command.verb == "cordon"
    await admin.merge(path, {"spec": {"unschedulable": not cordons}})
    said = await shell.run(command.text)
    assert said.status == 0, (command, said)
    assert bool((await admin.get(path))["spec"].get("unschedulable")) == cordons, (command, said)


@pytest.mark.parametrize("runbook", NAMES)
def test_every_block_says_what_it_is_in(runbook: str) -> None:
    """A block that is not marked would not be run."""
    assert set(languages(runbook)) <= LANGUAGES


@pytest.mark.parametrize("runbook", NAMES)
def test_every_command_is_known_and_every_placeholder_explained(runbook: str) -> None:
    """The index says what a word in capitals stands for."""
    for command in commands(runbook):
        assert kind_of(command)
        assert command.placeholders <= explained_placeholders()


def test_every_reason_not_to_run_is_needed() -> None:
    """None is left over from a command that has gone."""
    every = [command.text for runbook in NAMES for command in commands(runbook)]
    assert [pattern for pattern in NOT_RUN if not any(re.match(pattern, text) for text in every)] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("kubectl explode VOLUME", id="no-such-verb"),
        pytest.param("rm -rf VOLUME", id="another-program"),
        pytest.param("kubectl -n longhorn-system apply -f volume.yaml", id="a-verb-nobody-judged"),
        pytest.param("longhorn-cr-exporter heal VOLUME", id="no-such-command"),
    ],
)
def test_an_unknown_command_is_a_mistake(text: str) -> None:
    """It is neither run nor passed over."""
    with pytest.raises(AssertionError, match="unknown command"):
        kind_of(Command("LonghornVolumeDeadlock", text))


_IN_LONGHORN = f"kubectl -n {NAMESPACE}"


@pytest.mark.parametrize("runbook", ["LonghornVolumeDeadlock"])
async def test_a_broken_command_is_noticed(stage: Stage, shell: Shell, admin: Admin) -> None:
    """A kind, a name, a label, a field, an option or a value that is wrong: each fails."""
    wrong_reads = (
        f"{_IN_LONGHORN} get volume.longhorn.example VOLUME",
        f"{_IN_LONGHORN} get settings.longhorn.io allow-degraded",
        f"{_IN_LONGHORN} get replicas.longhorn.io -l longhorn-volume=VOLUME -o wide",
        f"{_IN_LONGHORN} get replicas.longhorn.io -l longhornnode=OTHER_NODE -o custom-columns=A:.spec.nodeId",
        f"{_IN_LONGHORN} get volumes.longhorn.io VOLUME -o jsonpath='{{.spec.replicas}}'",
        "kubectl get nodes -l hostname=NODE",
        "longhorn-cr-exporter check --loud",
        "longhorn-cr-exporter check --namespace default",
        "longhorn-cr-exporter drain-check no-such-node",
    )
    wrong_changes = (
        f'{_IN_LONGHORN} patch volumes.longhorn.io VOLUME --type=merge -p \'{{"spec":{{"numberOfReplicas":3}}}}\'',
        f'{_IN_LONGHORN} patch volumes.longhorn.io VOLUME -p \'{{"spec":{{"numberOfReplicas":2}}}}\'',
        "kubectl cordon VOLUME",
    )
    unnoticed = [text for text in wrong_reads if not await _noticed_as_read(text, stage, shell)]
    unnoticed += [text for text in wrong_changes if not await _noticed_as_change(text, stage, shell, admin)]
    assert unnoticed == []


async def _noticed_as_read(text: str, stage: Stage, shell: Shell) -> bool:
    command = Command("LonghornVolumeDeadlock", text)
    said = await shell.run(command.filled(stage.names).text)
    try:
        assert_tells(command, said, stage.names, finds=True)
    except AssertionError:
        return True
    return False


async def _noticed_as_change(text: str, stage: Stage, shell: Shell, admin: Admin) -> bool:
    try:
        await assert_changes(Command("LonghornVolumeDeadlock", text).filled(stage.names), shell, admin)
    except AssertionError:
        return True
    return False
