"""The first page: the answer, the figures behind it, what to do, nodes, volumes at risk, contact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from ...diagnosis.fact import ClusterFacts, VolumeFacts
from ...exporter import Exporter
from .answer import Answer, answer
from .concern import is_at_risk, urgency
from .contact import ContactView, contact_view
from .node import NodeRow, node_rows
from .selection import STAGES
from .volumes import VolumeRow, volume_rows

_NODES_SHOWN: Final = 20
_VOLUMES_SHOWN: Final = 25


class Waiting(NamedTuple):
    """How many volumes a workload waits for, and since when the one that waited longest, Unix seconds."""

    number: int
    oldest: float | None


class Overview(NamedTuple):
    """``stages`` counts the volumes at each; ``more_…`` are those left out of a list."""

    answer: Answer
    cluster: ClusterFacts | None
    total: int
    stages: dict[str, int]
    waiting: Waiting
    cordoned: list[NodeRow]
    node_count: int
    nodes: list[NodeRow]
    more_nodes: int
    volumes: list[VolumeRow]
    more_volumes: int
    contact: ContactView


def overview(exporter: Exporter) -> Overview:
    """Return what the first page shows."""
    volumes = exporter.assessment.volumes.facts.values()
    nodes = node_rows(exporter)
    at_risk = sorted(filter(is_at_risk, volumes), key=urgency)
    return Overview(
        answer=overall(exporter, nodes),
        cluster=exporter.assessment.cluster,
        total=len(volumes),
        stages=stage_counts(volumes),
        waiting=waiting(volumes),
        cordoned=[row for row in nodes if row.facts.cordoned],
        node_count=len(nodes),
        nodes=nodes[:_NODES_SHOWN],
        more_nodes=max(0, len(nodes) - _NODES_SHOWN),
        volumes=volume_rows(at_risk[:_VOLUMES_SHOWN]),
        more_volumes=max(0, len(at_risk) - _VOLUMES_SHOWN),
        contact=contact_view(exporter),
    )


def overall(exporter: Exporter, nodes: Sequence[NodeRow]) -> Answer:
    """Return whether the next node may be drained."""
    now, volumes = exporter.clock(), exporter.assessment.volumes.facts.values()
    return answer(contact_view(exporter), volumes, nodes, lambda node: exporter.assessment.drain(node, now))


def stage_counts(volumes: Collection[VolumeFacts]) -> dict[str, int]:
    """Return how many volumes are at each stage, the most urgent first."""
    counts = Counter(facts.stage for facts in volumes)
    return {stage: counts[stage] for stage in STAGES}


def waiting(volumes: Collection[VolumeFacts]) -> Waiting:
    """Return how many volumes are waited for."""
    since = [facts.attach.pending_since for facts in volumes if facts.attach is not None]
    return Waiting(len(since), min(since, default=None))
