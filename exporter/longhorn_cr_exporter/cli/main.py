"""The program's entry: the group of commands, and how every refusal ends in one line and exit status 2."""

from __future__ import annotations

import sys
import traceback

import click

from .. import log
from ..error import LonghornExporterError
from ..version import __version__
from .check import check
from .completion import completion
from .demo import demo
from .drain_check import drain_check
from .metrics import metrics
from .option import option
from .output import abandon_output
from .serve import serve
from .sheet import clean
from .version import version

PROGRAM = "longhorn-cr-exporter"
COULD_NOT_TELL = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(__version__, message=f"{PROGRAM} %(version)s")
@option("--log-format", type=click.Choice(log.FORMATS), default="logfmt", help="Shape of a log line.")
@option("--log-level", type=click.Choice(log.LEVELS), default="info", help="The least that is logged.")
def cli(log_format: str, log_level: str) -> None:
    """Early warning for Longhorn's rolling-update deadlock.

    Every option has an environment variable: --listen is LONGHORN_CR_EXPORTER_LISTEN.
    """
    log.configure(log_format, log_level)


for command in (serve, demo, check, drain_check, metrics, completion, version):
    cli.add_command(command)


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
