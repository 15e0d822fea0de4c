"""The clusters that the runbooks are for: a recorded moment of each kind of trouble, and what no recording holds.

Nobody runs pods here: they are written as they would stand there, so that ``describe`` has something to tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from api.admin import NAMESPACE, Admin, Json, RefusedError, object_path
from api.playback import Playback
from drained import events_before
from longhorn_cr_exporter.model.resource import (
    ENGINES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_NODES,
    REPLICAS,
    SETTINGS,
    VOLUMES,
    Resource,
)
from longhorn_cr_exporter.model.time import parse_time

DEADLOCK: Final = "v1.7.2/b-deadlock-9938"
REPLACEMENT: Final = "v1.7.2/l-capi-replacement-no-wait"
UPDATE: Final = "v1.12.1/k-rolling-in-place-update-5-nodes"
CREATION: Final = "v1.7.2/i-creation-unschedulable"
REBUILD_LIMIT: Final = "concurrent-replica-rebuild-per-node-limit"

_UNRECORDED_SETTINGS: Final = {
    "storage-minimal-available-percentage": "25",
    "storage-over-provisioning-percentage": "100",
}
"""Longhorn has some ninety settings, the recordings fifteen: these two with their defaults."""
_WORKLOADS: Final = "shop"
_POD: Final = "app-0"
_EXPORTER: Final = "longhorn-cr-exporter"
_AT_ONCE: Final = "?gracePeriodSeconds=0"
_FINALIZERS_GONE: Final = {"metadata": {"finalizers": None}}


class Incident(NamedTuple):
    """A recorded cluster, and the names in it that the runbook's placeholders stand for.

    ``found`` says whether ``check`` sends people to this very runbook there. Where it does not, what is amiss is not in
    the objects (it is the exporter's own trouble), or needs an age that what was written just now does not have.
    ``changed`` are merge patches of what the recording lacks; ``gone`` is a Kubernetes node to be deleted.
    """

    run: str
    at: str
    volume: str
    node: str
    other_node: str
    replica: str = ""
    found: bool = True
    exporter: bool = False
    changed: tuple[tuple[Resource, str, Json], ...] = ()
    gone: str = ""

    @property
    def moment(self) -> float:
        """When it is, in Unix seconds."""
        return parse_time(f"2026-03-02T{self.at}Z") or 0.0


def _deadlock(at: str, **more: Any) -> Incident:
    named = {"volume": "vol-rwo3", "node": "n3", "other_node": "n1", "replica": "vol-rwo3-r-60071fa4"} | more
    return Incident(DEADLOCK, at, **named)


_EXPORTERS_OWN: Final = _deadlock("06:40:00", exporter=True, found=False)
INCIDENTS: Final[Mapping[str, Incident]] = {
    "LonghornEngineStopped": _deadlock("06:40:00", found=False),
    "LonghornExporterDown": _EXPORTERS_OWN,
    "LonghornExporterNoVolumes": _EXPORTERS_OWN,
    "LonghornExporterResourceUnavailable": _EXPORTERS_OWN,
    "LonghornExporterStale": _EXPORTERS_OWN,
    "LonghornFalseRedundancy": Incident("v1.7.2/two-copies-on-one-node", "06:10:00", "vol-cache", "n3", "n1"),
    "LonghornInstanceManagerDown": _deadlock("06:20:00"),
    "LonghornNodeDrainBlocked": Incident(REPLACEMENT, "06:24:00", "vol-idle-3", "n2", "n3"),
    "LonghornNodeGhost": Incident(UPDATE, "06:34:00", "vol-idle-3", "n4", "n5", "vol-idle-3-r-7da14be4", gone="n4"),
    "LonghornNodeUnusable": Incident("v1.7.2/reinstalled-node", "06:20:00", "vol-db", "n3", "n1"),
    "LonghornRebuildStalled": _deadlock("06:20:00", found=False, changed=((SETTINGS, REBUILD_LIMIT, {"value": "0"}),)),
    "LonghornReplicaDeletionImminent": _deadlock("06:25:00"),
    "LonghornReplicaLeak": Incident("v1.12.1/replica-leak", "07:00:00", "vol-web", "n3", "n1", found=False),
    "LonghornSettingLeftBehind": _deadlock("06:40:00", changed=((SETTINGS, REBUILD_LIMIT, {"value": "0"}),)),
    "LonghornVersionAffected": _deadlock("06:04:00"),
    "LonghornVolumeAttachStuck": Incident(REPLACEMENT, "06:45:00", "vol-cache", "n4", "n5", found=False),
    "LonghornVolumeDeadlock": _deadlock("06:40:00"),
    "LonghornVolumeRedundancyLow": Incident(UPDATE, "06:34:00", "vol-idle-3", "n3", "n4"),
    "LonghornVolumeUnschedulable": Incident(CREATION, "06:08:00", "vol-new3", "n3", "n1"),
}


class Stage:
    """An incident's cluster in the API server. ``names`` is what the placeholders stand for there."""

    def __init__(self, incident: Incident, admin: Admin, playback: Playback) -> None:
        self._incident = incident
        self._admin = admin
        self._playback = playback
        self._written: list[str] = []

    @property
    def names(self) -> dict[str, str]:
        """The words in capitals, and what they stand for."""
        it = self._incident
        return {
            "VOLUME": it.volume,
            "NODE": it.node,
            "OTHER_NODE": it.other_node,
            "NEXT_NODE": it.other_node,
            "REPLICA": it.replica,
            "ENGINE": self._name(ENGINES, "volumeName", it.volume),
            "INSTANCE_MANAGER": self._name(INSTANCE_MANAGERS, "nodeID", it.node),
            "NAMESPACE": NAMESPACE if it.exporter else _WORKLOADS,
            "POD": f"{_EXPORTER}-0" if it.exporter else _POD,
            "SERVICE_ACCOUNT": _EXPORTER,
            "RESOURCE": VOLUMES.name,
            "LONGHORN_NAMESPACE": NAMESPACE,
        }

    async def set_up(self) -> None:
        """Write the cluster as it stood, then what the recording lacks."""
        for event in events_before(self._incident.run, self._incident.moment):
            await self._playback.play(event)
        for name, value in _UNRECORDED_SETTINGS.items():
            kind = {"apiVersion": SETTINGS.api_version, "kind": SETTINGS.kind}
            await self._create(SETTINGS.path(NAMESPACE), {**kind, "metadata": {"name": name}, "value": value})
        for resource, name, patch in self._incident.changed:
            await self._admin.merge(object_path(resource, name), patch)
        if self._incident.gone:
            await self._admin.delete(object_path(KUBERNETES_NODES, self._incident.gone))
        await self._run_pods()

    async def take_down(self) -> None:
        """Remove what playback does not know of."""
        for path in reversed(self._written):
            await self._admin.discard(path)

    async def _run_pods(self) -> None:
        """Write the pod that waits, the exporter's, those of the instance managers; a claim, its volume, an event."""
        await self._admin.put_in_place("/api/v1/namespaces", {"metadata": {"name": _WORKLOADS}})
        await self._run(_WORKLOADS, _POD, self._incident.node)
        await self._run(NAMESPACE, f"{_EXPORTER}-0", self._incident.other_node)
        for (resource, name), stored in self._playback.stored.items():
            if resource == INSTANCE_MANAGERS:
                await self._run(NAMESPACE, name, stored["spec"]["nodeID"])
        await self._create("/api/v1/persistentvolumes", _persistent_volume(self._incident.volume))
        await self._create(f"/api/v1/namespaces/{_WORKLOADS}/persistentvolumeclaims", _claim(self._incident.volume))
        await self._create(f"/api/v1/namespaces/{NAMESPACE}/events", _event(self._incident.volume))

    async def _run(self, namespace: str, name: str, node: str) -> None:
        container = {"name": "main", "image": "none", "args": ["serve"], "env": [{"name": "A", "value": "b"}]}
        spec = {"nodeName": node, "terminationGracePeriodSeconds": 0, "containers": [container]}
        await self._create(f"/api/v1/namespaces/{namespace}/pods", {"metadata": {"name": name}, "spec": spec}, _AT_ONCE)

    async def _create(self, collection: str, body: Json, when_removed: str = "") -> None:
        await self._admin.create(collection, body)
        self._written.append(f"{collection}/{body['metadata']['name']}{when_removed}")

    def _name(self, resource: Resource, field: str, value: str) -> str:
        """Return the name of the first such object whose spec says so."""
        stored = (obj for (kind, _), obj in self._playback.stored.items() if kind == resource)
        return next((str(obj["metadata"]["name"]) for obj in stored if obj["spec"][field] == value), "")


async def without_finalizers(admin: Admin, path: str) -> None:
    """Play Longhorn's part in a deletion: what keeps the object is taken away."""
    await admin.merge(path, _FINALIZERS_GONE)


async def standing(admin: Admin, path: str) -> Json | None:
    """Return the object at a path, None where there is none."""
    try:
        return await admin.get(path)
    except RefusedError as error:
        if error.status != 404:
            raise
    return None


def includes(whole: Any, part: Any) -> bool:
    """Whether all that a merge patch says is so in an object."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(includes(whole.get(key), value) for key, value in part.items())
    return bool(whole == part)


def path_of(kind: str, name: str, namespace: str) -> str:
    """Return the path of an object that kubectl is told of as ``KIND NAME``."""
    if kind == "pod":
        return f"/api/v1/namespaces/{namespace}/pods/{name}"
    known = {resource.name: resource for resource in (VOLUMES, REPLICAS, SETTINGS, LONGHORN_NODES)}
    return object_path(known[kind], name)


def patch_of(text: str) -> Json:
    """Return a patch as an object."""
    patch: Json = json.loads(text)
    return patch


def _persistent_volume(name: str) -> Json:
    source = {"driver": "driver.longhorn.io", "volumeHandle": name}
    spec = {"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], "csi": source, "storageClassName": "none"}
    return {"metadata": {"name": name}, "spec": spec}


def _claim(volume: str) -> Json:
    resources = {"requests": {"storage": "1Gi"}}
    spec = {"accessModes": ["ReadWriteOnce"], "resources": resources, "volumeName": volume, "storageClassName": "none"}
    return {"metadata": {"name": "data"}, "spec": spec}


def _event(volume: str) -> Json:
    about = {"apiVersion": "longhorn.io/v1beta2", "kind": "Volume", "name": volume, "namespace": NAMESPACE}
    when = {"lastTimestamp": "2026-03-02T06:40:00Z"}
    return {"metadata": {"name": "degraded"}, "involvedObject": about, "reason": "Degraded", "message": "it is", **when}
