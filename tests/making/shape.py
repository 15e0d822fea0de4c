"""The shapes of objects at a release, taken from what Longhorn's real controllers wrote.

The run ``b-deadlock-9938`` is there for every release that has recordings. Its volume ``vol-rwo3`` serves as the model,
detached and attached; so does its node n1 with all that belongs to it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

RECORDINGS: Final = Path(__file__).parents[1] / "recordings"
_RUN: Final = "b-deadlock-9938"
_AT_REST: Final = "2026-03-02T06:00:12Z"
_AT_WORK: Final = "2026-03-02T06:00:24Z"
_VOLUME: Final = "vol-rwo3"
_NODE: Final = "n1"

VOLUME: Final = "Volume"
ENGINE: Final = "Engine"
REPLICA: Final = "Replica"
ATTACHMENT: Final = "VolumeAttachment"
MANAGER: Final = "InstanceManager"
NODE: Final = "Node"
IMAGE: Final = "EngineImage"
BUDGET: Final = "PodDisruptionBudget"
KUBERNETES_NODE: Final = "kubernetes Node"
CSI_ATTACHMENT: Final = "csi VolumeAttachment"

_MODELS: Final[Mapping[str, Callable[[Json], bool]]] = {
    VOLUME: lambda obj: obj["metadata"]["name"] == _VOLUME,
    ENGINE: lambda obj: obj["spec"]["volumeName"] == _VOLUME,
    REPLICA: lambda obj: obj["spec"]["volumeName"] == _VOLUME and obj["spec"]["nodeID"] == _NODE,
    ATTACHMENT: lambda obj: obj["metadata"]["name"] == _VOLUME,
    MANAGER: lambda obj: obj["spec"]["nodeID"] == _NODE,
    NODE: lambda obj: obj["metadata"]["name"] == _NODE,
    IMAGE: lambda _: True,
    BUDGET: lambda obj: obj["spec"]["selector"]["matchLabels"]["longhorn.io/node"] == _NODE,
    KUBERNETES_NODE: lambda obj: obj["metadata"]["name"] == _NODE,
    CSI_ATTACHMENT: lambda obj: obj["spec"]["source"]["persistentVolumeName"] == _VOLUME,
}
_PREFIXES: Final = {"v1": "kubernetes ", "storage.k8s.io/v1": "csi "}


class Shapes:
    """Models of every kind at one release, ``v1.7.2`` and the like."""

    def __init__(self, release: str) -> None:
        lines = gzip.decompress((RECORDINGS / release / _RUN / "events.jsonl.gz").read_bytes()).splitlines()
        events = [json.loads(line) for line in lines]
        rest, work = _fold(events, _AT_REST), _fold(events, _AT_WORK)
        self._settings = json.dumps({name: obj for (kind, name), obj in rest.items() if kind == "Setting"})
        self._rest = {kind: _model(rest, kind) for kind in _MODELS if kind != CSI_ATTACHMENT}
        self._work = {kind: _model(work, kind) for kind in _MODELS}

    def settings(self) -> dict[str, Json]:
        """Return the settings by name."""
        settings: dict[str, Json] = json.loads(self._settings)
        return settings

    def make(self, kind: str, names: Mapping[str, str], *, working: bool = False) -> Json:
        """Return a model in which ``names`` stand for the model's own: as it is detached, or attached (``working``)."""
        text = (self._work if working else self._rest)[kind]
        for own, name in names.items():
            text = re.sub(rf"\b{re.escape(own)}\b", name, text)
        made: Json = json.loads(text)
        return made

    def turned(self, kind: str, names: Mapping[str, str], *, working: bool) -> Json:
        """Return what changes of spec and status when it is attached (``working``), or detached: the new values."""
        after, before = (self.make(kind, names, working=each) for each in (working, not working))
        return {part: _changed(before[part], after[part]) for part in ("spec", "status")}

    def record(self, engine_or_replica: str, name: str, state: str) -> Json:
        """Return how an instance manager lists a process: ``instanceEngines`` or ``instanceReplicas``."""
        manager = self.make(MANAGER, {}, working=True)
        entry = next(iter(manager["status"][engine_or_replica].values()))
        return {"spec": entry["spec"] | {"name": name}, "status": entry["status"] | {"state": state}}

    def ticket(self) -> tuple[Json, Json]:
        """Return an attachment ticket and the status of a satisfied one."""
        made = self.make(ATTACHMENT, {}, working=True)
        (ticket,) = made["spec"]["attachmentTickets"].values()
        (status,) = made["status"]["attachmentTicketStatuses"].values()
        return ticket, status


_Objects = dict[tuple[str, str], Json]


def _fold(events: Iterable[Json], until: str) -> _Objects:
    objects: _Objects = {}
    for event in events:
        if event["clock"] > until:
            break
        obj = event["object"]
        objects[_PREFIXES.get(obj["apiVersion"], "") + obj["kind"], obj["metadata"]["name"]] = obj
    return objects


def _model(objects: _Objects, wanted: str) -> str:
    return json.dumps(next(obj for (kind, _), obj in objects.items() if kind == wanted and _MODELS[kind](obj)))


def _changed(before: Json, after: Json) -> Json:
    return {key: after[key] for key in after if key not in before or before[key] != after[key]}
