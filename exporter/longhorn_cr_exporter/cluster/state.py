"""ClusterState: the objects as last seen, the indexes that join them, and what changed since somebody asked.

An event costs work in proportion to what it touches. A rewrite that changes nothing used here costs one comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from ..model.engine import Engine, EngineImage
from ..model.meta import Object
from ..model.node import InstanceManager, KubernetesNode, LonghornNode, PodDisruptionBudget
from ..model.replica import Replica
from ..model.resource import (
    CSI_ATTACHMENTS,
    DISRUPTION_BUDGETS,
    ENGINE_IMAGES,
    ENGINES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_ATTACHMENTS,
    LONGHORN_NODES,
    REPLICAS,
    RESOURCES,
    SETTINGS,
    VOLUMES,
    Resource,
)
from ..model.setting import Setting
from ..model.share import share
from ..model.volume import CSIAttachment, LonghornAttachment, Volume
from . import join, join_node
from .change import Changes
from .index import Index
from .magnitude import Magnitudes
from .memory import Memory
from .touch import Seen

T = TypeVar("T", bound=Object)
Join = Callable[["ClusterState", Any, Any, Seen], None]

_JOINS: dict[Resource, Join] = {
    VOLUMES: join.join_volume,
    ENGINES: join.join_engine,
    REPLICAS: join.join_replica,
    INSTANCE_MANAGERS: join_node.join_instance_manager,
    LONGHORN_NODES: join_node.join_longhorn_node,
    SETTINGS: join.join_setting,
    ENGINE_IMAGES: join.join_engine_image,
    LONGHORN_ATTACHMENTS: join.join_longhorn_attachment,
    DISRUPTION_BUDGETS: join_node.join_disruption_budget,
    KUBERNETES_NODES: join_node.join_kubernetes_node,
    CSI_ATTACHMENTS: join.join_csi_attachment,
}


class ClusterState:
    """Everything held of one cluster. It is a ``kube.sink.Sink``; nothing here blocks or fails."""

    def __init__(self) -> None:
        self._objects: dict[Resource, dict[str, Object]] = {resource: {} for resource in RESOURCES}
        self._known: set[Resource] = set()
        self.changes = Changes()
        self.volumes = self._all(VOLUMES, Volume)
        self.engines = self._all(ENGINES, Engine)
        self.replicas = self._all(REPLICAS, Replica)
        self.instance_managers = self._all(INSTANCE_MANAGERS, InstanceManager)
        self.longhorn_nodes = self._all(LONGHORN_NODES, LonghornNode)
        self.settings = self._all(SETTINGS, Setting)
        self.longhorn_attachments = self._all(LONGHORN_ATTACHMENTS, LonghornAttachment)
        self.engine_images = self._all(ENGINE_IMAGES, EngineImage)
        self.disruption_budgets = self._all(DISRUPTION_BUDGETS, PodDisruptionBudget)
        self.kubernetes_nodes = self._all(KUBERNETES_NODES, KubernetesNode)
        self.csi_attachments = self._all(CSI_ATTACHMENTS, CSIAttachment)
        self.engines_of: Index[Engine] = Index()
        self.replicas_of: Index[Replica] = Index()
        self.replicas_on: Index[Replica] = Index()
        self.replicas_labelled: Index[Replica] = Index()  # by the label of their volume, as Longhorn itself looks
        self.replicas_labelled_on: Index[Replica] = Index()  # by the label of their node
        self.engines_on: Index[Engine] = Index()
        self.instance_managers_on: Index[InstanceManager] = Index()
        self.instance_managers_of_image: Index[InstanceManager] = Index()
        self.csi_attachments_of: Index[CSIAttachment] = Index()
        self.volumes_of_pv: Index[Volume] = Index()
        self.ready_nodes: set[str] = set()  # Kubernetes nodes whose kubelet is Ready
        self.volume_sizes = Magnitudes()
        self.volume_data = Magnitudes()
        self.engine_stopped = Memory()
        self.cordoned = Memory()
        self.node_gone = Memory()
        self.instance_manager_down = Memory()  # of those seen to go: what was down when first seen is not in it
        self.workload_pending = Memory()
        self.attach_wanted = Memory()

    def _all(self, resource: Resource, _type: type[T]) -> dict[str, T]:
        return cast("dict[str, T]", self._objects[resource])

    def known(self, resource: Resource) -> bool:
        """Whether the resource was ever read whole; until then its absence says nothing."""
        return resource in self._known

    def count(self, resource: Resource) -> int:
        """Return the number of objects held."""
        return len(self._objects[resource])

    def take_changes(self) -> Changes:
        """Return what has changed since the last call and begin anew."""
        changes, self.changes = self.changes, Changes()
        return changes

    def replace(self, resource: Resource, objects: Sequence[Object], now: float) -> None:
        """Take a whole list in one step: what is not in it is gone."""
        held = self._objects[resource]
        gone = held.keys() - {obj.metadata.name for obj in objects}
        for name in gone:
            self.remove(resource, held[name], now)
        for obj in objects:
            self.put(resource, obj, now)
        if resource not in self._known:
            self._known.add(resource)
            self.changes.everything = True

    def put(self, resource: Resource, obj: Object, now: float) -> None:
        """Take one new or changed object."""
        held = self._objects[resource]
        before = held.get(obj.metadata.name)
        written = obj.metadata.take_write_times()
        if before is not None and before == obj:
            return
        share(obj)
        held[obj.metadata.name] = obj
        self._join(resource, before, obj, Seen(now, written))

    def remove(self, resource: Resource, obj: Object, now: float) -> None:
        """Drop one object, by its name."""
        before = self._objects[resource].pop(obj.metadata.name, None)
        if before is not None:
            self._join(resource, before, None, Seen(now, None))

    def _join(self, resource: Resource, before: Object | None, after: Object | None, seen: Seen) -> None:
        join_resource = _JOINS.get(resource)
        if join_resource is not None:
            join_resource(self, before, after, seen)
