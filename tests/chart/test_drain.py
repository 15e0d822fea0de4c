"""A drain with the chart in it: real kubectl, controllers and exporters; the kubelets are played (kubelet.py)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

import pytest

from api.admin import Admin
from api.command import Command
from api.control_plane import ControlPlane
from api.waiting import until
from chart.cluster import cluster
from chart.helm import helm
from chart.kubectl import Kubectl
from chart.kubelet import Kubelets
from deploy.render.manifest import NAMESPACE, RELEASE
from deploy.render.place import CHART

NODES: Final = ("one", "two", "three")
REFUSED: Final = "Cannot evict pod as it would violate the pod's disruption budget"
_PODS: Final = f"/api/v1/namespaces/{NAMESPACE}/pods"
_BUDGET: Final = f"/apis/policy/v1/namespaces/{NAMESPACE}/poddisruptionbudgets/{RELEASE}"


class Drained:
    """The chart, installed with its defaults, on three nodes."""

    def __init__(self, admin: Admin, kubectl: Kubectl, kubelets: Kubelets) -> None:
        self.kubelets = kubelets
        self._admin = admin
        self._kubectl = kubectl

    async def pods(self) -> dict[str, str]:
        """Return the exporters' pods by name, with the node that each is on, "" where it waits for one."""
        pods = (await self._admin.get(_PODS))["items"]
        return {pod["metadata"]["name"]: pod["spec"].get("nodeName", "") for pod in pods}

    async def counts(self, healthy: int) -> None:
        """Return when the budget has counted so many of the two pods as healthy."""

        async def does() -> bool:
            status = (await self._admin.get(_BUDGET))["status"]
            return bool(status.get("expectedPods") == 2 and status["currentHealthy"] == healthy)

        await until(does, f"the budget to count {healthy} healthy pods")

    def drain(self, *nodes: str) -> AbstractAsyncContextManager[Command]:
        """Drain nodes as one does before maintenance."""
        kubeconfig = f"--kubeconfig={self._kubectl.kubeconfig}"
        return Command.of(self._kubectl.binary, kubeconfig, "drain", *nodes, "--ignore-daemonsets", "--timeout=2m")

    async def uncordon(self, node: str) -> None:
        """Let a node be used again."""
        await self._admin.merge(f"/api/v1/nodes/{node}", {"spec": {"unschedulable": None}})


@pytest.fixture
async def drained(
    admin: Admin, control_plane: ControlPlane, kubectl: Kubectl, tmp_path: Path
) -> AsyncIterator[Drained]:
    """Install the chart, and take it away."""
    release = (RELEASE, f"--namespace={NAMESPACE}", f"--kubeconfig={kubectl.kubeconfig}")
    async with cluster(admin, control_plane, kubectl, tmp_path, nodes=NODES) as kubelets:
        await asyncio.to_thread(helm, "install", *release, CHART, "--create-namespace", "--wait")
        drained = Drained(admin, kubectl, kubelets)
        await drained.counts(2)
        kubelets.fewest_ready = 2
        yield drained
        await asyncio.to_thread(helm, "uninstall", *release)


async def test_one_is_always_there(drained: Drained) -> None:
    """Node by node, each drained and put back: the one exporter moves, and the other watches meanwhile."""
    for node in NODES:
        async with drained.drain(node) as drain:
            assert await drain.end() == 0, drain.text
        assert node not in (await drained.pods()).values()
        await drained.counts(2)
        await drained.uncordon(node)
    assert drained.kubelets.fewest_ready == 1


async def test_the_second_waits_for_the_first(drained: Drained) -> None:
    """Both nodes drained at once: the budget lets one pod go, and the other when the new one is Ready, not sooner."""
    first = await drained.pods()
    drained.kubelets.may_be_ready = set(first)
    async with drained.drain(*first.values()) as drain:
        assert await drain.says(REFUSED, since=time.monotonic(), times=2), drain.text
        assert len(first.keys() & await drained.pods()) == 1
        drained.kubelets.may_be_ready = None
        assert await drain.end() == 0, drain.text
    assert not first.keys() & await drained.pods()
    assert drained.kubelets.fewest_ready == 1


async def test_an_unready_one_holds_no_drain_up(drained: Drained) -> None:
    """Not even when none is Ready, which leaves the budget nothing to give."""
    drained.kubelets.may_be_ready = set()
    await drained.counts(0)
    node, _ = (await drained.pods()).values()
    async with drained.drain(node) as drain:
        assert await drain.end() == 0, drain.text
        assert REFUSED not in drain.text
