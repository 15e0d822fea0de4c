"""``make demo-stack``: the page is printed, Ctrl-C ends all of it, and what cannot be is said in one line."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import pytest

from api.waiting import until
from e2e.demonstration import ADDRESSES, ANY_PORTS, Demonstration, demonstrating
from e2e.rehearsal import SPEED, VOLUME
from stack.binary import Binaries
from stack.drawing import view

_BEFORE_THE_DEADLOCK: Final = "--start=2026-03-02T06:33:30Z"
_SERVERS: Final = {"prometheus", "alertmanager"}
_SHOWN: Final = ("Status page", "Dashboards", "Alertmanager", "Prometheus")
_SINCE: Final = (
    "longhorn_cr_engine_stopped_timestamp_seconds",
    "longhorn_cr_node_cordoned_timestamp_seconds",
    "longhorn_cr_volume_attach_pending_timestamp_seconds",
    "longhorn_cr_volume_condition_last_transition_timestamp_seconds",
    "longhorn_cr_volume_deadlock_stage_since_timestamp_seconds",
    "longhorn_cr_exporter_last_event_timestamp_seconds",
)
_LATE_SECONDS: Final = 5.0  # by which a scrape may reach the exporter: no age in the demonstration is off by more


@pytest.fixture(scope="session")
def page() -> Path:
    """Build the page that draws dashboards where it is not built."""
    return view()


@pytest.fixture
async def demonstration(binaries: Binaries, page: Path, tmp_path: Path) -> AsyncIterator[Demonstration]:
    """Run the demonstration from half a minute before the deadlock; its servers choose their ports."""
    assert all(built.exists() for built in (*binaries, page))
    async with demonstrating(tmp_path, *ANY_PORTS, _BEFORE_THE_DEADLOCK) as started:
        yield started


async def test_page_is_printed_and_ctrl_c_ends_all(demonstration: Demonstration) -> None:
    """The addresses that it prints answer; afterwards no process is left, and no file."""
    await demonstration.prints(f"PAGE  LonghornVolumeDeadlock  {VOLUME}")
    await demonstration.prints("drain no further")
    links = demonstration.links
    assert {name: await _status(url) for name, url in links.items()} == dict.fromkeys((*_SHOWN, "Dashboard"), 200)
    assert links["Dashboard"] == f"{links['Dashboards']}/d/longhorn-volume?var-volume={VOLUME}"
    children = demonstration.children()
    assert children.keys() == _SERVERS
    demonstration.interrupt()
    assert await demonstration.ends() == 0
    assert demonstration.alive(children) == []
    assert demonstration.left_behind == []
    assert demonstration.out.endswith("\nstopped\n")
    assert demonstration.err == ""


async def test_dashboards_ask_its_prometheus(demonstration: Demonstration) -> None:
    """The page has what it draws: the dashboards, their runbooks, and what Prometheus has scraped."""
    await demonstration.prints("Ctrl-C")
    dashboards = demonstration.links["Dashboards"]
    settings = await _json(f"{dashboards}/settings.json")
    home = settings.pop("home")
    assert settings == {"scrapeInterval": "1s", "from": "now-2m", "refresh": "2s"}
    links = (await _json(f"{dashboards}/dashboards/{home}.json"))["links"]
    paths = [link["url"] for link in links]
    assert f"/d/{home}" in paths
    assert [await _status(dashboards + path) for path in paths] == [200] * len(paths)
    assert await _ages(dashboards, f'longhorn_cr_volume_desired_replicas{{volume="{VOLUME}"}}') == [3]


async def test_ages_are_the_recording_s(demonstration: Demonstration) -> None:
    """Prometheus reckons those that the exporter tells, a scrape ago at most, and none has ever been negative."""
    await demonstration.prints(f"PAGE  LonghornVolumeDeadlock  {VOLUME}")
    dashboards = demonstration.links["Dashboards"]

    async def agree() -> bool:
        late = await _ages(
            dashboards,
            "time() - longhorn_cr_engine_stopped_timestamp_seconds - longhorn_cr_engine_stopped_age_seconds",
        )
        return bool(late) and all(-_LATE_SECONDS < seconds < SPEED for seconds in late)

    await until(agree, "the ages of stopped engines to agree")
    for metric in _SINCE:
        least = await _ages(dashboards, f"min_over_time((time() - {metric})[1m:1s])")
        assert least, metric
        assert min(least) > -_LATE_SECONDS, metric
    stuck = f'time() - longhorn_cr_volume_attach_pending_timestamp_seconds{{volume="{VOLUME}"}}'
    assert min(await _ages(dashboards, stuck)) > 30, "the page comes after half a recorded minute"


@pytest.mark.parametrize("server", sorted(_SERVERS))
async def test_server_that_ends_by_itself(demonstration: Demonstration, server: str) -> None:
    """It ends the demonstration, which says so, and leaves nothing running."""
    await demonstration.prints("Ctrl-C")
    children = demonstration.children()
    os.kill(children[server], signal.SIGTERM)
    assert await demonstration.ends() == 2
    assert re.fullmatch(rf"demo-stack: {server.capitalize()} ended by itself: .+\n", demonstration.err)
    assert demonstration.alive(children) == []
    assert demonstration.left_behind == []


async def test_machine_without_npm(binaries: Binaries, tmp_path: Path) -> None:
    """It says what is missing, in one line, and shows all but the dashboards."""
    changes = {"PATH": str(_programs_but_npm(tmp_path)), "LONGHORN_CR_EXPORTER_CACHE": str(_cache(tmp_path, binaries))}
    async with demonstrating(tmp_path, *ANY_PORTS, _BEFORE_THE_DEADLOCK, changes=changes) as demonstration:
        await demonstration.prints("Runbook: ")
        assert demonstration.err == "dashboards/view/build: needs npm, and there is none on the PATH\n"
        assert "Dashboards      not drawn, for the reason above\n" in demonstration.out
        assert demonstration.links.keys() == {*_SHOWN} - {"Dashboards"}


@pytest.mark.parametrize("taken", ADDRESSES)
async def test_port_in_use(tmp_path: Path, taken: str) -> None:
    """One line says which, and how to choose another; nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        addresses = dict.fromkeys(ADDRESSES, "127.0.0.1:0")
        addresses[taken] = f"127.0.0.1:{held.getsockname()[1]}"
        async with demonstrating(
            tmp_path, *(f"{option}={address}" for option, address in addresses.items())
        ) as refused:
            assert await refused.ends() == 2
    wanted = f"demo-stack: cannot listen on {addresses[taken]}: Address already in use; {taken} takes another address\n"
    assert (refused.out, refused.err) == ("", wanted)


async def test_recording_that_is_not_there(tmp_path: Path) -> None:
    """As the program itself: one line, and status 2."""
    async with demonstrating(tmp_path, "--recording=elsewhere") as refused:
        assert await refused.ends() == 2
    assert refused.err.startswith("demo-stack: elsewhere: no such recording;")
    assert refused.err.count("\n") == 1


def _programs_but_npm(folder: Path) -> Path:
    """Make a folder with all that the PATH has, save npm."""
    programs = folder / "programs"
    programs.mkdir()
    for place in filter(Path.is_dir, map(Path, os.environ["PATH"].split(os.pathsep))):
        for program in place.iterdir():
            if program.name != "npm" and not (programs / program.name).is_symlink():
                (programs / program.name).symlink_to(program)
    return programs


def _cache(folder: Path, binaries: Binaries) -> Path:
    """Make a cache that has the servers alone."""
    (folder / "cache").mkdir()
    (folder / "cache" / "bin").symlink_to(next(at for at in binaries.prometheus.parents if at.name == "bin"))
    return folder / "cache"


async def _ages(dashboards: str, expression: str) -> list[float]:
    """Return what an expression comes to now, asked through the dashboards' page."""
    answer = await _json(f"{dashboards}/prometheus/api/v1/query?{urlencode({'query': expression})}")
    return [float(row["value"][1]) for row in answer["data"]["result"]]


async def _json(url: str) -> Any:
    async with aiohttp.ClientSession() as session, session.get(url, raise_for_status=True) as response:
        return await response.json()


async def _status(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status
