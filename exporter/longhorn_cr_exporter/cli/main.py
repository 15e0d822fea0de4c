"""The program's entry: the group of commands, and how every refusal ends in one line and exit status 2."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Final

import click

from .. import log
from ..error import LonghornExporterError
from ..version import __version__
from .option import option
from .stream import abandon_output, clean

PROGRAM = "longhorn-cr-exporter"
COULD_NOT_TELL = 2
_COMMANDS: Final = ("serve", "demo", "check", "drain-check", "metrics", "completion", "version")


class Commands(click.Group):
    """The commands, each imported from the module of its name when it is asked for: most need little of the rest."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands' names, sorted."""
        return sorted({*_COMMANDS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f".{name}", __package__), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__, message=f"{PROGRAM} %(version)s")
@option("--log-format", type=click.Choice(log.FORMATS), default="logfmt", help="Shape of a log line.")
@option("--log-level", type=click.Choice(log.LEVELS), default="info", help="The least that is logged.")
def cli(log_format: str, log_level: str) -> None:
    """Early warning for Longhorn's rolling-update deadlock.

    Every option has an environment variable: --listen is LONGHORN_CR_EXPORTER_LISTEN.
    """
    log.configure(log_format, log_level)


def main() -> None:
    """Run the command line. Exit status: 0 done, 2 could not (one line on standard error says what and where)."""
    try:
        status = cli.main(prog_name=PROGRAM, standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        _refuse(error.format_message())
    except LonghornExporterError as error:
        _refuse(str(error))
    except BrokenPipeError:
        abandon_output()
        sys.exit(0)
    except Exception:  # noqa: BLE001 - a defect must not look like an answer: 1 would be one
        traceback.print_exc()
        sys.exit(COULD_NOT_TELL)
    else:
        sys.exit(status if isinstance(status, int) else 0)


def _refuse(message: str) -> None:
    click.echo(f"{PROGRAM}: {clean(message)}", err=True)
    sys.exit(COULD_NOT_TELL)
