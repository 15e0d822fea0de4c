"""What all objects share: metadata, conditions, and how Python names map to Kubernetes' keys."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

_ACRONYMS = {"id": "ID", "uuid": "UUID"}


def camel(name: str) -> str:
    """Return Kubernetes' key for a field: ``node_id`` → ``nodeID``, ``last_degraded_at`` → ``lastDegradedAt``."""
    first, *rest = name.split("_")
    return first + "".join(_ACRONYMS.get(part, part.capitalize()) for part in rest)


class Part(msgspec.Struct, rename=camel, gc=False):
    """A part of an object. Trees of JSON hold no cycles, so the garbage collector need not track them."""


class Value(msgspec.Struct, frozen=True, rename=camel, gc=False):
    """A part that never changes and is one of few, so that equal ones may be one object."""


class Labels(
    Part,
    rename={
        "longhornvolume": "longhornvolume",
        "longhornnode": "longhornnode",
        "data_engine": "longhorn.io/data-engine",
        "instance_manager_image": "longhorn.io/instance-manager-image",
        "instance_manager_type": "longhorn.io/instance-manager-type",
        "zone": "topology.kubernetes.io/zone",
        "disable_v2_data_engine": "node.longhorn.io/disable-v2-data-engine",
    },
):
    """The labels that Longhorn's own selectors or its scheduler ask for."""

    longhornvolume: str = ""
    longhornnode: str = ""
    data_engine: str = ""
    instance_manager_image: str = ""
    instance_manager_type: str = ""
    zone: str = ""
    disable_v2_data_engine: str = ""


class ObjectMeta(Part):
    """``metadata``."""

    name: str = ""
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    creation_timestamp: str | None = None
    deletion_timestamp: str | None = None
    labels: Labels | None = None

    def take_write_times(self) -> float | None:
        """Clear what changes with every rewrite; return when the status was last written, where that is known.

        An object cleared equals its next version unless something that is used has changed.
        """
        self.resource_version = ""
        return None


class Object(Part):
    """A Kubernetes object. Concrete kinds add ``spec`` and ``status``."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)

    @property
    def name(self) -> str:
        """The object's name, its key within one resource."""
        return self.metadata.name

    @property
    def terminating(self) -> bool:
        """Whether deletion has begun (a finalizer may hold the object for long)."""
        return bool(self.metadata.deletion_timestamp)


class Condition(Part):
    """One condition, of Longhorn's (strings throughout, times may be "") or of a core Node."""

    type: str = ""
    status: str = ""
    last_transition_time: str | None = None
    reason: str = ""
    message: str = ""


def first_condition(conditions: Iterable[Condition] | None, type_: str) -> Condition | None:
    """Return the first condition of that type, as Longhorn's own getter does, or None."""
    for condition in conditions or ():
        if condition.type == type_:
            return condition
    return None


def condition_true(conditions: Iterable[Condition] | None, type_: str) -> bool:
    """Whether the first condition of that type has the status "True"."""
    condition = first_condition(conditions, type_)
    return condition is not None and condition.status == "True"
