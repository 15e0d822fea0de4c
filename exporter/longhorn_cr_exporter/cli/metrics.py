"""``metrics``: the exposition of a dump."""

from __future__ import annotations

import sys

import click

from ..metrics.text import Format
from .offline import judged
from .option import Moment, longhorn_version, namespace, option


@click.command()
@option("--from", "path", required=True, metavar="PATH|-", help="Objects in a file, folder, support bundle or stdin.")
@option("--at", type=Moment(), help="Judge at this time, instead of the newest in the dump.")
@option("--openmetrics", is_flag=True, help="Write OpenMetrics 1.0 instead of the text format 0.0.4.")
@namespace
@longhorn_version
def metrics(path: str, at: float | None, openmetrics: bool, namespace: str, longhorn_version: str | None) -> None:
    """Write the metrics of a dump to standard output.

    A dump is a file of Kubernetes objects (JSON or YAML: one, a List, several documents), a folder of them, a Longhorn
    support bundle, or - for standard input.
    """
    exporter = judged(path, namespace=namespace, at=at, version_override=longhorn_version)
    format_ = Format.OPENMETRICS if openmetrics else Format.TEXT
    for piece in exporter.exposition.render(now=exporter.clock(), format_=format_).pieces():
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
