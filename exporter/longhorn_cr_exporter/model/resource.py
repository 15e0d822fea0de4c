"""The eleven resources that are watched. Nothing else is ever asked for."""

from __future__ import annotations

from typing import Final

import msgspec

from .engine import Engine, EngineImage
from .meta import Object
from .node import InstanceManager, KubernetesNode, LonghornNode, PodDisruptionBudget
from .replica import Replica
from .setting import Setting
from .volume import CSIAttachment, LonghornAttachment, Volume


class Resource(msgspec.Struct, frozen=True):
    """One API resource: where it is, what its objects are, and whether they live in Longhorn's namespace."""

    group: str
    version: str
    plural: str
    kind: str
    type: type[Object]
    namespaced: bool = True

    @property
    def name(self) -> str:
        """The name kubectl knows, unique among all: ``volumes.longhorn.io``, ``nodes``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def api_version(self) -> str:
        """``apiVersion`` of its objects: ``longhorn.io/v1beta2``, ``v1``."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str) -> str:
        """URL path of its collection, with a leading slash."""
        prefix = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        return f"{prefix}/namespaces/{namespace}/{self.plural}" if self.namespaced else f"{prefix}/{self.plural}"


def _longhorn(plural: str, kind: str, type_: type[Object]) -> Resource:
    return Resource("longhorn.io", "v1beta2", plural, kind, type_)


VOLUMES: Final = _longhorn("volumes", "Volume", Volume)
ENGINES: Final = _longhorn("engines", "Engine", Engine)
REPLICAS: Final = _longhorn("replicas", "Replica", Replica)
INSTANCE_MANAGERS: Final = _longhorn("instancemanagers", "InstanceManager", InstanceManager)
LONGHORN_NODES: Final = _longhorn("nodes", "Node", LonghornNode)
SETTINGS: Final = _longhorn("settings", "Setting", Setting)
LONGHORN_ATTACHMENTS: Final = _longhorn("volumeattachments", "VolumeAttachment", LonghornAttachment)
ENGINE_IMAGES: Final = _longhorn("engineimages", "EngineImage", EngineImage)
DISRUPTION_BUDGETS: Final = Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", PodDisruptionBudget)
KUBERNETES_NODES: Final = Resource("", "v1", "nodes", "Node", KubernetesNode, namespaced=False)
CSI_ATTACHMENTS: Final = Resource(
    "storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment", CSIAttachment, namespaced=False
)

RESOURCES: Final = (
    VOLUMES,
    ENGINES,
    REPLICAS,
    INSTANCE_MANAGERS,
    LONGHORN_NODES,
    SETTINGS,
    LONGHORN_ATTACHMENTS,
    ENGINE_IMAGES,
    DISRUPTION_BUDGETS,
    KUBERNETES_NODES,
    CSI_ATTACHMENTS,
)
BY_KIND: Final = {(resource.api_version, resource.kind): resource for resource in RESOURCES}
