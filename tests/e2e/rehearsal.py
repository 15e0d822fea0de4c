"""A recorded update on a cluster that is stepped by hand, exporters that follow it, and the chain to who is told."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from api.waiting import until
from e2e.replica import Replica
from e2e.today import moved
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.replay import Replay
from recorded import recording
from stack.binary import Binaries
from stack.chain import Chain, chain
from stack.prometheus import Prometheus
from stack.receiver import Alert, Notification, Status

RUN: Final = "v1.7.2/b-deadlock-9938"
VOLUME: Final = "vol-rwo3"
"""The volume that the recording is about."""
SPEED: Final = 60.0
"""How fast the rules' durations count; the cluster's own clock stands until it is stepped."""


class Rehearsal:
    """What a test does to the cluster, and what it sees of the consequences."""

    def __init__(self, replay: Replay, shift: float, running: Chain, told: list[Notification]) -> None:
        self._replay = replay
        self._shift = shift
        self._running = running
        self._told = told

    @property
    def prometheus(self) -> Prometheus:
        """The Prometheus that scrapes the exporters."""
        return self._running.prometheus

    def go_to(self, clock: str) -> None:
        """Let all happen that happened until a time of the recorded morning."""
        self._replay.advance_to(_moment(clock) + self._shift)

    async def until_deadlocked(self) -> None:
        """Go on to where a pod waits for the volume in vain; the early warning has come by then, and no page."""
        self.go_to("06:20:00")
        await self.told("ticket", "firing", alertname="LonghornVolumeDeadlock", volume=VOLUME)
        assert self.pages() == []
        self.go_to("06:34:06")

    def until_cured(self) -> None:
        """Go on to where the volume is attached again."""
        self.go_to("08:00:00")

    def pages(self) -> list[tuple[Status, int]]:
        """Return what the pager has been told so far: a status and how many alerts, for each time."""
        return [(each.status, len(each.alerts)) for each in self._told if each.receiver == "page"]

    async def told(self, receiver: str, status: Status, **labels: str) -> Alert:
        """Return the alert with these labels that a receiver is told of, once it is."""

        async def is_told() -> bool:
            return self._find(receiver, status, labels) is not None

        await until(is_told, f"{receiver} to be told of {labels}, {status}")
        alert = self._find(receiver, status, labels)
        assert alert is not None
        return alert

    async def sees(self, expression: str) -> None:
        """Return once an expression has a result in Prometheus."""

        async def has_result() -> bool:
            return bool(await self.prometheus.query(expression))

        await until(has_result, f"a result of {expression}")

    def _find(self, receiver: str, status: Status, labels: Mapping[str, str]) -> Alert | None:
        alerts = [alert for each in self._told if each.receiver == receiver for alert in each.alerts]
        return next((a for a in alerts if a.status == status and labels.items() <= a.labels.items()), None)


@asynccontextmanager
async def rehearsing(
    binaries: Binaries, folder: Path, *, rules: Mapping[str, Any], replicas: Callable[[str], list[Replica]]
) -> AsyncIterator[Rehearsal]:
    """Play the deadlock as if its update began now, to the replicas that are made for the API server's URL."""
    recorded_start = recording(RUN).settled
    shift = int(time.time() - recorded_start)
    told: list[Notification] = []
    async with AsyncExitStack() as stack:
        replay = Replay(moved(recording(RUN), shift), start=recorded_start + shift, running=False)
        await stack.enter_async_context(replay)
        exporters = replicas(replay.url)
        for exporter in exporters:
            stack.push_async_callback(exporter.kill)
            await exporter.start()
        running = await stack.enter_async_context(
            chain(
                binaries,
                folder,
                rules=rules,
                speed=SPEED,
                targets=[exporter.address for exporter in exporters],
                listener=told.append,
            )
        )
        yield Rehearsal(replay, shift, running, told)


def _moment(clock: str) -> float:
    return parse_time(f"2026-03-02T{clock}Z") or 0.0
