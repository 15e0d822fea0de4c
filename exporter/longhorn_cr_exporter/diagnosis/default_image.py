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

RUNNING: Final = "running"
ALL_IN_ONE: Final = "aio"
_NO_LABELS: Final = Labels()


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
