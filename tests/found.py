"""Clusters to find things in, and what is found.

A cluster here is well unless a test says otherwise: three nodes, Ready for a day, with a disk and an instance manager
each, on a release that has the deadlock, with degraded availability not allowed. Times are said in minutes before NOW.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import hosted
from hosted import disk
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.assessment import Assessment
from longhorn_cr_exporter.diagnosis.finding import Finding, findings
from longhorn_cr_exporter.model.decode import convert_object
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import ENGINE_IMAGES, LONGHORN_ATTACHMENTS, Resource
from longhorn_cr_exporter.model.time import format_time
from sample import (
    NOW,
    Json,
    cluster,
    condition,
    disruption_budget,
    engine,
    kubernetes_node,
    longhorn_node,
    replica,
    setting,
    volume,
)

DAY = 24 * 60
IMAGE = "longhornio/longhorn-engine:v1.7.2"
SETTINGS: tuple[Object, ...] = (
    hosted.DEFAULT_IMAGE,
    setting("current-longhorn-version", "v1.7.2"),
    setting("allow-volume-creation-with-degraded-availability", "false"),
)


def after(minutes: float) -> float:
    """Return the moment so many minutes after NOW, Unix seconds."""
    return NOW + 60 * minutes


def ago(minutes: float) -> str:
    """Return the time so many minutes before NOW, as Kubernetes writes it."""
    return format_time(NOW - 60 * minutes)


def core(name: str = "n1", *, ready: bool = True, since: float = DAY, cordoned: float | None = None) -> Object:
    """Return a core Node, Ready or not since so many minutes, cordoned since so many."""
    taints = [] if cordoned is None else [{"key": "node.kubernetes.io/unschedulable", "timeAdded": ago(cordoned)}]
    return kubernetes_node(name, ready=ready, since=ago(since), cordoned=cordoned is not None, taints=taints)


def home(
    name: str = "n1",
    *,
    ready: bool = True,
    schedulable: bool = True,
    reason: str = "",
    since: float = DAY,
    zone: str = "",
    faults: Json | None = None,
) -> Object:
    """Return a Longhorn node with one disk, whose condition Ready is as ``faults`` say."""
    spec, found = disk(f"{name}-d")
    found["conditions"].append({**condition("Ready", since=ago(DAY)), **(faults or {})})
    conditions = [
        condition("Ready", str(ready), "" if ready else reason, ago(since)),
        condition("Schedulable", str(schedulable), "" if schedulable else reason, ago(since)),
    ]
    status = {"conditions": conditions, "diskStatus": {"d0": found}, "zone": zone}
    return longhorn_node(name, spec={"disks": {"d0": spec}}, status=status)


def gone(name: str, *, since: float) -> Object:
    """Return a Longhorn node whose Kubernetes node went so many minutes ago."""
    return home(name, ready=False, reason="KubernetesNodeGone", since=since)


def down(name: str, *, since: float) -> list[Object]:
    """Return a node, by Kubernetes' and Longhorn's account, not Ready since so many minutes."""
    return [core(name, ready=False, since=since), home(name, ready=False, reason="KubernetesNodeNotReady", since=since)]


def manager(node: str = "n1", *, made: float = DAY, **parts: Any) -> Object:
    """Return a node's instance manager, made so many minutes ago."""
    return hosted.manager(node, created=ago(made), **parts)


def host(name: str, *, cordoned: float | None = None, zone: str = "") -> list[Object]:
    """Return a node with all that belongs to it."""
    where = home(name, zone=zone)
    if cordoned is not None:
        where = home(name, schedulable=False, reason="KubernetesNodeCordoned", since=cordoned, zone=zone)
    return [core(name, cordoned=cordoned), where, manager(name), disruption_budget(f"im-{name}")]


def hosts(*names: str) -> list[Object]:
    """Return nodes that are well."""
    return [part for name in names for part in host(name)]


def unscheduled(minutes: float = 60) -> list[Json]:
    """Return the condition Scheduled, False since so many minutes."""
    return [condition("Scheduled", "False", "ReplicaSchedulingFailure", ago(minutes))]


def attached(name: str = "v", *, spec: Json | None = None, **status: Any) -> Object:
    """Return a volume attached to n1 that wants three replicas."""
    told = {"state": "attached", "robustness": "healthy", "currentNodeID": "n1", **status}
    return volume(name, spec={"nodeID": "n1", "size": "1073741824", **(spec or {})}, status=told)


def detached(name: str = "v", *, spec: Json | None = None, **status: Any) -> Object:
    """Return a detached volume that wants three replicas."""
    return volume(name, spec={"size": "1073741824", **(spec or {})}, status=status)


def copies(*nodes: str, state: str = "running", of: str = "v", made: float = DAY, **spec: Any) -> list[Object]:
    """Return a good replica of the volume on each node, ``<volume>-r-<node>``."""
    meta = {"creationTimestamp": ago(made)}
    return [
        replica(f"{of}-r-{node}", node=node, state=state, of=of, meta=meta, diskID=f"{node}-d", **spec)
        for node in nodes
    ]


def failed(node: str, minutes: float, **spec: Any) -> Object:
    """Return a replica on the node that failed so many minutes ago."""
    [copy] = copies(node, state="stopped", failedAt=ago(minutes), lastFailedAt=ago(minutes), **spec)
    return copy


def running(node: str = "n1", **parts: Any) -> list[Object]:
    """Return the volume's engine, running on the node, and the instance manager there that lists it."""
    return [
        engine(nodeID=node, status={"instanceManagerName": f"im-{node}", **parts}),
        manager(node, instanceEngines=record("v-e-0")),
    ]


def stopped(minutes: float = 60, **spec: Any) -> Object:
    """Return the volume's engine, stopped; its status was last written so many minutes ago."""
    written = [{"time": ago(minutes), "subresource": "status"}]
    return engine(state="stopped", meta={"managedFields": written}, **{"desireState": "stopped", **spec})


def record(name: str, state: str = "running") -> Json:
    """Return an instance manager's list with one engine."""
    return {name: {"spec": {"name": name}, "status": {"state": state, "type": "engine"}}}


def tickets(type_: str, *, node: str = "n1", minutes: float = 5, satisfied: bool = True, of: str = "v") -> Object:
    """Return Longhorn's attachment of the volume with one ticket, met or not since so many minutes."""
    told = {"satisfied": satisfied, "conditions": [condition("Satisfied", str(satisfied), since=ago(minutes))]}
    return convert_object(
        LONGHORN_ATTACHMENTS,
        {
            "metadata": {"name": of},
            "spec": {"volume": of, "attachmentTickets": {"t": {"type": type_, "nodeID": node}}},
            "status": {"attachmentTicketStatuses": {"t": told}},
        },
    )


def engine_image(**deployed: bool) -> Object:
    """Return the engine image and where it is deployed."""
    status = {"state": "deployed", "nodeDeploymentMap": deployed}
    return convert_object(ENGINE_IMAGES, {"metadata": {"name": "ei-1"}, "spec": {"image": IMAGE}, "status": status})


def state_of(objects: Iterable[Object], *, seen: float = 0, unknown: Iterable[Resource] = ()) -> ClusterState:
    """Return the state of a cluster first seen so many minutes before NOW; of two objects of one name the last."""
    latest = {(type(obj), obj.name): obj for obj in (*SETTINGS, *objects)}
    return cluster(*latest.values(), unknown=unknown, now=NOW - 60 * seen)


def look(state: ClusterState, *, later: float = 0) -> list[Finding]:
    """Return what is found in a state so many minutes after NOW."""
    now = after(later)
    state.changes.everything = True
    assessment = Assessment(state)
    assessment.advance(10**9, now)
    return findings(assessment, state, now)


def found(*objects: Object, seen: float = 0, unknown: Iterable[Resource] = ()) -> list[Finding]:
    """Return what is found at NOW."""
    return look(state_of(objects, seen=seen, unknown=unknown))


def brief(found: Iterable[Finding], *, info: bool = False) -> list[tuple[str, str, str]]:
    """Return (id, severity, object's name) of each finding; those that are merely good to know only when asked."""
    return [(f.id, f.severity, f.name) for f in found if info or f.severity != "info"]
