"""Playing: each event in its moment, in order, whatever the clock does."""

from __future__ import annotations

import asyncio

from longhorn_cr_exporter.model.resource import VOLUMES
from longhorn_cr_exporter.replay.clock import Clock
from longhorn_cr_exporter.replay.event import Event
from longhorn_cr_exporter.replay.player import Player
from longhorn_cr_exporter.replay.recording import Recording
from longhorn_cr_exporter.replay.store import Store
from served import made

RECORDING = Recording(
    "two moments",
    (made("a", 1, clock=10.0), made("b", 2, clock=10.0), made("a", 3, clock=20.0), made("b", 4, clock=30.0)),
)


class Stage:
    """A player with its store and clock, and what its listener heard."""

    def __init__(self, *, start: float = 0.0) -> None:
        self.heard: list[int] = []
        self.store = Store()
        self.clock = Clock(start, monotonic=lambda: 0.0, running=False)
        self.player = Player(RECORDING, self.store, self.clock, self._hear)

    def _hear(self, event: Event) -> None:
        assert self.store.version == event.version
        self.heard.append(event.version)


def test_events_come_in_their_moment() -> None:
    """All events of a moment come in one step, none before."""
    stage = Stage()
    for moment, heard in ((9.9, []), (10.0, [1, 2]), (29.0, [1, 2, 3]), (99.0, [1, 2, 3, 4])):
        stage.clock.advance_to(moment)
        stage.player.apply_due()
        assert stage.heard == heard
    assert stage.player.ended


def test_the_past_is_folded() -> None:
    """What lies before the start is the state; no listener and no watch hears of it."""
    stage = Stage(start=20.0)
    assert [event.version for event in stage.player.fold_due()] == [1, 2, 3]
    assert stage.heard == []
    volumes = stage.store.collection(VOLUMES)
    assert [stored.version for stored in volumes.snapshot(3)] == [3, 2]
    assert volumes.compacted == 3
    assert stage.player.applied == 3


async def test_running_follows_jumps() -> None:
    """A standing clock holds the player; each jump is followed; at the end it returns."""
    stage = Stage()
    heard: asyncio.Queue[int] = asyncio.Queue()
    player = Player(RECORDING, stage.store, stage.clock, lambda event: heard.put_nowait(event.version))
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        tasks.create_task(player.run())
        for moment, versions in ((10.0, [1, 2]), (25.0, [3]), (30.0, [4])):
            assert heard.empty()
            stage.clock.advance_to(moment)
            assert [await heard.get() for _ in versions] == versions
    assert player.ended


async def test_running_by_itself() -> None:
    """A running clock needs no hand: at a high speed the recording is over at once."""
    clock = Clock(0.0, monotonic=asyncio.get_running_loop().time, speed=10_000.0)
    store = Store()
    player = Player(RECORDING, store, clock, lambda _event: None)
    async with asyncio.timeout(5):
        await player.run()
    assert (player.ended, store.version) == (True, 4)
    assert clock.now() >= RECORDING.end
