"""The metrics of a replica."""

from __future__ import annotations

from typing import Final

from ..diagnosis.fact import ReplicaFacts
from .family import Section, number, state

REPLICAS: Final[Section[ReplicaFacts]] = Section(
    title="Replicas",
    labels=("replica", "volume", "node"),
    identity=lambda replica: (replica.name, replica.volume, replica.node),
    families=(
        state(
            "longhorn_cr_replica_state",
            "The replica's current state: running, stopped, error, starting, stopping, unknown, terminated, suspended"
            " or other; 1.",
            "state",
            lambda replica: replica.state,
        ),
        number(
            "longhorn_cr_replica_failed_timestamp_seconds",
            "Since when the replica is failed; absent unless it is.",
            lambda replica: replica.failed_since,
        ),
        number(
            "longhorn_cr_replica_deletion_timestamp_seconds",
            "When Longhorn will delete the failed replica: failedAt + the volume's staleReplicaTimeout."
            " Absent unless it is failed and the volume has such a timeout.",
            lambda replica: replica.deletion_at,
        ),
        number(
            "longhorn_cr_replica_node_missing",
            "1 when the Kubernetes node of the replica is gone.",
            lambda replica: replica.node_missing,
        ),
    ),
)
