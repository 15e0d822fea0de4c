"""volumes.longhorn.io and, in both groups, volumeattachments."""

from __future__ import annotations

import msgspec

from .meta import Condition, Object, Part, Value


class DataLayout(Part):
    """``spec.dataLayout`` (1.12+): a "sharded" volume has no replica CRs."""

    type: str = ""


class VolumeSpec(Part):
    """What is wanted of a volume. ``size`` holds bytes, an int64 as a string."""

    node_id: str = ""
    migration_node_id: str = ""
    number_of_replicas: int = 0
    size: str | int = 0
    data_source: str = ""
    data_locality: str = ""
    data_engine: str = ""
    data_layout: DataLayout | None = None
    access_mode: str = ""
    image: str = ""
    standby: bool = msgspec.field(default=False, name="Standby")
    stale_replica_timeout: int = 0
    replica_soft_anti_affinity: str = ""
    replica_zone_soft_anti_affinity: str = ""
    replica_disk_soft_anti_affinity: str = ""
    replica_auto_balance: str = ""
    disk_selector: list[str] | None = None
    node_selector: list[str] | None = None


class Workload(Part):
    """One pod that uses the volume's claim."""

    pod_name: str = ""
    pod_status: str = ""
    workload_name: str = ""
    workload_type: str = ""


class KubernetesStatus(Part):
    """What Longhorn knows of the volume's PersistentVolume, claim and pods."""

    pv_name: str = ""
    namespace: str = ""
    pvc_name: str = ""
    last_pod_ref_at: str = ""
    workloads_status: list[Workload] | None = None


class CloneStatus(Part):
    """Where a clone stands."""

    state: str = ""


class VolumeStatus(Part):
    """What Longhorn says of a volume; ``actual_size`` in bytes."""

    state: str = ""
    robustness: str = ""
    current_node_id: str = ""
    current_migration_node_id: str = ""
    last_degraded_at: str = ""
    conditions: list[Condition] | None = None
    kubernetes_status: KubernetesStatus = msgspec.field(default_factory=KubernetesStatus)
    is_standby: bool = False
    restore_required: bool = False
    clone_status: CloneStatus = msgspec.field(default_factory=CloneStatus)
    actual_size: int = 0


class Volume(Object):
    """A Longhorn volume."""

    spec: VolumeSpec = msgspec.field(default_factory=VolumeSpec)
    status: VolumeStatus = msgspec.field(default_factory=VolumeStatus)

    @property
    def pv_name(self) -> str:
        """Name of the PersistentVolume; by Longhorn's CSI driver it is the volume's own where none is noted."""
        return self.status.kubernetes_status.pv_name or self.metadata.name

    @property
    def sharded(self) -> bool:
        """Whether its data lies in shards (1.12+) and not in replica CRs."""
        return self.spec.data_layout is not None and self.spec.data_layout.type == "sharded"


class Ticket(Value, frozen=True):
    """One reason to have a volume attached."""

    type: str = ""
    node_id: str = ""
    generation: int = 0


class TicketStatus(Part):
    """Whether a ticket's wish is met, and in the condition ``Satisfied`` since when."""

    satisfied: bool = False
    generation: int = 0
    conditions: list[Condition] | None = None


class AttachmentSpec(Part):
    """Tickets by their id."""

    attachment_tickets: dict[str, Ticket] | None = None
    volume: str = ""


class AttachmentStatus(Part):
    """Ticket statuses by ticket id."""

    attachment_ticket_statuses: dict[str, TicketStatus] | None = None


class LonghornAttachment(Object):
    """volumeattachments.longhorn.io: one per volume, of the volume's name."""

    spec: AttachmentSpec = msgspec.field(default_factory=AttachmentSpec)
    status: AttachmentStatus = msgspec.field(default_factory=AttachmentStatus)


class CSISource(Part):
    """What a storage.k8s.io VolumeAttachment attaches."""

    persistent_volume_name: str | None = None


class CSIAttachmentSpec(Part):
    """Which PersistentVolume is to be attached where, by whom."""

    attacher: str = ""
    node_name: str = ""
    source: CSISource = msgspec.field(default_factory=CSISource)


class CSIAttachmentStatus(Part):
    """Whether it has been done."""

    attached: bool = False


class CSIAttachment(Object):
    """volumeattachments.storage.k8s.io: Kubernetes' wish to have a PersistentVolume attached to a node."""

    spec: CSIAttachmentSpec = msgspec.field(default_factory=CSIAttachmentSpec)
    status: CSIAttachmentStatus = msgspec.field(default_factory=CSIAttachmentStatus)
