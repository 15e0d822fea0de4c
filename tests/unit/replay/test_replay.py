"""The whole replay: a recording served from any moment, step by step, under a hand-moved clock."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import pytest

from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.recording import read_recording
from longhorn_cr_exporter.replay.replay import Line, Replay
from longhorn_cr_exporter.replay.server import Server
from longhorn_cr_exporter.replay.watching import Pace
from recorded import recording
from served import COLLECTION, Client, next_event

DEADLOCK = recording("v1.7.2/b-deadlock-9938")


def at(time: str) -> float:
    """Return the moment of a time of day in the recordings."""
    moment = parse_time(f"2026-03-02T{time}Z")
    assert moment is not None
    return moment


def scheduled(volume: object) -> str:
    """Return the status of a volume's condition Scheduled."""
    assert isinstance(volume, dict)
    return next(str(c["status"]) for c in volume["status"]["conditions"] if c["type"] == "Scheduled")


class Audience:
    """Keeps the lines and knows when the end was told."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.end = asyncio.Event()

    def __call__(self, line: Line) -> None:
        """Hear a line."""
        self.lines.append(line)
        if "the recording ends here" in line.text:
            self.end.set()


async def test_begins_with_the_state_of_its_start() -> None:
    """A list right after the start is the fold of what was before, and a watch cannot reach behind it."""
    async with Replay(DEADLOCK, start=at("06:30:00"), running=False) as replay, aiohttp.ClientSession() as session:
        client = Client(replay.server, session)
        _, volume = await client.get(f"{COLLECTION}/vol-rwo3")
        assert (scheduled(volume), volume["status"]["state"]) == ("False", "attached")
        async with client.watch(resourceVersion="100010") as watch:
            assert (await next_event(watch))["object"]["code"] == 410


async def test_steps_reach_a_watch() -> None:
    """Moving the clock applies what happened until then, once, and tells it."""
    lines: list[Line] = []
    async with (
        Replay(DEADLOCK, start=at("06:11:00"), running=False, listener=lines.append) as replay,
        aiohttp.ClientSession() as session,
    ):
        client = Client(replay.server, session)
        _, listed = await client.get()
        version = listed["metadata"]["resourceVersion"]
        async with client.watch(resourceVersion=version, fieldSelector="metadata.name=vol-rwo3") as watch:
            replay.advance_to(at("06:11:23"))
            assert lines == []
            replay.advance_to(at("06:11:24"))
            told = await next_event(watch)
        assert (told["type"], scheduled(told["object"])) == ("MODIFIED", "False")
        assert replay.clock.now() == at("06:11:24")
    assert lines[0] == Line(
        at("06:11:24"), "volume vol-rwo3: Scheduled → False (ReplicaSchedulingFailure): another detach would be final"
    )


async def test_progress_and_the_end() -> None:
    """It stands at the end, says so, and goes on serving while its clock runs on."""
    audience = Audience()
    async with Replay(DEADLOCK, running=False, listener=audience) as replay, aiohttp.ClientSession() as session:
        begun = replay.progress()
        assert (begun.now, begun.start, begun.fraction, begun.ended) == (at("06:01:00"), at("06:01:00"), 0.0, False)
        assert (begun.end, begun.total) == (at("08:00:00"), 489)
        replay.advance_to(at("07:00:30"))
        assert replay.progress().fraction == 0.5
        replay.advance_to(at("09:00:00"))
        assert (replay.progress().ended, replay.progress().fraction) == (True, 1.0)
        async with asyncio.timeout(5):
            await audience.end.wait()
        _, volume = await Client(replay.server, session).get(f"{COLLECTION}/vol-rwo3")
        assert volume["status"]["robustness"] == "healthy"
        assert replay.clock.now() == at("09:00:00")


async def test_steps_are_told_before_what_follows_from_them() -> None:
    """What was done to the cluster comes first, marked as such; what was before the start is not told."""
    lines: list[Line] = []
    async with Replay(DEADLOCK, running=False, listener=lines.append) as replay:
        replay.advance_to(at("06:01:18"))
    assert [line.text for line in lines if line.step] == ["cordon n3", "drain n3 instance manager evicted"]
    cordon = lines.index(Line(at("06:01:08"), "cordon n3", step=True))
    assert lines[cordon + 1].text == "node n3 cordoned"


async def test_runs_by_itself(tmp_path: Path) -> None:
    """At a high speed a recording is soon over, without anyone's hand."""
    events = (json.dumps(_line(second)) for second in range(50))
    (tmp_path / "events.jsonl").write_text("\n".join(events))
    read = read_recording(tmp_path)
    audience = Audience()
    async with asyncio.timeout(5), Replay(read, start=read.start, speed=10_000, listener=audience) as replay:
        await audience.end.wait()
        assert replay.store.version == 50


def _line(second: int) -> object:
    metadata = {"name": "v", "namespace": "longhorn-system", "resourceVersion": str(second + 1)}
    obj = {"kind": "Volume", "apiVersion": "longhorn.io/v1beta2", "metadata": metadata}
    return {"clock": f"2026-03-02T06:00:{second:02}Z", "type": "MODIFIED", "object": obj}


@pytest.mark.parametrize("start", ["05:59:59", "08:00:01"])
async def test_start_outside_names_the_range(start: str) -> None:
    """A start that the recording does not hold is refused with the range it does."""
    with pytest.raises(InputError, match=r"is outside .* \(2026-03-02T06:00:00Z to 2026-03-02T08:00:00Z\)"):
        Replay(DEADLOCK, start=at(start))


async def test_server_can_be_another() -> None:
    """A server with other times, and faults, is had by making it."""
    async with (
        Replay(DEADLOCK, running=False, server=lambda store: Server(store, pace=Pace(bookmark=0.01))) as replay,
        aiohttp.ClientSession() as session,
    ):
        client = Client(replay.server, session)
        version = str(replay.store.version)
        async with client.watch(resourceVersion=version, allowWatchBookmarks="true") as watch:
            assert (await next_event(watch))["type"] == "BOOKMARK"
