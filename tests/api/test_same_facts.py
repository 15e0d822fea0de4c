"""A cluster followed live, listed once, dumped by kubectl, packed into a support bundle: the same is said of it.

Only since when an engine is stopped, a stage with it, and a node gone, is no fact of the cluster's. Who follows it
remembers; an object's managedFields tell the latest that it can be; and kubectl leaves those out unless asked for them.
"""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from api.admin import NAMESPACE, Json
from api.following import Follower, following
from api.playback import Playback
from api.retimed import Retimed
from api.terminal import Terminal
from dumped import bundle
from judged import fleet_rows
from longhorn_cr_exporter.diagnosis.finding import findings
from longhorn_cr_exporter.model.resource import RESOURCES
from longhorn_cr_exporter.model.time import format_time
from longhorn_cr_exporter.replay.clock import Clock
from longhorn_cr_exporter.report.check import check_document
from longhorn_cr_exporter.report.drain_check import drain_check_document
from stack.binary import built

WATCHED_SECONDS = 600
LATER_SECONDS = 3600.0
"""When it is judged: whatever turns serious with time has done so."""
KINDS = ",".join(resource.name for resource in RESOURCES)
STOPPED = "longhorn_cr_engine_stopped_timestamp_seconds"
REMEMBERED = (
    STOPPED,
    "longhorn_cr_engine_stopped_age_seconds",
    "longhorn_cr_volume_deadlock_stage_since_timestamp_seconds",
)
_SINCE = re.compile(r" since \S+Z \(.*?\)")


class Told(NamedTuple):
    """What is said of a cluster: by ``check``, by ``drain-check --all``, and to Prometheus."""

    check: Json
    drains: Json
    rows: list[str]


class Then(NamedTuple):
    """A moment of a recording, with the one volume that is stuck in it."""

    run: str
    clock: str
    deadlocked: str


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(Then("v1.7.2/b-deadlock-9938", "2026-03-02T06:40:00Z", "vol-rwo3"), id="the-deadlock"),
        pytest.param(Then("v1.7.2/l-capi-replacement-no-wait", "2026-03-02T06:50:00Z", "vol-fast"), id="replacement"),
    ],
)
async def test_the_same_is_said_however_the_cluster_is_read(
    then: Then, playback: Playback, kubeconfig: Path, tmp_path: Path
) -> None:
    """What was followed through ten minutes of changes equals what a list, kubectl's output and a bundle show."""
    followed = await _follow(Retimed(then.run, then.clock), playback, kubeconfig)
    stages = {volume["volume"]: volume["stage"] for volume in followed.check["volumes"] if volume["stage"]}
    assert stages == {then.deadlocked: "deadlocked"}

    terminal, at = Terminal(), ("--at", followed.check["at"])
    live = await _documents(terminal, *at, "--kubeconfig", str(kubeconfig))
    dumps = await asyncio.to_thread(_dump, tmp_path, kubeconfig)
    told = {name: await _told_of(terminal, *at, "--from", str(path)) for name, path in dumps.items()}
    assert (told["bundle"].check, told["bundle"].drains) == live
    assert told["bundle"] == told["yaml"]
    for name, other in told.items():
        assert _timeless(other) == _timeless(followed), name
        assert all(mine <= theirs for mine, theirs in zip(_times(followed), _times(other), strict=True)), name


async def _follow(retimed: Retimed, playback: Playback, kubeconfig: Path) -> Told:
    """Let an exporter follow ten minutes of a recording and return what it then says."""
    for event in retimed.standing(seconds_ago=WATCHED_SECONDS):
        await playback.play(event)
    clock = Clock(_now(), monotonic=lambda: 0.0, running=False)
    async with following(kubeconfig, clock) as follower:
        await follower.in_step_with(playback)
        for event in retimed.since(seconds_ago=WATCHED_SECONDS):
            clock.advance_to(_now())
            await playback.play(event)
            await follower.in_step_with(playback)
        clock.advance_to(_now() + LATER_SECONDS)
        return _told_by(follower)


def _now() -> float:
    """Return the time as objects carry it, in whole seconds."""
    return float(int(time.time()))


def _told_by(follower: Follower) -> Told:
    """Return what a following exporter says: the documents that its commands would write, and a scrape."""
    follower.judge()
    exporter, now = follower.exporter, follower.clock.now()
    check = check_document(exporter, findings(exporter.assessment, exporter.state, now))
    drains = drain_check_document(exporter, sorted(exporter.assessment.drains.facts))
    return Told(_plain(check), _plain(drains), fleet_rows(exporter.exposition, now))


def _plain(document: msgspec.Struct) -> Json:
    plain: Json = json.loads(msgspec.json.encode(document))
    return plain


async def _documents(terminal: Terminal, *source: str) -> tuple[Json, Json]:
    check = await terminal.run("check", "-o", "json", *source)
    drains = await terminal.run("drain-check", "--all", "-o", "json", *source)
    return check.document, drains.document


async def _told_of(terminal: Terminal, *source: str) -> Told:
    exposition = (await terminal.run("metrics", *source)).text.splitlines()
    rows = [row for row in exposition if row.startswith("longhorn_cr_") and not row.startswith("longhorn_cr_exporter_")]
    return Told(*await _documents(terminal, *source), sorted(rows))


def _dump(folder: Path, kubeconfig: Path) -> dict[str, Path]:
    """Dump the cluster as kubectl shows it, with all that is stored, and as a bundle; return the files by form."""
    whole = _get(kubeconfig, "json", "--show-managed-fields")
    contents = {
        "json": _get(kubeconfig, "json"),
        "yaml": _get(kubeconfig, "yaml", "--show-managed-fields"),
        "bundle": bundle(json.loads(whole)["items"]),
    }
    paths = {form: folder / f"cluster.{form}" for form in contents}
    for form, path in paths.items():
        path.write_bytes(contents[form])
    return paths


def _get(kubeconfig: Path, form: str, *options: str) -> bytes:
    what = (f"--kubeconfig={kubeconfig}", "get", KINDS, f"--namespace={NAMESPACE}", f"--output={form}")
    kubectl = str(built("kubectl")["kubectl"])
    return subprocess.run([kubectl, *what, *options], check=True, stdout=subprocess.PIPE, timeout=60).stdout


def _timeless(told: Told) -> Told:
    """Return the same without what only a follower can know."""
    volumes = [{**volume, "stage_since": None} for volume in told.check["volumes"]]
    found = [{**f, "since": None, "message": _SINCE.sub("", f["message"])} for f in told.check["findings"]]
    check = {**told.check, "volumes": volumes, "findings": found}
    rows = [row.rpartition(" ")[0] if row.startswith(REMEMBERED) else row for row in told.rows]
    return Told(check, told.drains, sorted(rows))


def _times(told: Told) -> list[str]:
    """Return since when volumes are in their stage, what is found holds and engines are stopped; now where unknown."""
    stopped = (row.rpartition(" ") for row in told.rows if row.startswith(STOPPED))
    return [
        *(volume["stage_since"] or told.check["at"] for volume in told.check["volumes"]),
        *(finding["since"] or told.check["at"] for finding in told.check["findings"]),
        *(format_time(float(value)) for _, _, value in sorted(stopped)),
    ]
