"""The oracle: generated clusters with the answers of Longhorn's own code (tests/oracle/README.md)."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.version import Version, parse_version
from longhorn_cr_exporter.model.decode import convert_object
from longhorn_cr_exporter.model.resource import BY_KIND
from longhorn_cr_exporter.model.time import parse_time
from sample import cluster

FILE = Path(__file__).parent / "oracle" / "clusters.jsonl.gz"
RELEASES = ("v1.7.2", "v1.9.2", "v1.12.1")


class Answered(NamedTuple):
    """One cluster, its objects as they came, and what Longhorn's functions said of it, by release."""

    name: str
    now: float
    objects: tuple[Mapping[str, Any], ...]
    state: ClusterState
    pdb: Mapping[str, Mapping[str, Any]]
    placement: Mapping[str, Mapping[str, Any]]


@cache
def answered_clusters() -> tuple[Answered, ...]:
    """Return every cluster of the sample."""
    with gzip.open(FILE, "rt") as lines:
        return tuple(_answered(json.loads(line)) for line in lines)


def _answered(line: Mapping[str, Any]) -> Answered:
    objects = [convert_object(BY_KIND[obj["apiVersion"], obj["kind"]], obj) for obj in line["objects"]]
    now = parse_time(line["now"]) or 0.0
    given = tuple(line["objects"])
    return Answered(line["id"], now, given, cluster(*objects, now=now), line["pdb"], line["placement"])


def release(tag: str) -> Version:
    """Return the release of a tag."""
    version = parse_version(tag)
    assert version is not None
    return version


def answered_nodes(tag: str) -> Iterator[tuple[Answered, str, Mapping[str, Any]]]:
    """Yield (cluster, node, what Longhorn said of the node's instance managers at that release)."""
    for one in answered_clusters():
        for node, said in one.pdb[tag].items():
            yield one, node, said


def answered_volumes(tag: str) -> Iterator[tuple[Answered, str, Mapping[str, Any]]]:
    """Yield (cluster, volume, where Longhorn would place a replica of it at that release)."""
    for one in answered_clusters():
        for volume, said in one.placement[tag].items():
            yield one, volume, said
