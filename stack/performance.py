"""The demonstration: a recording, an exporter that follows it, and the chain from there to a page at the terminal."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final, NamedTuple

from longhorn_cr_exporter.cli.option import DEFAULT_NAMESPACE
from longhorn_cr_exporter.cli.run import follow, new_exporter
from longhorn_cr_exporter.cli.stage import Stage
from longhorn_cr_exporter.kube.connection import Connection
from longhorn_cr_exporter.model.time import format_time
from longhorn_cr_exporter.replay.recording import Recording
from longhorn_cr_exporter.replay.replay import Replay
from longhorn_cr_exporter.web.server import Address, serving

from .binary import Binaries
from .chain import Addresses, Chain, chain
from .failure import first_failure
from .prometheus import Prometheus
from .receiver import Notification
from .relay import relaying
from .rule import local_links, rules
from .screen import Screen, showing
from .telling import Teller

_LOOK_SECONDS: Final = 0.1


class Listening(NamedTuple):
    """Where the exporter and the chain behind it listen; Prometheus at a port that is known."""

    exporter: Address
    chain: Addresses


class Programme(NamedTuple):
    """What is played: a recording from a moment on (its own Unix seconds), at a speed."""

    recording: Recording
    start: float
    speed: float

    @property
    def real_seconds(self) -> float:
        """How long that takes."""
        return (self.recording.end - self.start) / self.speed

    def replay(self, stage: Stage) -> Replay:
        """Return it as a cluster whose clock stands."""
        return Replay(self.recording, start=self.start, speed=self.speed, listener=stage.tell, running=False)


async def perform(
    programme: Programme,
    binaries: Binaries,
    folder: Path,
    *,
    listening: Listening,
    screen: Screen,
    stage: Stage,
    teller: Teller,
) -> None:
    """Play a programme until cancelled; raises ChildError when a server ends before. Files go into ``folder``."""
    replay, seconds = programme.replay(stage), programme.real_seconds

    def tell(notification: Notification) -> None:
        with stage.above():
            teller.tell(notification, format_time(replay.clock.now())[11:19])

    async with replay, Connection.plain(replay.url) as connection:
        exporter = new_exporter(replay.clock.now, None)
        async with (
            serving(exporter, listening.exporter) as url,
            relaying(url, replay.clock) as proxy,
            showing(screen, folder, prometheus=listening.chain.prometheus, seconds=seconds) as dashboards,
            chain(
                binaries,
                folder,
                rules=rules(programme.speed, local_links(dashboards)),
                speed=programme.speed,
                targets=[url.removeprefix("http://")],
                listener=tell,
                addresses=listening.chain,
                proxy=proxy,
            ) as running,
        ):
            await first_failure(
                follow(exporter, connection, DEFAULT_NAMESPACE),
                _show(replay, running, stage, _heading(programme, running, url, dashboards)),
                *(child.fail() for child in running.children),
            )


async def _show(replay: Replay, running: Chain, stage: Stage, heading: str) -> None:
    """Let the recording begin once Prometheus scrapes the exporter."""
    await _scraped(running.prometheus)
    stage.open(heading)
    replay.clock.resume()
    await stage.keep(replay)


async def _scraped(prometheus: Prometheus) -> None:
    while not await prometheus.query("longhorn_cr_exporter_build_info"):  # noqa: ASYNC110  # it is another process
        await asyncio.sleep(_LOOK_SECONDS)


def _heading(programme: Programme, running: Chain, url: str, dashboards: str | None) -> str:
    name, speed = programme.recording.name, programme.speed
    return (
        f"Replaying {name}, {speed:g} recorded seconds a second; the alerts hurry as much.\n"
        "Times and ages are the recording's; graphs, and how long an alert has been firing, go by the real clock.\n"
        "A TICKET is a warning, for working hours; a PAGE is critical, and wakes somebody.\n"
        "\n"
        f"  Status page     {url}\n"
        f"  Dashboards      {dashboards or 'not drawn, for the reason above'}\n"
        f"  Alertmanager    http://{running.alertmanager.address}\n"
        f"  Prometheus      {running.prometheus.url}/api/v1/alerts  (JSON: built from its Go module it has no pages)\n"
        "  Stop            Ctrl-C\n\n"
    )
