"""``serve``: watch a cluster."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import click

from ..cluster.shard import parse_shard
from ..exporter import Exporter
from ..kube.connection import connect
from ..kube.options import ClusterOptions
from ..web.server import Address, parse_address, serving
from .option import longhorn_version, namespace, option
from .run import follow, new_exporter, run, until_stopped

LOG = logging.getLogger(__name__)


@click.command()
@option("--listen", default=":9899", metavar="HOST:PORT", help="Where to serve metrics and pages.")
@option("--kubeconfig", type=click.Path(path_type=Path), help="Instead of the pod's account or $KUBECONFIG.")
@option("--context", help="The kubeconfig's context, instead of its current one.")
@option("--shard", default="0/1", metavar="I/N", help="Serve every Nth volume, from the Ith; nodes are on 0.")
@namespace
@longhorn_version
def serve(
    *,
    listen: str,
    kubeconfig: Path | None,
    context: str | None,
    shard: str,
    namespace: str,
    longhorn_version: str | None,
) -> None:
    """Watch the cluster and serve its metrics."""
    options = ClusterOptions(kubeconfig=kubeconfig, context=context)
    exporter = new_exporter(time.time, longhorn_version, parse_shard(shard))
    run(_serve(exporter, options, parse_address(listen), namespace))


async def _serve(exporter: Exporter, options: ClusterOptions, address: Address, namespace: str) -> None:
    async with connect(options) as connection, serving(exporter, address) as url:
        LOG.info("serving", extra={"url": url, "namespace": namespace})
        await until_stopped(follow(exporter, connection, namespace))
        LOG.info("stopping")
