"""``demo``: the exporter on a recorded rolling update, without a cluster."""

from __future__ import annotations

import asyncio
import sys

import click

from ..kube.connection import Connection
from ..replay.recording import Recording
from ..replay.replay import Replay
from ..replay.shipped import DEFAULT, SHIPPED, open_recording
from ..web.server import Address, parse_address, serving
from .option import DEFAULT_NAMESPACE, Moment, longhorn_version, option
from .run import follow, new_exporter, run, until_stopped
from .stage import Stage, heading


def _print_list(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        for shipped in SHIPPED:
            mark = "*" if shipped.name == DEFAULT else " "
            click.echo(f"{mark} {shipped.name:<18} {shipped.release:<8} {shipped.about}")
        ctx.exit()


@click.command()
@option(
    "--recording", default=DEFAULT, metavar="NAME|PATH", help="A recording by name (see --list), or a folder or file."
)
@option("--speed", type=click.FloatRange(min=0, min_open=True), default=60.0, help="Recorded seconds per real second.")
@option("--start", type=Moment(), help="Begin there, with what was then the state.")
@option("--listen", default="127.0.0.1:9899", metavar="HOST:PORT", help="Where to serve metrics and pages.")
@longhorn_version
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_list,
    help="Name the recordings and exit.",
)
def demo(recording: str, speed: float, start: float | None, listen: str, longhorn_version: str | None) -> None:
    """Replay a recorded rolling update and serve what the exporter makes of it.

    The recording is played by an API server of its own, on loopback; Ctrl-C ends it.
    """
    played = open_recording(recording)
    run(_demo(played, speed=speed, start=start, address=parse_address(listen), longhorn_version=longhorn_version))


async def _demo(
    recording: Recording, *, speed: float, start: float | None, address: Address, longhorn_version: str | None
) -> None:
    stage = Stage(sys.stdout)
    async with Replay(recording, start=start, speed=speed, listener=stage.tell) as replay:
        exporter = new_exporter(replay.clock.now, longhorn_version)
        async with Connection.plain(replay.url) as connection, serving(exporter, address) as url:
            stage.open(heading(replay, url, speed))
            progress = asyncio.create_task(stage.keep(replay))
            await until_stopped(follow(exporter, connection, DEFAULT_NAMESPACE))
            progress.cancel()
            stage.close()
