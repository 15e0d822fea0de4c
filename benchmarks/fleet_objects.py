"""A large fleet's objects as Longhorn writes them, the same ones every time, as JSON.

They have their real sizes: ``managedFields`` names every field of an object once more.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

import fleet_node as node
import fleet_volume as volume
from fleet_place import WRITTEN, Json, places
from longhorn_cr_exporter.model.resource import (
    CSI_ATTACHMENTS,
    DISRUPTION_BUDGETS,
    ENGINE_IMAGES,
    ENGINES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_ATTACHMENTS,
    LONGHORN_NODES,
    REPLICAS,
    SETTINGS,
    VOLUMES,
    Resource,
)

NAMESPACE: Final = "longhorn-system"


def fleet(volumes: int, nodes: int) -> Iterator[tuple[Resource, bytes]]:
    """Yield every object as JSON: 3 replicas, an engine and two attachments a volume, and what runs on each node."""
    spread = places(volumes, nodes)
    for resource, objects in (
        (SETTINGS, node.settings()),
        (ENGINE_IMAGES, [node.engine_image(nodes)]),
        (KUBERNETES_NODES, (node.kubernetes_node(index) for index in range(nodes))),
        (LONGHORN_NODES, node.longhorn_nodes(spread, nodes)),
        (INSTANCE_MANAGERS, node.instance_managers(spread, nodes)),
        (DISRUPTION_BUDGETS, (node.budget(index) for index in range(nodes))),
        (VOLUMES, map(volume.volume, spread)),
        (ENGINES, map(volume.engine, spread)),
        (REPLICAS, (volume.replica(place, number) for place in spread for number in range(3))),
        (LONGHORN_ATTACHMENTS, map(volume.longhorn_attachment, spread)),
        (CSI_ATTACHMENTS, (volume.csi_attachment(place) for place in spread if place.node)),
    ):
        for number, parts in enumerate(objects):
            yield resource, msgspec.json.encode(_complete(resource, number, parts))


def _complete(resource: Resource, number: int, parts: Json) -> Json:
    """Put an object's head before its parts, and complete its metadata."""
    metadata = parts.pop("metadata") | {
        **({"namespace": NAMESPACE} if resource.namespaced else {}),
        "uid": f"{zlib.crc32(resource.name.encode()):08x}-0000-4000-a000-{number:012x}",
        "resourceVersion": "1",
        "generation": 3,
        "creationTimestamp": WRITTEN,
        "managedFields": [
            _managed(resource, {key: value for key, value in parts.items() if key != "status"}, ""),
            _managed(resource, {"status": parts.get("status", {})}, "status"),
        ],
    }
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata, **parts}


def _managed(resource: Resource, fields: Json, subresource: str) -> Json:
    return {
        "manager": "longhorn-manager",
        "operation": "Update",
        "apiVersion": resource.api_version,
        "time": WRITTEN,
        "fieldsType": "FieldsV1",
        "fieldsV1": _field_set(fields),
        **({"subresource": subresource} if subresource else {}),
    }


def _field_set(value: Mapping[str, Any]) -> Json:
    """Return the names of an object's fields as a FieldsV1 lists them."""
    return {
        f"f:{key}": {".": {}, **_field_set(item)} if isinstance(item, Mapping) and item else {}
        for key, item in value.items()
    }
