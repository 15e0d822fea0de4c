"""A case's cluster in the real API server: its objects in a namespace of their own, its node's pods beside them.

Many stand there side by side, so names of nodes and of what else belongs to no namespace are made the case's own.
Nobody runs pods here: they are written as the kubelet would report them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final

from api.admin import Admin, Json
from api.drain_case import Case, records_left, without_records
from api.waiting import until
from longhorn_cr_exporter.model.resource import (
    BY_KIND,
    CSI_ATTACHMENTS,
    DISRUPTION_BUDGETS,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    VOLUMES,
    Resource,
)

_WITHIN_SECONDS: Final = 60.0
_READY: Final = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
_AT_ONCE: Final = "?gracePeriodSeconds=0"


class Scene:
    """One case, set up. ``case`` is as it stands in the cluster; ``namespace`` is Longhorn's there."""

    def __init__(self, case: Case, admin: Admin) -> None:
        self.case = _set_apart(case)
        self.namespace = case.name
        self._admin = admin
        self._pods = f"/api/v1/namespaces/{self.namespace}/pods"
        self._stored: dict[tuple[Resource, str], Json] = {}

    async def set_up(self) -> None:
        """Write everything, and return when the disruption controller has seen that the budgets allow nothing."""
        await self._admin.create("/api/v1/namespaces", {"metadata": {"name": self.namespace}})
        await asyncio.gather(*(self._write(obj) for obj in self.case.objects))
        managers = ((manager["metadata"]["name"], manager["metadata"]["labels"]) for manager in self.case.managers)
        workloads = ((f"uses-{volume}", {"app": volume}) for volume in self.case.workloads)
        await asyncio.gather(*(self._run_pod(name, labels) for name, labels in (*managers, *workloads)))
        await until(self._guarded, f"{self.namespace}: the budgets to guard a pod each", within=_WITHIN_SECONDS)

    async def workloads_left(self) -> None:
        """Return when the node is cordoned and its workloads are evicted; what goes with them is then gone."""
        await until(self._emptied, f"{self.namespace}: the workloads to leave", within=_WITHIN_SECONDS)
        left = records_left(self.case.objects, self.case.node)
        for manager in self.case.managers:
            path = self._path(INSTANCE_MANAGERS, manager["metadata"]["name"])
            stored = self._stored[INSTANCE_MANAGERS, manager["metadata"]["name"]]
            await self._admin.replace(f"{path}/status", without_records(stored, left))

    async def delete_budgets(self, names: Iterable[str]) -> None:
        """Delete these instance managers' budgets, as Longhorn does."""
        for name in names:
            await self._admin.delete(self._path(DISRUPTION_BUDGETS, name))

    async def pods(self) -> set[str]:
        """Return the names of the pods that are there."""
        return {pod["metadata"]["name"] for pod in (await self._admin.get(self._pods))["items"]}

    async def take_down(self) -> None:
        """Remove what outlives the definitions of Longhorn's kinds and would be in somebody's way."""
        for resource, name in self._stored:
            if not resource.namespaced:
                await self._admin.discard(self._path(resource, name))
        for name in await self.pods():
            await self._admin.delete(f"{self._pods}/{name}{_AT_ONCE}")
        await self._admin.delete(DISRUPTION_BUDGETS.path(self.namespace))

    async def _write(self, obj: Json) -> None:
        resource = BY_KIND[obj["apiVersion"], obj["kind"]]
        stored = await self._admin.create(resource.path(self.namespace), obj)
        if obj.get("status") and resource != DISRUPTION_BUDGETS:
            path = self._path(resource, obj["metadata"]["name"])
            stored = await self._admin.replace(f"{path}/status", {**stored, "status": obj["status"]})
        self._stored[resource, obj["metadata"]["name"]] = stored

    async def _run_pod(self, name: str, labels: Json) -> None:
        container = {"name": "main", "image": "none"}
        spec = {"nodeName": self.case.node, "terminationGracePeriodSeconds": 0, "containers": [container]}
        await self._admin.create(self._pods, {"metadata": {"name": name, "labels": labels}, "spec": spec})
        await self._admin.merge(f"{self._pods}/{name}/status", {"status": _READY})

    async def _guarded(self) -> bool:
        budgets = (await self._admin.get(DISRUPTION_BUDGETS.path(self.namespace)))["items"]
        return all(_guards_one(budget) for budget in budgets if budget["metadata"]["name"] in self.case.budgets)

    async def _emptied(self) -> bool:
        node = await self._admin.get(self._path(KUBERNETES_NODES, self.case.node))
        return bool(node["spec"].get("unschedulable")) and not any(p.startswith("uses-") for p in await self.pods())

    def _path(self, resource: Resource, name: str) -> str:
        return f"{resource.path(self.namespace)}/{name}"


def _guards_one(budget: Json) -> bool:
    status = budget["status"]
    return (status["expectedPods"], status["currentHealthy"], status["disruptionsAllowed"]) == (1, 1, 0)


def _set_apart(case: Case) -> Case:
    """Return the case with the names of nodes, attachments and PersistentVolumes that no other case has."""
    nodes = {o["metadata"]["name"]: f"{case.name}-{o['metadata']['name']}" for o in case.objects if o["kind"] == "Node"}
    objects = (_renamed(obj, nodes) for obj in case.objects)
    return case._replace(node=nodes[case.node], objects=tuple(_own(obj, case.name) for obj in objects))


def _renamed(value: object, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(part, names) for key, part in value.items()}
    if isinstance(value, list):
        return [_renamed(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value


def _own(obj: Json, case: str) -> Json:
    """Return an object as it can be written, in the case's namespace or under a name of the case's own."""
    resource = BY_KIND[obj["apiVersion"], obj["kind"]]
    metadata = {key: obj["metadata"][key] for key in ("name", "labels", "annotations") if key in obj["metadata"]}
    own = {**obj, "metadata": metadata}
    if resource == CSI_ATTACHMENTS:
        volume = f"{case}-{obj['spec']['source']['persistentVolumeName']}"
        own["metadata"]["name"] = f"{case}-{metadata['name']}"
        own["spec"] = {**obj["spec"], "source": {"persistentVolumeName": volume}}
    if resource == VOLUMES and (pv := obj["status"]["kubernetesStatus"].get("pvName")):
        kubernetes = {**obj["status"]["kubernetesStatus"], "pvName": f"{case}-{pv}"}
        own["status"] = {**obj["status"], "kubernetesStatus": kubernetes}
    return own
