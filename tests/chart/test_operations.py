"""docs/operations.md, followed from top to bottom: by the chart, and without helm.

Real are the shell, helm, kubectl, the API server, Kubernetes' controllers and the exporters in the pods (kubelet.py).
Each command must say what the page promises behind it.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from api.admin import Admin
from api.control_plane import ControlPlane
from api.page import Command, blocks, commands, languages
from api.shell import Said, Shell
from chart.cluster import cluster
from chart.kubectl import Kubectl
from chart.kubelet import Kubelets
from deploy.render.manifest import NAMESPACE
from longhorn_cr_exporter.model.resource import RESOURCES
from stack.binary import built

PAGE: Final = Path(__file__).parents[2] / "docs" / "operations.md"
BUILD: Final = ("Build the image",)
BY_CHART: Final = ("By the chart",)
BARE: Final = ("With a bare Prometheus",)
WITH_OPERATOR: Final = ("With kube-prometheus-stack", "Upgrade", "Trouble")
UNINSTALL: Final = ("Uninstall",)
WITHOUT_HELM: Final = ("Without helm",)
UNINSTALL_MANIFESTS: Final = ("What was installed without helm",)
NOT_RUN: Final = {
    r"docker ": "needs a container engine; make test-image builds the image",
    r"kubectl .* logs ": "a kubelet keeps the logs",
    r"kubectl .* port-forward ": "a kubelet forwards the port",
}
FORWARDED: Final = "127.0.0.1:9899"
NAMES: Final = {"NAMESPACE": "monitoring"}
PROMETHEUS: Final = {
    "apiVersion": "monitoring.coreos.com/v1",
    "metadata": {"name": "prometheus"},
    "kind": "Prometheus",
    "spec": {"serviceMonitorSelector": {"matchLabels": {"release": "kube-prometheus-stack"}}},
}
_PROMETHEUSES: Final = "/apis/monitoring.coreos.com/v1/namespaces/monitoring/prometheuses"


@pytest.fixture
async def kubelets(
    admin: Admin, control_plane: ControlPlane, kubectl: Kubectl, tmp_path: Path
) -> AsyncIterator[Kubelets]:
    """Run a cluster with kube-prometheus-stack's Prometheus in it."""
    async with cluster(admin, control_plane, kubectl, tmp_path, nodes=("one", "two")) as kubelets:
        await admin.create(_PROMETHEUSES, PROMETHEUS)
        yield kubelets
        await admin.delete(f"{_PROMETHEUSES}/prometheus")


@pytest.fixture
def shell(kubeconfig: Path, tmp_path: Path) -> Shell:
    """Return a shell with both programs of the page."""
    kubeconfig.chmod(0o600)
    return Shell(tmp_path, kubeconfig, "helm", "kubectl")


async def test_by_the_chart(kubelets: Kubelets, shell: Shell, kubectl: Kubectl) -> None:
    """Installed, tested, scraped, upgraded, looked into and taken away: two exporters read all that they need to."""
    await follow(BY_CHART, shell, kubelets)
    await assert_all_is_read(kubelets)
    await follow(WITH_OPERATOR, shell, kubelets)
    await follow(UNINSTALL, shell, kubelets)
    assert await asyncio.to_thread(left_over, kubectl) == ""


async def test_for_a_bare_prometheus(kubelets: Kubelets, shell: Shell) -> None:
    """The other way to be scraped, after the same installation."""
    await follow(BY_CHART, shell, kubelets)
    await follow((*BARE, *UNINSTALL), shell, kubelets)


async def test_without_helm(kubelets: Kubelets, shell: Shell, kubectl: Kubectl) -> None:
    """Installed, which the restricted Pod Security level of its namespace allows, and taken away."""
    await follow(WITHOUT_HELM, shell, kubelets)
    await assert_all_is_read(kubelets)
    await follow(UNINSTALL_MANIFESTS, shell, kubelets)
    assert await asyncio.to_thread(left_over, kubectl) == ""


async def follow(headings: tuple[str, ...], shell: Shell, kubelets: Kubelets) -> None:
    """Type what stands below these headings, line by line, and hold each to its promise."""
    for command in typed(headings):
        text = command.filled(NAMES).text
        if FORWARDED in text:
            text = text.replace(FORWARDED, f"127.0.0.1:{next(iter(kubelets.running.values())).port}")
        assert_says(command, await shell.run(text))


def typed(headings: tuple[str, ...]) -> list[Command]:
    """Return the commands that stand below these headings and are run."""
    below = [command for heading in headings for command in commands(PAGE, below=heading)]
    return [command for command in below if not is_left_out(command)]


def is_left_out(command: Command) -> bool:
    """Whether it is one that cannot be run here."""
    return any(re.match(pattern, command.text) for pattern in NOT_RUN)


def assert_says(command: Command, said: Said) -> None:
    """Hold that a command has done what the page says behind it, and complained of nothing."""
    assert (said.status, said.complaint) == (0, ""), (command, said)
    assert command.promise, f"the page does not say what {command.text!r} says"
    assert command.promise in " ".join(said.output.split()), (command, said)


async def assert_all_is_read(kubelets: Kubelets) -> None:
    """Hold that both exporters, each with its account's token, read everything and are ready."""
    assert len(kubelets.running) == 2
    for serve in kubelets.running.values():
        assert (await serve.get("/readyz"))[0] == 200
        assert await serve.resources_up() == {resource.name: True for resource in RESOURCES}


def left_over(kubectl: Kubectl) -> str:
    """Return what is left in the cluster of what was installed, by the labels that everything has."""
    kinds = "namespaces,clusterroles,clusterrolebindings,roles,rolebindings,priorityclasses,configmaps"
    selector = "app.kubernetes.io/part-of=longhorn-cr-exporter"
    kubectl("wait", "--for=delete", f"namespace/{NAMESPACE}", "--timeout=60s")
    return kubectl("get", kinds, "--all-namespaces", f"--selector={selector}", "--output=name")


def test_every_command_of_the_page_is_followed() -> None:
    """Below one of the headings that are followed, or left out for a reason that holds for one at least."""
    followed = (BUILD, BY_CHART, BARE, WITH_OPERATOR, UNINSTALL, WITHOUT_HELM, UNINSTALL_MANIFESTS)
    everything = [command for headings in followed for at in headings for command in commands(PAGE, below=at)]
    assert sorted(everything) == sorted(commands(PAGE))
    assert set(languages(PAGE)) == {"sh", "yaml"}
    assert all(any(re.match(pattern, each.text) for each in everything) for pattern in NOT_RUN)


def test_what_is_not_as_promised_is_noticed() -> None:
    """An error, a complaint, another word, and a command of which nothing is promised."""
    promising, silent = Command("operations", "helm list # → deployed"), Command("operations", "helm list")
    assert_says(promising, Said(0, "is  deployed\n", ""))
    for command, said in (
        (promising, Said(1, "deployed", "")),
        (promising, Said(0, "deployed", "W1124 deprecated")),
        (promising, Said(0, "failed", "")),
        (silent, Said(0, "deployed", "")),
    ):
        with pytest.raises(AssertionError):
            assert_says(command, said)


def test_a_bare_prometheus_takes_the_configuration(tmp_path: Path) -> None:
    """As promtool says, which reads the rules that it names too."""
    (configuration,) = blocks(PAGE, language="yaml")
    (tmp_path / "alerts").symlink_to(PAGE.parents[1] / "alerts")
    file = tmp_path / "prometheus.yaml"
    file.write_text(configuration)
    command: list[str | Path] = [built("promtool")["promtool"], "check", "config", file]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 rule files found" in done.stdout
