"""Clusters that say something of the exporter, or of how it is set up."""

from __future__ import annotations

from .cluster import Cluster
from .story import story, warning


@story(
    "v1.12.1",
    minutes=30,
    section="ALERTS",
    shows="Longhorn is there, and has no volumes.",
    raises=[warning("ExporterNoVolumes")],
)
def no_volumes(cluster: Cluster) -> None:
    """The first volume comes after 25 minutes."""
    cluster.at(25, "the first volume is made")
    cluster.volume("vol-first", "n1 n2 n3")
