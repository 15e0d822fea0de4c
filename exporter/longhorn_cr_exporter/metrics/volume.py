"""The metrics of a volume."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..diagnosis.fact import AttachFact, VolumeFacts
from . import condition
from .family import Sample, Section, info, number, rows, state


def _counts(replicas: tuple[tuple[str, int], ...]) -> Iterator[Sample]:
    for replica_state, count in replicas:
        if count:
            yield (replica_state,), count


def _pending(attach: AttachFact | None) -> Iterator[Sample]:
    if attach is not None:
        yield (attach.node,), attach.pending_since


def _blocked(attach: AttachFact | None) -> Iterator[Sample]:
    if attach is not None:
        yield (attach.node, attach.cause), 1


def _since(stage: tuple[str | None, float | None]) -> Iterator[Sample]:
    name, since = stage
    if name is not None and since is not None:
        yield (name,), since


VOLUMES: Final[Section[VolumeFacts]] = Section(
    title="Volumes",
    labels=("volume", "pvc", "pvc_namespace"),
    identity=lambda volume: (volume.name, volume.pvc, volume.pvc_namespace),
    families=(
        info(
            "longhorn_cr_volume_info",
            "What a volume is and where it is attached; 1.",
            ("node", "access_mode", "data_engine", "data_locality", "workload", "workload_type"),
            lambda volume: (
                volume.node,
                volume.access_mode,
                volume.data_engine,
                volume.data_locality,
                volume.workload,
                volume.workload_type,
            ),
        ),
        state(
            "longhorn_cr_volume_state",
            "The volume's current state: creating, attached, detached, attaching, detaching, deleting or other; 1.",
            "state",
            lambda volume: volume.state,
        ),
        state(
            "longhorn_cr_volume_robustness",
            "The volume's current robustness: healthy, degraded, faulted, unknown (always while detached) or other; 1.",
            "robustness",
            lambda volume: volume.robustness,
        ),
        rows(
            "longhorn_cr_volume_condition",
            "A condition that the volume carries: 1 for True, 0 for False or Unknown."
            " condition=Scheduled is the one that the deadlock latches.",
            ("condition",),
            lambda volume: volume.conditions,
            condition.truths,
        ),
        rows(
            "longhorn_cr_volume_condition_reason",
            "The reason of a volume's condition, while one is set; 1.",
            ("condition", "reason"),
            lambda volume: volume.conditions,
            condition.reasons,
        ),
        rows(
            "longhorn_cr_volume_condition_last_transition_timestamp_seconds",
            "When the status of a volume's condition last changed.",
            ("condition",),
            lambda volume: volume.conditions,
            condition.transitions,
        ),
        number(
            "longhorn_cr_volume_desired_replicas",
            "Replicas that the volume wants: spec.numberOfReplicas.",
            lambda volume: volume.desired_replicas,
        ),
        rows(
            "longhorn_cr_volume_replicas",
            "Replicas of the volume by state: healthy, rebuilding, failed, unscheduled, stopped or inactive."
            " A state without a replica is absent.",
            ("state",),
            lambda volume: tuple(sorted((volume.replicas or {}).items())),
            _counts,
        ),
        number(
            "longhorn_cr_volume_usable_replicas",
            "Replicas that were healthy once, have not failed and are active,"
            " on a Kubernetes node that exists and is Ready.",
            lambda volume: volume.usable_replicas,
        ),
        number(
            "longhorn_cr_volume_replica_deficit",
            "Active replica objects that are missing: max(0, desired - active replicas).",
            lambda volume: volume.replica_deficit,
        ),
        number(
            "longhorn_cr_volume_replica_surplus",
            "Replica objects beyond what is wanted: max(0, replicas - desired). It latches too on 1.7.2 and 1.8.0.",
            lambda volume: volume.replica_surplus,
        ),
        number(
            "longhorn_cr_volume_redundancy_deficit",
            "Usable replicas that are missing: max(0, desired - usable).",
            lambda volume: volume.redundancy_deficit,
        ),
        number(
            "longhorn_cr_volume_replica_nodes",
            "Distinct nodes of the usable replicas.",
            lambda volume: volume.replica_nodes,
        ),
        number(
            "longhorn_cr_volume_replica_zones",
            "Distinct zones of the usable replicas.",
            lambda volume: volume.replica_zones,
        ),
        number(
            "longhorn_cr_volume_replacement_nodes",
            "Nodes that could take one more replica now, by Longhorn's scheduling rules; its choice may be narrower.",
            lambda volume: volume.replacement_nodes,
        ),
        number(
            "longhorn_cr_volume_ready_for_workloads",
            "Whether Longhorn would let a workload attach the volume: its own ready, for the running version.",
            lambda volume: volume.ready,
        ),
        rows(
            "longhorn_cr_volume_attach_pending_timestamp_seconds",
            "Since when a workload waits for the volume to be attached; absent when none does.",
            ("node",),
            lambda volume: volume.attach,
            _pending,
        ),
        rows(
            "longhorn_cr_volume_attach_blocked",
            "Why a workload that waits for the volume does not get it, while it waits; 1. cause: scheduled_condition,"
            " unschedulable, instance_manager_not_running, leaked_engine_record, engine_image_missing, node_not_ready,"
            " faulted, restoring, cloning, migrating, attached_elsewhere or in_progress.",
            ("node", "cause"),
            lambda volume: volume.attach,
            _blocked,
        ),
        state(
            "longhorn_cr_volume_deadlock_stage",
            "How far the volume is on its way into the deadlock: exposed, armed, latent or deadlocked; unschedulable is"
            " none of it and heals by itself; 1. Absent when none.",
            "stage",
            lambda volume: volume.stage or "",
        ),
        rows(
            "longhorn_cr_volume_deadlock_stage_since_timestamp_seconds",
            "When the exporter saw the stage begin, or earlier where the cluster's own times prove it.",
            ("stage",),
            lambda volume: (volume.stage, volume.stage_since),
            _since,
        ),
        number(
            "longhorn_cr_volume_next_replica_deletion_timestamp_seconds",
            "When Longhorn will delete the first failed replica: the earliest failedAt + staleReplicaTimeout.",
            lambda volume: volume.next_replica_deletion,
        ),
        number(
            "longhorn_cr_volume_rebuild_unadopted_replicas",
            "Replicas that run, were never healthy, have not failed and are unknown to the engine: a stalled rebuild.",
            lambda volume: volume.unadopted_replicas,
        ),
    ),
)
