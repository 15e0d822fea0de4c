"""A cluster that can run the chart: nodes, the controllers that its objects need, and kubelets that the tests play."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from api import definition
from api.admin import Admin
from api.control_plane import ControlPlane
from api.controller import controllers
from chart.kubectl import Kubectl
from chart.kubelet import Kubelets
from deploy.render.manifest import NAMESPACE
from stack.binary import built

_CONTROLLERS: Final = (
    "deployment-controller",
    "replicaset-controller",
    "disruption-controller",
    "garbage-collector-controller",
    "namespace-controller",
)
_NODES: Final = "/api/v1/nodes"


@asynccontextmanager
async def cluster(
    admin: Admin, control_plane: ControlPlane, kubectl: Kubectl, folder: Path, *, nodes: Sequence[str]
) -> AsyncIterator[Kubelets]:
    """Run it while the context lasts, with Longhorn's kinds in it and without the exporter's namespace."""
    await definition.install(admin, definition.MINIMAL)
    manager = built("kube-controller-manager")["kube-controller-manager"]
    kubelets = Kubelets(admin, control_plane, NAMESPACE, folder)
    with controllers(*_CONTROLLERS, binary=manager, kubeconfig=kubectl.kubeconfig, folder=folder):
        for name in nodes:
            await admin.create(_NODES, {"metadata": {"name": name}})
        try:
            async with kubelets.at_work():
                await _without_namespace(kubectl)
                try:
                    yield kubelets
                finally:
                    await _without_namespace(kubectl)
        finally:
            for name in nodes:
                await admin.delete(f"{_NODES}/{name}")
            kubectl("create", "namespace", NAMESPACE)


async def _without_namespace(kubectl: Kubectl) -> None:
    """Delete the namespace with all that is in it, which the kubelets must see to."""
    await asyncio.to_thread(kubectl, "delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=2m")
