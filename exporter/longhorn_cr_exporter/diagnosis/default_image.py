"""Instance managers of the default image: where Longhorn starts new processes, and looks for those that are stopped.

After an upgrade a node has several instance managers; the one of the image that the setting names is the current one.
Longhorn finds it by labels. Source: longhorn-manager's datastore and types (``GetInstanceManagerLabels``).
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Final

from ..cluster.state import ClusterState
from ..model.meta import Labels
from ..model.node import InstanceManager
from .setting import ENGINE_IMAGE, INSTANCE_MANAGER_IMAGE

RUNNING: Final = "running"
ALL_IN_ONE: Final = "aio"
_NO_LABELS: Final = Labels()


def default_label(state: ClusterState) -> str:
    """Return the label value of the default image; "" where Longhorn has none, and its look-ups fail.

    Longhorn writes every setting at its start. Where this one is missing and the engine's image too, it is the list
    of settings that has gaps (a dump, a recording, no permission): the image of the newest instance manager stands in.
    """
    setting = state.settings.get(INSTANCE_MANAGER_IMAGE)
    if setting is not None or ENGINE_IMAGE in state.settings:
        return image_label(setting.value if setting else "")
    images = state.instance_managers_of_image.owners()
    return image_label(max(images, key=lambda image: (_newest(image, state), image), default=""))


def _newest(image: str, state: ClusterState) -> str:
    managers = state.instance_managers_of_image.of(image).values()
    return max(manager.metadata.creation_timestamp or "" for manager in managers)


@lru_cache(maxsize=64)
def image_label(image: str) -> str:
    """Return the label value that stands for an instance manager's image; "" for no image."""
    if not image:
        return ""
    name = image.replace(":", "-").replace("/", "-")
    return "imi-" + hashlib.sha512(name.encode()).hexdigest()[:8]


def managers_labelled(node: str, state: ClusterState, *, data_engine: str, label: str | None) -> list[InstanceManager]:
    """Return the node's all-in-one instance managers of that data engine and image label.

    A data engine of "" and a label of None select all, as a selector without that label does.
    """
    return [
        manager
        for manager in state.instance_managers_on.of(node).values()
        if manager.spec.type == ALL_IN_ONE and _selected(manager, data_engine, label)
    ]


def _selected(manager: InstanceManager, data_engine: str, label: str | None) -> bool:
    labels = manager.metadata.labels or _NO_LABELS
    return data_engine in ("", labels.data_engine) and label in (None, labels.instance_manager_image)
