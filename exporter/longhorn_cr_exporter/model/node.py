"""Nodes, Kubernetes' and Longhorn's, with what runs on them: instance managers and their PodDisruptionBudgets."""

from __future__ import annotations

import msgspec

from .meta import Condition, Object, Part, Value


class Taint(Part):
    """A taint; Kubernetes adds ``node.kubernetes.io/unschedulable`` to a cordoned node."""

    key: str = ""
    effect: str = ""
    time_added: str | None = None


class KubernetesNodeSpec(Part):
    """``unschedulable`` is the cordon."""

    unschedulable: bool = False
    taints: list[Taint] | None = None


class KubernetesNodeStatus(Part):
    """The kubelet's conditions."""

    conditions: list[Condition] | None = None


class KubernetesNode(Object):
    """A core v1 Node."""

    spec: KubernetesNodeSpec = msgspec.field(default_factory=KubernetesNodeSpec)
    status: KubernetesNodeStatus = msgspec.field(default_factory=KubernetesNodeStatus)


class DiskSpec(Part):
    """A disk as configured; ``storage_reserved`` in bytes."""

    disk_type: str = ""
    allow_scheduling: bool = False
    eviction_requested: bool = False
    storage_reserved: int = 0
    tags: list[str] | None = None


class DiskStatus(Part):
    """A disk as found; sizes in bytes, ``scheduled_replica`` bytes by replica name."""

    conditions: list[Condition] | None = None
    storage_available: int = 0
    storage_scheduled: int = 0
    storage_maximum: int = 0
    scheduled_replica: dict[str, int] | None = None
    disk_uuid: str = ""
    disk_type: str = ""


class LonghornNodeSpec(Part):
    """A node as configured, disks by name."""

    disks: dict[str, DiskSpec] | None = None
    allow_scheduling: bool = False
    eviction_requested: bool = False
    tags: list[str] | None = None


class LonghornNodeStatus(Part):
    """A node as Longhorn sees it, disks by name."""

    conditions: list[Condition] | None = None
    disk_status: dict[str, DiskStatus] | None = None
    zone: str = ""
    auto_evicting: bool = False


class LonghornNode(Object):
    """A nodes.longhorn.io object, of the Kubernetes node's name."""

    spec: LonghornNodeSpec = msgspec.field(default_factory=LonghornNodeSpec)
    status: LonghornNodeStatus = msgspec.field(default_factory=LonghornNodeStatus)


class InstanceManagerSpec(Part):
    """Which node it serves, and how."""

    node_id: str = ""
    type: str = ""
    data_engine: str = ""
    image: str = ""


class ProcessStatus(Value, frozen=True):
    """How a process does."""

    state: str = ""


class Process(Value, frozen=True):
    """One record of an instance manager's process list."""

    status: ProcessStatus = msgspec.field(default_factory=ProcessStatus)


class InstanceManagerStatus(Part):
    """State and process records by name. ``instances`` is the list of releases before 1.5, still read up to 1.10."""

    current_state: str = ""
    instance_engines: dict[str, Process] | None = None
    instance_replicas: dict[str, Process] | None = None
    instance_engine_frontends: dict[str, Process] | None = None
    instances: dict[str, Process] | None = None


class InstanceManager(Object):
    """The pod of a node that runs engine and replica processes."""

    spec: InstanceManagerSpec = msgspec.field(default_factory=InstanceManagerSpec)
    status: InstanceManagerStatus = msgspec.field(default_factory=InstanceManagerStatus)


class PodDisruptionBudget(Object):
    """A policy/v1 budget. Longhorn's rule asks only whether it exists."""
