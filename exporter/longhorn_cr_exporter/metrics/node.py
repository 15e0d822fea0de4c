"""The metrics of a node, as Kubernetes and as Longhorn know it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..diagnosis.fact import DiskFacts, DrainSummary, NodeFacts
from . import condition
from .family import Sample, Section, number, rows, state


def _disk_conditions(disks: Iterable[DiskFacts]) -> Iterator[Sample]:
    for disk in disks:
        yield from condition.truths(disk.conditions, disk.name)


def _blockers(blockers: Iterable[tuple[str, int]]) -> Iterator[Sample]:
    for reason, count in blockers:
        yield (reason,), count


NODES: Final[Section[NodeFacts]] = Section(
    title="Nodes",
    labels=("node",),
    identity=lambda node: (node.name,),
    families=(
        number(
            "longhorn_cr_node_cordoned",
            "Whether the Kubernetes node is cordoned: spec.unschedulable.",
            lambda node: node.cordoned,
        ),
        number(
            "longhorn_cr_node_cordoned_timestamp_seconds",
            "Since when the node is cordoned: its taint's timeAdded, else when it was first seen. Absent unless it is.",
            lambda node: node.cordoned_since,
        ),
        number(
            "longhorn_cr_node_kubernetes_node_present",
            "0 for a Longhorn node without its Kubernetes node.",
            lambda node: node.kubernetes_node_present,
        ),
        number(
            "longhorn_cr_node_kubernetes_ready",
            "Whether the Kubernetes node is Ready.",
            lambda node: node.kubernetes_ready,
        ),
        rows(
            "longhorn_cr_node_condition",
            "A condition of the Longhorn node: 1 for True, 0 for False or Unknown.",
            ("condition",),
            lambda node: node.conditions,
            condition.truths,
        ),
        rows(
            "longhorn_cr_node_condition_reason",
            "The reason of a Longhorn node's condition, while one is set; 1.",
            ("condition", "reason"),
            lambda node: node.conditions,
            condition.reasons,
        ),
        number(
            "longhorn_cr_node_allow_scheduling",
            "Whether Longhorn may place replicas on the node: spec.allowScheduling.",
            lambda node: node.allow_scheduling,
        ),
        number(
            "longhorn_cr_node_eviction_requested",
            "Whether the node's replicas are asked to leave: spec.evictionRequested.",
            lambda node: node.eviction_requested,
        ),
        rows(
            "longhorn_cr_node_disk_condition",
            "A condition of a disk of the Longhorn node: 1 for True, 0 for False or Unknown.",
            ("disk", "condition"),
            lambda node: node.disks,
            _disk_conditions,
        ),
    ),
)

DRAINS: Final[Section[DrainSummary]] = Section(
    title="Drains",
    labels=("node",),
    identity=lambda drain: (drain.node,),
    families=(
        state(
            "longhorn_cr_node_drain_verdict",
            "What draining the node would come to, once it is cordoned and its workloads have left: safe, degrading,"
            " blocked or unsafe; 1.",
            "verdict",
            lambda drain: drain.verdict,
        ),
        rows(
            "longhorn_cr_node_drain_blockers",
            "What holds a drain of the node up, or should: last_replica, replica_on_missing_node, running_engine,"
            " orphan_engine_record, manual_attachment, instance_manager_not_running, eviction_without_target,"
            " would_deadlock or would_lose_last_usable_replica.",
            ("reason",),
            lambda drain: drain.blockers,
            _blockers,
        ),
    ),
)
