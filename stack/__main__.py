"""``python -m stack``: see the page come. Exit status as the program's: 0 stopped, 2 could not, with one line."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NoReturn

import click

from longhorn_cr_exporter import log
from longhorn_cr_exporter.cli.option import Moment
from longhorn_cr_exporter.cli.run import run, until_stopped
from longhorn_cr_exporter.cli.sheet import Sheet
from longhorn_cr_exporter.cli.stage import Stage
from longhorn_cr_exporter.error import ConfigError, LonghornExporterError
from longhorn_cr_exporter.replay.shipped import DEFAULT, open_recording
from longhorn_cr_exporter.web.server import Address, parse_address

from .binary import binaries
from .chain import Addresses
from .drawing import view
from .performance import Listening, Programme, perform
from .screen import Screen
from .telling import Teller

_PROGRAM: Final = "demo-stack"
_COULD_NOT: Final = 2
_LINKS: Final = (("Runbook", "runbook_url"), ("Dashboard", "dashboard_url"))


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--recording", default=DEFAULT, metavar="NAME|PATH", help="As for `longhorn-cr-exporter demo`.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), default=60.0, help="Recorded seconds a second.")
@click.option("--start", type=Moment(), help="Begin there, with what was then the state.")
@click.option("--listen", default="127.0.0.1:9899", metavar="HOST:PORT", help="The exporter's address.")
@click.option("--prometheus", default="127.0.0.1:9090", metavar="HOST:PORT", help="Prometheus' address.")
@click.option("--alertmanager", default="127.0.0.1:9093", metavar="HOST:PORT", help="Alertmanager's address.")
@click.option("--dashboards", default="127.0.0.1:3000", metavar="HOST:PORT", help="The dashboards' address.")
def demo_stack(*, recording: str, speed: float, start: float | None, **addresses: str) -> None:
    """Replay a recorded update to the exporter, a real Prometheus and a real Alertmanager, and print whom they tell.

    The dashboards are drawn from that Prometheus with Grafana's components, where npm can fetch them.
    """
    log.configure("logfmt", "warning")
    played = open_recording(recording)
    programme = Programme(played, played.settled if start is None else played.check(start), speed)
    free = _free(addresses)
    listening = Listening(free["listen"], Addresses(free["prometheus"], free["alertmanager"]))
    servers, screen, stage = binaries(), Screen(_page(), free["dashboards"]), Stage(sys.stdout)
    teller = Teller(Sheet(sys.stdout), _LINKS if screen.page else _LINKS[:1])
    click.echo("Rendering the alerts and starting the exporter, Prometheus and Alertmanager.\n")
    with tempfile.TemporaryDirectory(prefix=f"{_PROGRAM}-") as folder:
        performance = perform(
            programme, servers, Path(folder), listening=listening, screen=screen, stage=stage, teller=teller
        )
        run(until_stopped(performance))
    stage.close()


def _page() -> Path | None:
    """Return the folder with the page that draws dashboards, None where it cannot be built: the rest needs none."""
    try:
        return view()
    except ConfigError:
        return None


def _free(addresses: Mapping[str, str]) -> dict[str, Address]:
    """Return addresses that can be listened on, by option, each with its port; raises ConfigError where one cannot."""
    with ExitStack() as held:
        return {option: _held(held, option, text) for option, text in addresses.items()}


def _held(held: ExitStack, option: str, text: str) -> Address:
    address = parse_address(text)
    try:
        taken = held.enter_context(socket.create_server(address))
        return Address(*taken.getsockname()[:2])
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {address}: {os.strerror(error.errno or 0)}; --{option} takes another address"
        ) from error


def main() -> None:
    """Run it."""
    try:
        demo_stack.main(prog_name=_PROGRAM, standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(0)
    except click.ClickException as error:
        _refuse(error.format_message())
    except LonghornExporterError as error:
        _refuse(str(error))


def _refuse(message: str) -> NoReturn:
    click.echo(f"{_PROGRAM}: {message}", err=True)
    sys.exit(_COULD_NOT)


if __name__ == "__main__":
    main()
