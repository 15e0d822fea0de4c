"""Hosts for replicas: a node with all that Longhorn's rules ask of it, each part changeable by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from longhorn_cr_exporter.diagnosis.default_image import image_label
from longhorn_cr_exporter.model.decode import convert_object
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.node import InstanceManager, KubernetesNode, LonghornNode, PodDisruptionBudget
from longhorn_cr_exporter.model.resource import (
    DISRUPTION_BUDGETS,
    ENGINE_IMAGES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_ATTACHMENTS,
    LONGHORN_NODES,
)
from longhorn_cr_exporter.model.setting import Setting
from sample import Json, condition, setting

GI = 2**30
IMAGE = "longhornio/longhorn-instance-manager:v1.7.2"
DEFAULT_IMAGE: Setting = setting("default-instance-manager-image", IMAGE)


def core_node(name: str, *, cordoned: bool = False, ready: bool = True, labels: Json | None = None) -> KubernetesNode:
    """Return a core Node with labels."""
    made = convert_object(
        KUBERNETES_NODES,
        {
            "metadata": {"name": name, "labels": labels or {}},
            "spec": {"unschedulable": cordoned},
            "status": {"conditions": [condition("Ready", "True" if ready else "Unknown")]},
        },
    )
    assert isinstance(made, KubernetesNode)
    return made


def disk(
    uuid: str,
    *,
    spec: Json | None = None,
    available: int = 80 * GI,
    scheduled: int = 0,
    listed: Json | None = None,
    schedulable: bool = True,
) -> tuple[Json, Json]:
    """Return (spec, status) of a file system disk of 100 GiB; at the defaults 55 GiB of 80 may be written to."""
    found = {
        "conditions": [condition("Schedulable", str(schedulable))],
        "storageAvailable": available,
        "storageMaximum": 100 * GI,
        "storageScheduled": scheduled,
        "scheduledReplica": listed or {},
        "diskUUID": uuid,
    }
    return {"diskType": "filesystem", "allowScheduling": True, **(spec or {})}, found


def storage_node(
    name: str,
    *disks: tuple[Json, Json],
    zone: str = "",
    spec: Json | None = None,
    conditions: Iterable[Json] | None = None,
    meta: Json | None = None,
) -> LonghornNode:
    """Return a Longhorn node with these disks, or with one whose UUID is the node's name and ``-d``."""
    parts = disks or (disk(f"{name}-d"),)
    made = convert_object(
        LONGHORN_NODES,
        {
            "metadata": {"name": name, **(meta or {})},
            "spec": {"allowScheduling": True, "disks": {f"d{i}": s for i, (s, _) in enumerate(parts)}, **(spec or {})},
            "status": {
                "conditions": list(conditions or (condition("Ready"), condition("Schedulable"))),
                "diskStatus": {f"d{i}": found for i, (_, found) in enumerate(parts)},
                "zone": zone,
            },
        },
    )
    assert isinstance(made, LonghornNode)
    return made


def manager(
    node: str,
    *,
    name: str = "",
    state: str = "running",
    type_: str = "aio",
    data_engine: str = "v1",
    image: str = IMAGE,
    created: str = "",
    **status: Any,
) -> InstanceManager:
    """Return an instance manager with the labels that Longhorn gives it; ``im-<node>`` unless it is named."""
    made = convert_object(
        INSTANCE_MANAGERS,
        {
            "metadata": {
                "name": name or f"im-{node}",
                "creationTimestamp": created,
                "labels": {
                    "longhorn.io/data-engine": data_engine,
                    "longhorn.io/instance-manager-image": image_label(image),
                    "longhorn.io/instance-manager-type": type_,
                },
            },
            "spec": {"nodeID": node, "type": type_, "dataEngine": data_engine, "image": image},
            "status": {"currentState": state, **status},
        },
    )
    assert isinstance(made, InstanceManager)
    return made


def records(*names: str) -> Json:
    """Return a process list with these names."""
    return {name: {"spec": {"name": name}, "status": {"state": "running", "type": "engine"}} for name in names}


def budget(name: str) -> PodDisruptionBudget:
    """Return an instance manager's PodDisruptionBudget."""
    made = convert_object(DISRUPTION_BUDGETS, {"metadata": {"name": name}})
    assert isinstance(made, PodDisruptionBudget)
    return made


def attachment(volume: str, **nodes_by_type: str) -> Object:
    """Return Longhorn's attachment of a volume: ``csi_attacher="n1"`` is a ticket of that type for that node."""
    tickets = {t: {"type": t.replace("_", "-"), "nodeID": node} for t, node in nodes_by_type.items()}
    return convert_object(
        LONGHORN_ATTACHMENTS, {"metadata": {"name": volume}, "spec": {"volume": volume, "attachmentTickets": tickets}}
    )


def engine_image(image: str, state: str = "deployed", **deployed: bool) -> Object:
    """Return an engine image and the nodes that have it."""
    return convert_object(
        ENGINE_IMAGES,
        {
            "metadata": {"name": "ei-1"},
            "spec": {"image": image},
            "status": {"state": state, "nodeDeploymentMap": deployed},
        },
    )


def host(name: str, *, zone: str = "", cordoned: bool = False, ready: bool = True) -> list[Object]:
    """Return a node that takes replicas and protects them: core Node, Longhorn node, instance manager and budget."""
    schedulable = condition("Schedulable", "False" if cordoned else "True")
    return [
        core_node(name, cordoned=cordoned, ready=ready),
        storage_node(name, zone=zone, conditions=[condition("Ready"), schedulable]),
        manager(name),
        budget(f"im-{name}"),
    ]
