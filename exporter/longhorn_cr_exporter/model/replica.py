"""replicas.longhorn.io."""

from __future__ import annotations

import msgspec

from .meta import Object, Part


class ReplicaSpec(Part):
    """What is wanted and known of a replica: its health times stand in the spec. ``volume_size`` in bytes."""

    volume_name: str = ""
    volume_size: str | int = 0
    node_id: str = ""
    disk_id: str = ""
    desire_state: str = ""
    active: bool = False
    image: str = ""
    data_engine: str = ""
    failed_at: str = ""
    last_failed_at: str = ""
    healthy_at: str = ""
    last_healthy_at: str = ""
    eviction_requested: bool = False
    rebuild_retry_count: int = 0
    hard_node_affinity: str = ""


class ReplicaStatus(Part):
    """Where its process runs."""

    current_state: str = ""
    instance_manager_name: str = ""


class Replica(Object):
    """One copy of a volume's data."""

    spec: ReplicaSpec = msgspec.field(default_factory=ReplicaSpec)
    status: ReplicaStatus = msgspec.field(default_factory=ReplicaStatus)
