"""``check``: what is at risk now, and what to do."""

from __future__ import annotations

import sys
from typing import Final

import click

from ..diagnosis.finding import findings
from ..model.resource import KUBERNETES_NODES, REPLICAS, SETTINGS, VOLUMES
from ..report.check import check_document
from .check_table import write_check
from .option import option
from .output import output, write
from .readable import check_readable
from .run import run
from .sheet import Sheet
from .source import Source, source_options
from .stream import abandon_output
from .watch import tell_json, tell_line, watch_cluster

_NEEDED: Final = (VOLUMES, REPLICAS, SETTINGS, KUBERNETES_NODES)
"""Without these nothing found would mean nothing."""


@click.command()
@option("--watch", is_flag=True, help="Follow a cluster and print what appears, changes and clears, until Ctrl-C.")
@output
@source_options
def check(watch: bool, output: str, source: Source) -> int:
    """Tell which volumes and nodes are at risk, the most urgent first, and what to do.

    Exit status: 0 nothing is found, or only what is good to know (info), 1 something is, 2 it cannot be told.
    """
    if watch:
        _watch(source, output)
        return 0
    exporter = source.judge()
    found = findings(exporter.assessment, exporter.state, exporter.clock())
    write(check_document(exporter, found), output, write_check)
    if any(finding.severity != "info" for finding in found):
        return 1
    check_readable(exporter, _NEEDED)
    return 0


def _watch(source: Source, output: str) -> None:
    if source.path is not None or source.at is not None:
        raise click.UsageError("--watch follows a cluster: it goes with neither --from nor --at")
    sheet = Sheet(sys.stdout)
    try:
        if output == "json":
            run(watch_cluster(source, tell_json, lambda _: None))
        else:
            run(watch_cluster(source, tell_line(sheet), sheet.paragraph))
    except* BrokenPipeError:
        abandon_output()
