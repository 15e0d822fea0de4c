"""A cluster as the source: the same answers as from its dump, and what cannot be read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from longhorn_cr_exporter.model.resource import (
    CSI_ATTACHMENTS,
    DISRUPTION_BUDGETS,
    KUBERNETES_NODES,
    REPLICAS,
    RESOURCES,
    SETTINGS,
    VOLUMES,
    Resource,
)
from longhorn_cr_exporter.replay.fault import (
    Fault,
    denied,
    html_page,
    not_installed,
    server_error,
    throttled,
    unanswered,
    unauthenticated,
)
from longhorn_cr_exporter.replay.replay import Replay
from recorded import recording
from unit.cli.conftest import Command, Ran
from unit.cli.moment import DEADLOCK, FIXED, at, dump_at, reach, seconds
from unit.kube.configured import kubeconfig

CLOCK = "06:40:00"


@pytest.fixture
async def deadlocked() -> AsyncIterator[Replay]:
    """A cluster with a deadlock; its time stands."""
    async with Replay(recording(DEADLOCK), start=seconds(CLOCK), running=False) as replay:
        yield replay


async def ask(command: Command, tmp_path: Path, replay: Replay, *arguments: str) -> Ran:
    """Run a command against the cluster, beside the loop that serves it."""
    options = (*arguments, *reach(tmp_path, replay.url), "--at", at(CLOCK))
    return await asyncio.to_thread(command, *options)


@pytest.mark.parametrize("arguments", [("check",), ("drain-check", "--all")], ids=["check", "drain-check"])
@pytest.mark.parametrize("form", ["table", "json"])
async def test_a_cluster_is_judged_as_its_dump(
    command: Command, tmp_path: Path, deadlocked: Replay, arguments: tuple[str, ...], form: str
) -> None:
    """The API server and its dump give the same status and the same text, but for since when an engine is stopped."""
    live = await ask(command, tmp_path, deadlocked, *arguments, "-o", form)
    dumped = command(*arguments, "-o", form, *dump_at(tmp_path, DEADLOCK, CLOCK))
    assert (live.status, live.err) == (dumped.status, dumped.err)
    if form == "json":
        assert without_times(json.loads(live.out)) == without_times(json.loads(dumped.out))
    else:
        assert len(live.out.splitlines()) == len(dumped.out.splitlines())


def without_times(document: object) -> object:
    """Return a document without what the server's managedFields tell and the recording's objects do not."""
    told = {"stage_since", "since", "message"}
    if isinstance(document, dict):
        return {key: without_times(value) for key, value in document.items() if key not in told}
    return [without_times(item) for item in document] if isinstance(document, list) else document


def injected(replay: Replay, fault: Fault, *resources: Resource) -> None:
    """Show a fault on every request for the resources."""
    for resource in resources:
        replay.server.faults.inject(fault, on=resource, times=None)


async def test_a_forbidden_resource_is_told_in_the_answer(command: Command, tmp_path: Path, deadlocked: Replay) -> None:
    """Findings come from what can be read; the rest is named, and nulls stand for what hangs on it."""
    injected(deadlocked, denied(), KUBERNETES_NODES, CSI_ATTACHMENTS)
    ran = await ask(command, tmp_path, deadlocked, "check", "-o", "json")
    document = json.loads(ran.out)
    assert (ran.status, ran.err) == (1, "")
    assert [gap["resource"] for gap in document["unreadable"]] == ["nodes", "volumeattachments.storage.k8s.io"]
    assert all(gap["problem"].startswith("403 Forbidden") for gap in document["unreadable"])
    assert {volume["usable_replicas"] for volume in document["volumes"]} == {None}


@pytest.mark.parametrize(
    ("arguments", "resource", "said"),
    [
        pytest.param(("drain-check", "n1"), DISRUPTION_BUDGETS, "poddisruptionbudgets.policy", id="drain-without-pdbs"),
        pytest.param(("drain-check", "n1"), KUBERNETES_NODES, "nodes", id="drain-without-nodes"),
        pytest.param(("drain-check", "n1"), SETTINGS, "settings.longhorn.io", id="good-verdict-without-settings"),
        pytest.param(("check",), REPLICAS, "replicas.longhorn.io", id="check-without-replicas"),
    ],
)
async def test_what_cannot_be_told_ends_with_2(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], resource: Resource, said: str
) -> None:
    """One line names what is forbidden, where nothing can be said without it."""
    async with Replay(recording(FIXED), start=seconds("06:01:30"), running=False) as replay:
        injected(replay, denied(), resource)
        ran = await ask(command, tmp_path, replay, *arguments)
    assert ran.status == 2
    assert ran.err.startswith(f"longhorn-cr-exporter: cannot tell: {said} cannot be read (403 Forbidden: ")
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(denied, "nothing can be read; volumes.longhorn.io: 403 Forbidden: ", id="forbidden"),
        pytest.param(not_installed, "nothing can be read; volumes.longhorn.io: 404 NotFound: ", id="not-kubernetes"),
        pytest.param(unauthenticated, "volumes.longhorn.io: 401 Unauthorized", id="unauthorized"),
    ],
)
async def test_a_cluster_that_answers_nothing_ends_with_2(
    command: Command, tmp_path: Path, deadlocked: Replay, fault: Callable[[], Fault], said: str
) -> None:
    """Refusals of everything are one line, and no answer."""
    injected(deadlocked, fault(), *RESOURCES)
    ran = await ask(command, tmp_path, deadlocked, "check")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith(f"longhorn-cr-exporter: {said}")
    assert len(ran.err.splitlines()) == 1


async def test_a_cluster_without_longhorn_is_no_answer(command: Command, tmp_path: Path, deadlocked: Replay) -> None:
    """Where Longhorn's resources do not exist, check says so."""
    for resource in RESOURCES:
        if resource.group == "longhorn.io":
            deadlocked.store.uninstall(resource, seconds(CLOCK))
    ran = await ask(command, tmp_path, deadlocked, "check")
    assert ran.status == 2
    assert "cannot tell: volumes.longhorn.io, replicas.longhorn.io, settings.longhorn.io cannot be read (404" in ran.err


@pytest.mark.parametrize("arguments", [("check",), ("check", "--watch"), ("drain-check", "--all")])
async def test_the_wrong_namespace_is_no_answer(
    command: Command, tmp_path: Path, deadlocked: Replay, arguments: tuple[str, ...]
) -> None:
    """Where Longhorn is not, nothing would be found, and that would say nothing."""
    options = (*arguments, *reach(tmp_path, deadlocked.url), "--namespace", "longhorn")
    ran = await asyncio.to_thread(command, *options)
    said = "namespace longhorn holds nothing of Longhorn's; say where it is, with --namespace"
    assert ran == (2, "", f"longhorn-cr-exporter: {said}\n")


def test_a_server_that_is_not_there_ends_with_2(command: Command, tmp_path: Path) -> None:
    """A refused connection is told at once, with the server's address."""
    url = "http://127.0.0.1:1"
    ran = command("check", *reach(tmp_path, url))
    assert ran == (2, "", f"longhorn-cr-exporter: volumes.longhorn.io: {url}: Connection refused\n")


def test_no_cluster_is_configured(command: Command) -> None:
    """Without a kubeconfig and outside a pod there is nothing to ask."""
    ran = command("check")
    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1


def test_a_context_that_is_not_there(command: Command, tmp_path: Path) -> None:
    """A wrong context is named."""
    ran = command("check", "--kubeconfig", kubeconfig(tmp_path / "config"), "--context", "other")
    assert (ran.status, ran.out) == (2, "")
    assert "other" in ran.err


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(throttled(0), id="429"),
        pytest.param(server_error(), id="500"),
        pytest.param(html_page(), id="502"),
    ],
)
async def test_a_passing_refusal_is_outlasted(
    command: Command, tmp_path: Path, deadlocked: Replay, fault: Fault
) -> None:
    """What a server refuses for a moment is asked for again."""
    deadlocked.server.faults.inject(fault, on=SETTINGS, times=1)
    ran = await ask(command, tmp_path, deadlocked, "check")
    assert (ran.status, ran.err) == (1, "")


async def test_a_server_without_an_answer_is_given_up(command: Command, tmp_path: Path, deadlocked: Replay) -> None:
    """After --timeout one line says which resources are missing."""
    injected(deadlocked, unanswered(), VOLUMES)
    ran = await ask(command, tmp_path, deadlocked, "check", "--timeout", "0.5")
    assert ran == (2, "", "longhorn-cr-exporter: not read within 0.5 s: volumes.longhorn.io\n")
