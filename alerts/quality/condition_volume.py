"""Which volumes an alert is promised for at a moment, read from the objects themselves and the recording's truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from .catalogue import CRITICAL, DEADLOCK, INFO, WARNING, Tier
from .fold import Fold, Json, given_up_at, usable
from .sighting import Scene, Sighting, Told

_IMMINENT_SECONDS: Final = 600.0


def sightings(scene: Scene) -> Iterator[Sighting]:
    """Yield what holds for volumes and replicas; the deadlock itself is the recording's summary's to tell."""
    for name, volume in scene.fold.volumes():
        told = scene.told.get(name)
        if told is not None:
            for find in _FINDERS:
                yield from find(scene, name, volume, told)


def _exposed(scene: Scene, name: str, volume: Json, told: Told) -> Iterator[Sighting]:
    lacking = len(usable(scene.fold, name)) < volume["spec"]["numberOfReplicas"]
    if scene.fold.latches and told.state == "attached" and told.scheduled == "True" and lacking:
        yield Sighting(Tier(DEADLOCK, INFO), name, sure=False)


def _stuck(scene: Scene, name: str, volume: Json, told: Told) -> Iterator[Sighting]:
    nodes = _wanted_on(scene.fold, name, volume)
    if told.latched or not (nodes or told.workload_waiting):
        return
    sure = bool(nodes) and told.workload_waiting
    if volume["status"].get("restoreRequired") or _moving(volume) or _cloning(volume):
        yield Sighting(Tier("LonghornVolumeAttachStuck", INFO), name, sure)
    elif not told.ready or any(_unfit(scene.fold, node, name, volume) for node in nodes):
        yield Sighting(Tier("LonghornVolumeAttachStuck", CRITICAL), name, sure)
    else:
        yield Sighting(Tier("LonghornVolumeAttachStuck", WARNING), name, sure)


def _wanted_on(fold: Fold, name: str, volume: Json) -> list[str]:
    """Return the nodes where a workload waits for the volume."""
    claimed = (volume["status"].get("kubernetesStatus") or {}).get("pvName") or name
    waiting = (obj for obj in fold.attachments() if not (obj.get("status") or {}).get("attached"))
    return [obj["spec"]["nodeName"] for obj in waiting if obj["spec"]["source"].get("persistentVolumeName") == claimed]


def _moving(volume: Json) -> bool:
    return bool(volume["spec"].get("migrationNodeID") or volume["status"].get("currentMigrationNodeID"))


def _cloning(volume: Json) -> bool:
    state = (volume["status"].get("cloneStatus") or {}).get("state", "")
    return volume["spec"].get("dataSource", "").startswith(("vol://", "snap://")) and state not in {"", "completed"}


def _unfit(fold: Fold, node: str, name: str, volume: Json) -> bool:
    """Whether the node cannot take the volume: down, without instance manager or image, or it is held elsewhere."""
    elsewhere = volume["status"].get("currentNodeID", "") not in {"", node}
    managers = (obj for obj in fold.managers() if obj["spec"]["nodeID"] == node)
    running = any(obj["status"]["currentState"] == "running" for obj in managers)
    image = volume["spec"].get("image") or volume["spec"].get("engineImage")
    deployed = all(
        (obj["status"].get("nodeDeploymentMap") or {}).get(node, False)
        for obj in fold.images()
        if obj["spec"]["image"] == image
    )
    return elsewhere or not fold.ready(node) or not running or not deployed or fold.leaks(node, name)


def _unschedulable(_: Scene, name: str, __: Json, told: Told) -> Iterator[Sighting]:
    if told.state == "detached" and not told.ready and told.scheduled != "True" and told.replicas_without_node:
        yield Sighting(Tier("LonghornVolumeUnschedulable", WARNING), name, sure=told.robustness != "faulted")


def _redundancy(scene: Scene, name: str, volume: Json, told: Told) -> Iterator[Sighting]:
    replicas, whole = scene.fold.replicas(name), usable(scene.fold, name)
    used = any(obj["spec"]["healthyAt"] or obj["spec"]["failedAt"] for obj in replicas)
    if used and len(whole) < volume["spec"]["numberOfReplicas"]:
        yield Sighting(Tier("LonghornVolumeRedundancyLow", WARNING), name, sure=True)
    if used and not whole:
        yield Sighting(Tier("LonghornVolumeRedundancyLow", CRITICAL), name, sure=told.robustness == "faulted")
    if len(whole) == 1 and volume["spec"]["numberOfReplicas"] > 1:
        nodes = {obj["spec"]["nodeID"] for obj in replicas if not obj["spec"]["failedAt"]}
        if any(scene.fold.cordoned(obj["spec"]["nodeID"]) for obj in whole):
            last = all(scene.fold.cordoned(node) for node in nodes)
            yield Sighting(Tier("LonghornVolumeRedundancyLow", CRITICAL), name, sure=last)


def _stalled(scene: Scene, name: str, volume: Json, told: Told) -> Iterator[Sighting]:
    engines, replicas = scene.fold.engines(name), scene.fold.replicas(name)
    rebuilding = any("WO" in (engine["status"].get("replicaModeMap") or {}).values() for engine in engines)
    known = {each for engine in engines for each in _known(engine)}
    unadopted = any(_unadopted(obj, known) for obj in replicas)
    if (told.state == "attached" and told.robustness == "degraded" and not rebuilding) or unadopted:
        room = volume["spec"]["numberOfReplicas"] <= len(list(scene.fold.nodes()))
        yield Sighting(Tier("LonghornRebuildStalled", WARNING), name, sure=room)


def _known(engine: Json) -> Iterator[str]:
    yield from engine["spec"].get("replicaAddressMap") or {}
    yield from engine["status"].get("currentReplicaAddressMap") or {}


def _unadopted(replica: Json, known: set[str]) -> bool:
    new = not replica["spec"]["healthyAt"] and not replica["spec"]["failedAt"]
    return new and replica["status"]["currentState"] == "running" and replica["metadata"]["name"] not in known


def _stopped(scene: Scene, name: str, volume: Json, told: Told) -> Iterator[Sighting]:
    wanted = bool(_wanted_on(scene.fold, name, volume) or volume["spec"]["nodeID"])
    stopped = any(engine["status"]["currentState"] == "stopped" for engine in scene.fold.engines(name))
    if wanted and stopped:
        yield Sighting(Tier("LonghornEngineStopped", WARNING), name, sure=told.workload_waiting)


def _going(scene: Scene, name: str, volume: Json, _: Told) -> Iterator[Sighting]:
    lacking = len(usable(scene.fold, name)) < volume["spec"]["numberOfReplicas"]
    for replica in scene.fold.replicas(name):
        given_up = given_up_at(replica, volume)
        if lacking and given_up is not None and scene.now > given_up - _IMMINENT_SECONDS:
            sure = scene.fold.latches and scene.fold.has_node(replica["spec"]["nodeID"])
            tier = Tier("LonghornReplicaDeletionImminent", WARNING)
            yield Sighting(tier, replica["metadata"]["name"], sure)


def _crowded(scene: Scene, name: str, volume: Json, _: Told) -> Iterator[Sighting]:
    whole = usable(scene.fold, name)
    if len({obj["spec"]["nodeID"] for obj in whole}) < len(whole):
        yield Sighting(Tier("LonghornFalseRedundancy", INFO), name, sure=True)
    crs = [obj for obj in scene.fold.all_replicas() if obj["spec"]["volumeName"] == name]
    if len(crs) > 2 * volume["spec"]["numberOfReplicas"] + 2:
        yield Sighting(Tier("LonghornReplicaLeak", WARNING), name, sure=True)


_FINDERS: Final[tuple[Callable[[Scene, str, Json, Told], Iterator[Sighting]], ...]] = (
    _exposed,
    _stuck,
    _unschedulable,
    _redundancy,
    _stalled,
    _stopped,
    _going,
    _crowded,
)
