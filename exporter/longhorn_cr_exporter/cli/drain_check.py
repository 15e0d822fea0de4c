"""``drain-check``: may this node be drained?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, get_args

import click

from ..diagnosis.drain import NEEDED
from ..diagnosis.wording import listed
from ..error import InputError
from ..exporter import Exporter
from ..model.resource import ENGINES, LONGHORN_ATTACHMENTS, LONGHORN_NODES, SETTINGS
from ..report.document import Verdict
from ..report.drain_check import drain_check_document
from .drain_table import write_drains
from .option import option
from .output import output, write
from .readable import check_readable
from .source import Source, source_options

_VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
_COULD_WORSEN_IT: Final = (SETTINGS, ENGINES, LONGHORN_ATTACHMENTS, LONGHORN_NODES)
"""What they hold can only make a verdict worse: without them a bad one stands, and a good one is no answer."""


@click.command("drain-check")
@click.argument("nodes", metavar="NODE...", nargs=-1)
@option("--all", "every", is_flag=True, help="Every node that Longhorn knows, by name.")
@option(
    "--allow",
    type=click.Choice(_VERDICTS[:2]),
    default="degrading",
    help="The worst verdict that still ends with status 0.",
)
@output
@source_options
def drain_check(nodes: tuple[str, ...], every: bool, allow: Verdict, output: str, source: Source) -> int:
    """Tell whether nodes may be drained, and what a drain would do.

    \b
    safe       it goes through, and no volume misses anything
    degrading  it goes through, and leaves volumes with fewer replicas
    blocked    it would hang on Longhorn's PodDisruptionBudget
    unsafe     a volume would lose its last usable replica, or could
               never be attached again

    Exit status: 0 every node is safe or degrading (see --allow), 1 one of them is not, 2 it cannot be told.
    """  # noqa: D301 - the \b is click's, and keeps the lines below it as they are
    if every == bool(nodes):
        raise click.UsageError("name the nodes, or ask for --all")
    exporter = source.judge()
    check_readable(exporter, NEEDED)
    _check_known(nodes, exporter)
    report = drain_check_document(exporter, sorted(exporter.assessment.drains.facts) if every else nodes)
    write(report, output, write_drains)
    if any(_VERDICTS.index(node.verdict) > _VERDICTS.index(allow) for node in report.nodes):
        return 1
    check_readable(exporter, _COULD_WORSEN_IT)
    return 0


def _check_known(nodes: Sequence[str], exporter: Exporter) -> None:
    """Raise InputError for a node that neither Kubernetes nor Longhorn knows."""
    known = exporter.assessment.nodes.facts.keys() | exporter.assessment.drains.facts.keys()
    unknown = [node for node in nodes if node not in known]
    if unknown:
        raise InputError(f"no such node: {', '.join(unknown)}; there are {listed(known) or 'none'}")
