"""Where ``check`` and ``drain-check`` look: the options that name a cluster or a dump, and the reading of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from ..exporter import Exporter
from ..kube.options import ClusterOptions
from .live import judged_now
from .offline import judged
from .option import Command, Moment, longhorn_version, namespace, option
from .run import run

_DESCRIPTIONS: Final = (
    option(
        "--from",
        "path",
        type=click.Path(path_type=str, allow_dash=True),
        metavar="PATH|-",
        help="Objects in a file, folder, support bundle or stdin, instead of a cluster.",
    ),
    option("--at", type=Moment(), help="Judge at this time, instead of now, or of the newest in the dump."),
    option("--kubeconfig", type=click.Path(path_type=Path), help="Instead of the pod's account or $KUBECONFIG."),
    option("--context", help="The kubeconfig's context, instead of its current one."),
    namespace,
    longhorn_version,
    option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        metavar="SECONDS",
        help="Give a cluster up that cannot be read in this time.",
    ),
)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A dump at ``path`` ("-" for standard input), or else a cluster.

    ``at`` is Unix seconds, None for the source's own present: now for a cluster, the newest time in a dump.
    """

    path: str | None
    at: float | None
    cluster: ClusterOptions
    namespace: str
    longhorn_version: str | None
    timeout: float

    def judge(self) -> Exporter:
        """Read the source once, whole, and judge it.

        Raises:
            LonghornExporterError: it cannot be read.
        """
        if self.path is not None:
            return judged(self.path, namespace=self.namespace, at=self.at, version_override=self.longhorn_version)
        return run(
            judged_now(
                self.cluster,
                namespace=self.namespace,
                at=self.at,
                version_override=self.longhorn_version,
                timeout_seconds=self.timeout,
            )
        )


def source_options(command: Command) -> Command:
    """Give a command the options of a source; it is called with them as ``source``."""

    @wraps(command)
    def with_source(**given: Any) -> Any:  # noqa: ANN401  # click's own
        cluster = ClusterOptions(kubeconfig=given.pop("kubeconfig"), context=given.pop("context"))
        fields = {name: given.pop(name) for name in ("path", "at", "namespace", "longhorn_version", "timeout")}
        return command(source=Source(cluster=cluster, **fields), **given)

    declared: Callable[..., Any] = with_source
    for declare in reversed(_DESCRIPTIONS):
        declared = declare(declared)
    return declared
