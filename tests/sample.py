"""Kubernetes objects for tests, as Longhorn writes them, and states made of them.

Keyword arguments are the API's own keys; only what a test is about needs to be said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.model.decode import convert_object
from longhorn_cr_exporter.model.engine import Engine
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.node import InstanceManager, KubernetesNode, LonghornNode, PodDisruptionBudget
from longhorn_cr_exporter.model.replica import Replica
from longhorn_cr_exporter.model.resource import (
    CSI_ATTACHMENTS,
    DISRUPTION_BUDGETS,
    ENGINES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_NODES,
    REPLICAS,
    RESOURCES,
    SETTINGS,
    VOLUMES,
    Resource,
)
from longhorn_cr_exporter.model.setting import Setting
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.model.volume import CSIAttachment, Volume

Json = dict[str, Any]
T = TypeVar("T", bound=Object)
NOW = parse_time("2026-03-02T12:00:00Z") or 0.0
HEALTHY_AT = "2026-03-02T06:00:00Z"
FAILED_AT = "2026-03-02T11:00:00Z"


def condition(type_: str, status: str = "True", reason: str = "", since: str = "") -> Json:
    """Return one condition."""
    return {"type": type_, "status": status, "reason": reason, "message": "", "lastTransitionTime": since}


def _make(resource: Resource, type_: type[T], name: str, *, meta: Json | None = None, **parts: Any) -> T:
    made = convert_object(resource, {"metadata": {"name": name, "uid": f"uid-{name}", **(meta or {})}, **parts})
    assert isinstance(made, type_)
    return made


def volume(
    name: str = "v", *, spec: Json | None = None, status: Json | None = None, meta: Json | None = None
) -> Volume:
    """Return a detached, scheduled volume that wants three replicas."""
    return _make(
        VOLUMES,
        Volume,
        name,
        meta=meta,
        spec={"numberOfReplicas": 3, "dataEngine": "v1", "staleReplicaTimeout": 30, **(spec or {})},
        status={"state": "detached", "robustness": "unknown", "conditions": [condition("Scheduled")], **(status or {})},
    )


def replica(
    name: str = "v-r-1",
    *,
    node: str = "n1",
    state: str = "running",
    of: str = "v",
    meta: Json | None = None,
    **spec: Any,
) -> Replica:
    """Return a healthy, active, running replica."""
    return _make(
        REPLICAS,
        Replica,
        name,
        meta={"labels": {"longhornnode": node, "longhornvolume": of}, **(meta or {})},
        spec={"volumeName": of, "nodeID": node, "active": True, "healthyAt": HEALTHY_AT, "dataEngine": "v1", **spec},
        status={"currentState": state},
    )


def engine(
    name: str = "v-e-0",
    *,
    state: str = "running",
    of: str = "v",
    status: Json | None = None,
    meta: Json | None = None,
    **spec: Any,
) -> Engine:
    """Return an active engine."""
    return _make(
        ENGINES,
        Engine,
        name,
        meta=meta,
        spec={"volumeName": of, "active": True, "desireState": "running", **spec},
        status={"currentState": state, **(status or {})},
    )


def kubernetes_node(
    name: str = "n1",
    *,
    ready: bool = True,
    cordoned: bool = False,
    taints: list[Json] | None = None,
    since: str = "",
) -> KubernetesNode:
    """Return a core Node that is Ready, or not, ``since`` then."""
    return _make(
        KUBERNETES_NODES,
        KubernetesNode,
        name,
        spec={"unschedulable": cordoned, "taints": taints},
        status={"conditions": [condition("Ready", "True" if ready else "Unknown", since=since)]},
    )


def longhorn_node(name: str = "n1", *, spec: Json | None = None, status: Json | None = None) -> LonghornNode:
    """Return a Longhorn node without disks."""
    return _make(
        LONGHORN_NODES,
        LonghornNode,
        name,
        spec={"allowScheduling": True, **(spec or {})},
        status={"conditions": [condition("Ready"), condition("Schedulable")], **(status or {})},
    )


def instance_manager(
    name: str = "im-1", *, node: str = "n1", state: str = "running", status: Json | None = None, **spec: Any
) -> InstanceManager:
    """Return an instance manager."""
    return _make(
        INSTANCE_MANAGERS,
        InstanceManager,
        name,
        spec={"nodeID": node, "type": "aio", "dataEngine": "v1", **spec},
        status={"currentState": state, **(status or {})},
    )


def disruption_budget(name: str = "im-1") -> PodDisruptionBudget:
    """Return an instance manager's budget, which has its name."""
    return _make(DISRUPTION_BUDGETS, PodDisruptionBudget, name)


def setting(name: str, value: str) -> Setting:
    """Return a setting."""
    return _make(SETTINGS, Setting, name, value=value)


def csi_attachment(
    name: str = "csi-1",
    *,
    pv: str = "v",
    node: str = "n1",
    attached: bool = False,
    created: str = FAILED_AT,
    driver: str = "driver.longhorn.io",
    meta: Json | None = None,
) -> CSIAttachment:
    """Return Kubernetes' wish to attach a PersistentVolume."""
    return _make(
        CSI_ATTACHMENTS,
        CSIAttachment,
        name,
        meta={"creationTimestamp": created, **(meta or {})},
        spec={"attacher": driver, "nodeName": node, "source": {"persistentVolumeName": pv}},
        status={"attached": attached},
    )


_RESOURCE_OF = {resource.type: resource for resource in RESOURCES}


def resource_of(obj: Object) -> Resource:
    """Return the resource of a typed object."""
    return _RESOURCE_OF[type(obj)]


def cluster(*objects: Object, unknown: Iterable[Resource] = (), now: float = NOW) -> ClusterState:
    """Return a state that has read every resource but the ``unknown`` ones and holds the objects."""
    by_resource: dict[Resource, list[Object]] = defaultdict(list)
    for obj in objects:
        by_resource[resource_of(obj)].append(obj)
    state = ClusterState()
    for resource in RESOURCES:
        if resource not in set(unknown):
            state.replace(resource, by_resource[resource], now)
    return state
