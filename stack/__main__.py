"""``python -m stack``: see the page come. Exit status as the program's: 0 stopped, 2 could not, with one line."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
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
from .performance import Listening, Programme, perform
from .telling import Teller

_PROGRAM: Final = "demo-stack"
_COULD_NOT: Final = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option("--recording", default=DEFAULT, metavar="NAME|PATH", help="As for `longhorn-cr-exporter demo`.")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), default=60.0, help="Recorded seconds a second.")
@click.option("--start", type=Moment(), help="Begin there, with what was then the state.")
@click.option("--listen", default="127.0.0.1:9899", metavar="HOST:PORT", help="The exporter's address.")
@click.option("--prometheus", default="127.0.0.1:9090", metavar="HOST:PORT", help="Prometheus' address.")
@click.option("--alertmanager", default="127.0.0.1:9093", metavar="HOST:PORT", help="Alertmanager's address.")
def demo_stack(
    *, recording: str, speed: float, start: float | None, listen: str, prometheus: str, alertmanager: str
) -> None:
    """Replay a recorded update to the exporter, a real Prometheus and a real Alertmanager, and print whom they tell."""
    log.configure("logfmt", "warning")
    played = open_recording(recording)
    programme = Programme(played, played.settled if start is None else played.check(start), speed)
    listening = Listening(
        _free(listen, "--listen"),
        Addresses(_free(prometheus, "--prometheus"), _free(alertmanager, "--alertmanager")),
    )
    servers, stage, teller = binaries(), Stage(sys.stdout), Teller(Sheet(sys.stdout))
    click.echo("Rendering the alerts and starting the exporter, Prometheus and Alertmanager.\n")
    with tempfile.TemporaryDirectory(prefix=f"{_PROGRAM}-") as folder:
        run(until_stopped(perform(programme, servers, Path(folder), listening=listening, stage=stage, teller=teller)))
    stage.close()


def _free(text: str, option: str) -> Address:
    """Return an address that can be listened on; raises ConfigError where it cannot."""
    address = parse_address(text)
    try:
        with socket.create_server(address):
            return address
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {address}: {os.strerror(error.errno or 0)}; {option} takes another address"
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
