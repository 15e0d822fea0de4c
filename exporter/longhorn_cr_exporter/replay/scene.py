"""The objects of a replayed cluster as last seen, typed, for a narrator to compare and look up."""

from __future__ import annotations

from typing import TypeVar

from ..diagnosis.ready import ready_for_workloads
from ..diagnosis.setting import CURRENT_VERSION, DEGRADED_AVAILABILITY, parse_bool, setting
from ..diagnosis.version import LATCHED, NEWEST, Version, deadlock_gate, parse_version
from ..model.meta import Object
from ..model.node import InstanceManager
from ..model.replica import Replica
from ..model.resource import INSTANCE_MANAGERS, REPLICAS, RESOURCES, SETTINGS, VOLUMES, Resource
from ..model.setting import Setting
from ..model.volume import Volume

_ObjectT = TypeVar("_ObjectT", bound=Object)


class Scene:
    """One state of the cluster; names are unique within a resource, as all of Longhorn is in one namespace."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[str, Object]] = {resource.name: {} for resource in RESOURCES}

    def swap(self, resource: Resource, name: str, current: Object | None) -> Object | None:
        """Put an object in (None: take it out) and return what was there before."""
        objects = self._objects[resource.name]
        previous = objects.pop(name, None)
        if current is not None:
            objects[name] = current
        return previous

    def all_of(self, resource: Resource, type_: type[_ObjectT]) -> list[_ObjectT]:
        """Return the objects of a resource."""
        return [obj for obj in self._objects[resource.name].values() if isinstance(obj, type_)]

    @property
    def version_text(self) -> str:
        """Longhorn's version as the setting names it, "" without that setting."""
        return setting(self._settings(), CURRENT_VERSION)

    @property
    def _version(self) -> Version:
        return parse_version(self.version_text) or NEWEST

    def _settings(self) -> dict[str, Setting]:
        return {found.name: found for found in self.all_of(SETTINGS, Setting)}

    @property
    def gate(self) -> str:
        """How this release treats ``Scheduled=False``: open, latched or fixed."""
        return deadlock_gate(self._version)

    @property
    def latches(self) -> bool:
        """Whether a volume that is detached with ``Scheduled=False`` stays so for ever."""
        allowed = parse_bool(setting(self._settings(), DEGRADED_AVAILABILITY))
        return self.gate == LATCHED and not allowed

    def ready(self, volume: Volume) -> bool:
        """Whether Longhorn lets a workload attach the volume."""
        replicas = [found for found in self.all_of(REPLICAS, Replica) if found.spec.volume_name == volume.name]
        return bool(ready_for_workloads(volume, replicas, self._version))

    def volume_of(self, persistent_volume: str) -> str:
        """Return the volume behind a PersistentVolume, the PersistentVolume's own name where none is known."""
        volumes = self.all_of(VOLUMES, Volume)
        return next((found.name for found in volumes if found.pv_name == persistent_volume), persistent_volume)

    def node_of(self, instance_manager: str) -> str:
        """Return an instance manager's node, "" where it is not known."""
        managers = self.all_of(INSTANCE_MANAGERS, InstanceManager)
        return next((found.spec.node_id for found in managers if found.name == instance_manager), "")
