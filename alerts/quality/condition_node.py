"""Which nodes an alert is promised for at a moment, and what is promised of the cluster as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from .catalogue import INFO, WARNING, Tier
from .fold import Fold, Json, condition, good, usable
from .sighting import Scene, Sighting

_CORDONED_SECONDS: Final = 600.0


def sightings(scene: Scene) -> Iterator[Sighting]:
    """Yield what holds for nodes and for the cluster."""
    for find in _FINDERS:
        yield from find(scene)


def _managers_down(scene: Scene) -> Iterator[Sighting]:
    fold = scene.fold
    running = {_place(obj) for obj in fold.managers() if obj["status"]["currentState"] == "running"}
    for node, _ in {_place(obj) for obj in fold.managers()} - running:
        if fold.cordoned(node):
            missed = _missed(scene, node)
            if missed:
                yield Sighting(Tier("LonghornInstanceManagerDown", INFO), node, sure=True)
                yield Sighting(Tier("LonghornInstanceManagerDown", WARNING), node, sure=True)
        elif fold.ready(node):
            yield Sighting(Tier("LonghornInstanceManagerDown", WARNING), node, sure=True)


def _place(manager: Json) -> tuple[str, str]:
    return manager["spec"]["nodeID"], manager["spec"].get("dataEngine") or "v1"


def _missed(scene: Scene, node: str) -> bool:
    """Whether a failed replica on the node is lacked by a volume that is attached."""
    return any(
        obj["spec"]["nodeID"] == node and obj["spec"]["failedAt"]
        for name, volume in scene.fold.volumes()
        if volume["status"]["state"] == "attached"
        and len(usable(scene.fold, name)) < volume["spec"]["numberOfReplicas"]
        for obj in scene.fold.replicas(name)
    )


def _held(scene: Scene) -> Iterator[Sighting]:
    """A node that Longhorn would not let go: cordoned for ten minutes with its workloads gone, or before its turn."""
    fold = scene.fold
    for node in {*fold.nodes(), *(obj["metadata"]["name"] for obj in fold.longhorn_nodes())}:
        alone = any(_only_here(fold, node, name) for name, _ in fold.volumes())
        since = fold.cordoned_since.get(node)
        if since is None:
            if alone or _would_latch(scene, node) or _entangled(fold, node):
                yield Sighting(Tier("LonghornNodeDrainBlocked", INFO), node, sure=False)
        elif scene.now - since >= _CORDONED_SECONDS and _budgeted(fold, node):
            busy = _busy(fold, node)
            if alone or not busy or fold.held_by_hand(node):
                sure = not busy and not fold.evicts(node)
                yield Sighting(Tier("LonghornNodeDrainBlocked", WARNING), node, sure=sure)


def _entangled(fold: Fold, node: str) -> bool:
    """Whether something else than its data holds a node: its own trouble, or that of a volume on it."""
    away = not fold.ready(node) and any(obj["spec"]["nodeID"] == node for obj in fold.managers())
    shared = any(_shares_a_ghost(fold, node, name) or fold.leaks(node, name) for name, _ in fold.volumes())
    return away or shared or fold.held_by_hand(node) or fold.evicts(node)


def _shares_a_ghost(fold: Fold, node: str, volume: str) -> bool:
    """Whether a volume with a replica on the node has a good one on a node that is gone."""
    places = {obj["spec"]["nodeID"] for obj in fold.replicas(volume) if good(obj) or obj["spec"]["nodeID"] == node}
    return node in places and any(place and not fold.has_node(place) for place in places)


def _budgeted(fold: Fold, node: str) -> bool:
    budgets = set(fold.budgets())
    running = (obj for obj in fold.managers() if obj["status"]["currentState"] == "running")
    return any(obj["spec"]["nodeID"] == node and obj["metadata"]["name"] in budgets for obj in running)


def _busy(fold: Fold, node: str) -> bool:
    return any(volume["status"].get("currentNodeID") == node for _, volume in fold.volumes())


def _would_latch(scene: Scene, node: str) -> bool:
    """Whether a volume runs on the node that could not be attached again, or is about to be such a one."""
    return scene.fold.latches and any(
        volume["status"].get("currentNodeID") == node
        and (scene.told[name].armed or len(usable(scene.fold, name)) < volume["spec"]["numberOfReplicas"])
        for name, volume in scene.fold.volumes()
        if name in scene.told
    )


def _only_here(fold: Fold, node: str, volume: str) -> bool:
    """Whether a volume has a replica on the node, and no good one on another that stays."""
    replicas = [obj for obj in fold.replicas(volume) if obj["spec"]["healthyAt"] or obj["spec"]["failedAt"]]
    here = any(obj["spec"]["nodeID"] == node for obj in replicas)
    elsewhere = (obj["spec"]["nodeID"] for obj in replicas if good(obj) and obj["spec"]["nodeID"] != node)
    return here and not any(fold.ready(other) and not fold.cordoned(other) for other in elsewhere)


def _ghosts(scene: Scene) -> Iterator[Sighting]:
    fold = scene.fold
    nodes = {obj["metadata"]["name"] for obj in fold.longhorn_nodes()}
    nodes |= {obj["spec"]["nodeID"] for obj in fold.all_replicas() if not obj["spec"]["failedAt"]} - {""}
    for node in nodes:
        if not fold.has_node(node):
            yield Sighting(Tier("LonghornNodeGhost", WARNING), node, sure=True)


def _useless(scene: Scene) -> Iterator[Sighting]:
    fold = scene.fold
    served = {obj["spec"]["nodeID"] for obj in fold.managers() if obj["status"]["currentState"] == "running"}
    for obj in fold.longhorn_nodes():
        node = obj["metadata"]["name"]
        disks = (obj["status"].get("diskStatus") or {}).values()
        broken = any(_condition_false(disk) for disk in disks)
        open_ = obj["spec"]["allowScheduling"] and not fold.cordoned(node)
        if fold.ready(node) and (broken or (open_ and node not in served)):
            yield Sighting(Tier("LonghornNodeUnusable", WARNING), node, sure=True)


def _condition_false(disk: Json) -> bool:
    return condition({"status": disk}, "Ready") == "False"


def _cluster(scene: Scene) -> Iterator[Sighting]:
    if scene.fold.latches:
        yield Sighting(Tier("LonghornVersionAffected", INFO), "", sure=True)
    if scene.fold.setting("concurrent-replica-rebuild-per-node-limit") == "0":
        yield Sighting(Tier("LonghornSettingLeftBehind", INFO), "", sure=True)
    if not any(True for _ in scene.fold.volumes()):
        yield Sighting(Tier("LonghornExporterNoVolumes", WARNING), "", sure=True)


_FINDERS: Final[tuple[Callable[[Scene], Iterator[Sighting]], ...]] = (
    _managers_down,
    _held,
    _ghosts,
    _useless,
    _cluster,
)
