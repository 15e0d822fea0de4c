"""engines.longhorn.io and engineimages.longhorn.io."""

from __future__ import annotations

import msgspec

from .meta import Object, ObjectMeta, Part
from .time import parse_time


class ManagedField(Part):
    """Who wrote what part of an object, and when last."""

    time: str | None = None
    subresource: str = ""


class EngineMeta(ObjectMeta):
    """Metadata with who wrote what when: an engine carries no time of its own for "stopped since"."""

    managed_fields: list[ManagedField] | None = None

    def take_write_times(self) -> float | None:
        """As ``ObjectMeta.take_write_times``; the status' time is the newest of its writers'."""
        self.resource_version = ""
        fields, self.managed_fields = self.managed_fields or (), None
        times = (parse_time(field.time) for field in fields if field.subresource == "status")
        return max((time for time in times if time is not None), default=None)


class EngineSpec(Part):
    """What is wanted of an engine."""

    volume_name: str = ""
    node_id: str = ""
    desire_state: str = ""
    active: bool = False
    image: str = ""
    replica_address_map: dict[str, str] | None = None


class EngineStatus(Part):
    """What Longhorn says of an engine; ``replica_mode_map`` holds RW, WO or ERR by replica name."""

    current_state: str = ""
    instance_manager_name: str = ""
    replica_mode_map: dict[str, str] | None = None
    current_replica_address_map: dict[str, str] | None = None


class Engine(Object):
    """A Longhorn engine: the process that serves a volume."""

    metadata: EngineMeta = msgspec.field(default_factory=EngineMeta)
    spec: EngineSpec = msgspec.field(default_factory=EngineSpec)
    status: EngineStatus = msgspec.field(default_factory=EngineStatus)


class EngineImageSpec(Part):
    """The image."""

    image: str = ""


class EngineImageStatus(Part):
    """Where it is deployed, by node name."""

    state: str = ""
    node_deployment_map: dict[str, bool] | None = None


class EngineImage(Object):
    """An engine image and the nodes that have it."""

    spec: EngineImageSpec = msgspec.field(default_factory=EngineImageSpec)
    status: EngineImageStatus = msgspec.field(default_factory=EngineImageStatus)
