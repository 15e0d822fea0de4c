"""The scheduler's and the kubelets' part, which no API server and no controller plays: pods are bound, run and end.

What a pod runs is really run: the program with the pod's arguments and the token of its service account, and what
`helm test` runs, in this machine's Python in place of the image's. A pod is Ready when its program says so at /readyz.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from api.account import write_kubeconfig, write_token
from api.admin import Admin, Json, RefusedError
from api.control_plane import ControlPlane
from api.serve import Serve, serving

_STEP_SECONDS: Final = 0.1
_ANYWHERE: Final = {"--listen=:9899": "--listen=127.0.0.1:0", "--log-format=logfmt": "--log-format=json"}
"""A port that is free, and a log that says which."""


class Kubelets:
    """The nodes' kubelets for the pods of one namespace. ``running`` are their programs by the names of the pods."""

    def __init__(self, admin: Admin, control_plane: ControlPlane, namespace: str, folder: Path) -> None:
        self.running: dict[str, Serve] = {}
        self.may_be_ready: set[str] | None = None
        """The pods that may become Ready, or stay so; None is all."""
        self.fewest_ready = 0
        """How few pods were Ready at the worst moment since this was set."""
        self._admin = admin
        self._control_plane = control_plane
        self._namespace = namespace
        self._folder = folder
        self._ending: dict[str, AsyncExitStack] = {}

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Play the part while the context lasts, and end every program then; a mistake in it fails the test."""
        async with asyncio.TaskGroup() as group:
            work = group.create_task(self._work())
            try:
                yield
            finally:
                work.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await work
                for name in tuple(self.running):
                    await self._end(name)

    async def _work(self) -> None:
        while True:
            pods = (await self._admin.get(self._pods()))["items"]
            self.fewest_ready = min(self.fewest_ready, len([pod for pod in pods if _serves(pod)]))
            for pod in pods:
                with contextlib.suppress(RefusedError):  # gone meanwhile, or changed: seen in the next turn
                    await self._attend(pod, pods)
            for name in self.running.keys() - {pod["metadata"]["name"] for pod in pods}:
                await self._end(name)
            await asyncio.sleep(_STEP_SECONDS)

    async def _attend(self, pod: Json, pods: list[Json]) -> None:
        name = pod["metadata"]["name"]
        if "deletionTimestamp" in pod["metadata"]:
            await self._admin.delete(f"{self._pods(name)}?gracePeriodSeconds=0")
        elif "nodeName" not in pod["spec"]:
            await self._bind(name, pods)
        elif pod["spec"]["restartPolicy"] == "Never":
            await self._run_through(pod)
        else:
            await self._keep_running(pod)

    async def _bind(self, name: str, pods: list[Json]) -> None:
        """Choose the node that has the fewest, as the spread of the chart prefers; none that is cordoned."""
        nodes = (await self._admin.get("/api/v1/nodes"))["items"]
        taken = [pod["spec"].get("nodeName") for pod in pods]
        free = [node["metadata"]["name"] for node in nodes if not node["spec"].get("unschedulable")]
        if free:
            target = {"apiVersion": "v1", "kind": "Node", "name": min(free, key=taken.count)}
            await self._admin.create(f"{self._pods(name)}/binding", {"metadata": {"name": name}, "target": target})

    async def _run_through(self, pod: Json) -> None:
        """Run a pod to its end; in the addresses that it was given, its program stands for the Service."""
        if pod["status"]["phase"] != "Pending":
            return
        (container,) = pod["spec"]["containers"]
        service = f"http://{pod['metadata']['labels']['app.kubernetes.io/instance']}.{self._namespace}:9899"
        serve = next(iter(self.running.values()))
        words = [serve.url if word == service else word for word in (*container["command"][1:], *container["args"])]
        done = await asyncio.to_thread(subprocess.run, [sys.executable, *words], capture_output=True, check=False)
        phase = "Failed" if done.returncode else "Succeeded"
        await self._admin.merge(f"{self._pods(pod['metadata']['name'])}/status", {"status": {"phase": phase}})

    async def _keep_running(self, pod: Json) -> None:
        name = pod["metadata"]["name"]
        if name not in self.running:
            await self._start(pod)
        may_be_ready = self.may_be_ready is None or name in self.may_be_ready
        ready = may_be_ready and (await self.running[name].get("/readyz"))[0] == 200
        if pod["status"]["phase"] != "Running" or ready != _is_ready(pod):
            await self._admin.merge(f"{self._pods(name)}/status", {"status": _running(pod, ready=ready)})

    async def _start(self, pod: Json) -> None:
        name, (container,) = pod["metadata"]["name"], pod["spec"]["containers"]
        folder = self._folder / name
        folder.mkdir(exist_ok=True)  # a try before may have been refused
        arguments = [_ANYWHERE.get(argument, argument) for argument in container["args"]]
        kubeconfig = await self._kubeconfig(pod["spec"]["serviceAccountName"], folder)
        ending = self._ending[name] = AsyncExitStack()
        self.running[name] = await ending.enter_async_context(serving(kubeconfig, folder, arguments=arguments))

    async def _end(self, name: str) -> None:
        del self.running[name]
        await self._ending.pop(name).aclose()

    async def _kubeconfig(self, account: str, folder: Path) -> Path:
        path = f"/api/v1/namespaces/{self._namespace}/serviceaccounts/{account}/token"
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        token = (await self._admin.create(path, request))["status"]["token"]
        token_file, plane = write_token(folder / "token", token), self._control_plane
        return write_kubeconfig(folder / "kubeconfig", port=plane.port, ca=plane.ca, token_file=token_file)

    def _pods(self, name: str = "") -> str:
        return f"/api/v1/namespaces/{self._namespace}/pods" + (f"/{name}" if name else "")


def _is_ready(pod: Json) -> bool:
    conditions = pod["status"].get("conditions", ())
    return any((it["type"], it["status"]) == ("Ready", "True") for it in conditions)


def _serves(pod: Json) -> bool:
    return _is_ready(pod) and "deletionTimestamp" not in pod["metadata"]


def _running(pod: Json, *, ready: bool) -> Json:
    """Return the status of a pod that runs, as kubelets report it."""
    (container,) = pod["spec"]["containers"]
    since = pod["metadata"]["creationTimestamp"]
    state = {"running": {"startedAt": since}}
    own = {"name": container["name"], "image": container["image"], "imageID": "", "ready": ready, "restartCount": 0}
    return {
        "phase": "Running",
        "conditions": [{"type": "Ready", "status": str(ready), "lastTransitionTime": since}],
        "containerStatuses": [{**own, "started": True, "state": state}],
    }
