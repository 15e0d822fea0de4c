"""The chart's rights on a real API server: they are enough, each is needed, and nothing else is allowed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api import definition
from api.admin import NAMESPACE as LONGHORN
from api.admin import Admin
from api.control_plane import ControlPlane
from api.serve import Serve, serving
from api.waiting import until
from chart import account
from chart.helm import render, the
from chart.kubectl import Kubectl, RefusedError
from deploy.render.manifest import NAMESPACE
from deploy.render.place import CHART
from longhorn_cr_exporter.model.resource import RESOURCES, Resource

_READY = CHART / "files" / "ready.py"


@pytest.fixture(autouse=True)
async def _longhorn(admin: Admin, kubectl: Kubectl) -> AsyncIterator[None]:
    """Install Longhorn's kinds, and have the account as the chart makes it afterwards."""
    await definition.install(admin, definition.MINIMAL)
    yield
    account.grant(kubectl)


@pytest.fixture
def own(kubectl: Kubectl, control_plane: ControlPlane, tmp_path: Path) -> Path:
    """Return a kubeconfig of the exporter's account, which has what the chart gives it."""
    account.grant(kubectl)
    return account.kubeconfig(kubectl, control_plane, tmp_path)


async def _until_down(serve: Serve, *expected: Resource) -> None:
    """Return once these are down and all others up."""
    wanted = {resource.name: resource not in expected for resource in RESOURCES}

    async def as_wanted() -> bool:
        return await serve.resources_up() == wanted

    await until(as_wanted, f"all to be up but {[resource.name for resource in expected]}")


def _tested(url: str) -> subprocess.CompletedProcess[str]:
    """Run what `helm test` runs, as it is told to."""
    (container,) = the(render(tests=True), "Pod")["spec"]["containers"]
    assert container["args"][0] == _READY.read_text()
    command = [sys.executable, "-c", container["args"][0], url, "0"]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)


async def test_the_rights_are_enough(own: Path, tmp_path: Path) -> None:
    """Every resource is up, nothing is complained of, and `helm test` is content."""
    async with serving(own, tmp_path) as serve:
        await _until_down(serve)
        await serve.is_ready()
        assert serve.logged("Contact is lost") == []
        tested = _tested(serve.url)
        assert (tested.returncode, "reads all 11 resources" in tested.stdout) == (0, True)


@pytest.mark.parametrize("verb", account.VERBS)
@pytest.mark.parametrize("resource", [pytest.param(each, id=each.name) for each in RESOURCES])
async def test_each_right_is_needed(resource: Resource, verb: str, own: Path, kubectl: Kubectl, tmp_path: Path) -> None:
    """Without it that resource goes down and no other, and the log says which right on what is lacking."""
    account.grant(kubectl, without=(resource, verb))
    async with serving(own, tmp_path) as serve:
        await _until_down(serve, resource)
        (lost,) = serve.logged("Contact is lost")
        scope = f'in the namespace "{LONGHORN}"' if resource.namespaced else "at the cluster scope"
        lacking = f'cannot {verb} resource "{resource.plural}" in API group "{resource.group}" {scope}'
        assert lost["resource"] == resource.name
        assert lacking in lost["problem"]


async def test_helm_test_says_what_cannot_be_read(own: Path, kubectl: Kubectl, tmp_path: Path) -> None:
    """By its name, and fails."""
    account.grant(kubectl, without=(RESOURCES[0], "list"))
    async with serving(own, tmp_path) as serve:
        await _until_down(serve, RESOURCES[0])
        await serve.is_ready()
        tested = _tested(serve.url)
        assert (tested.returncode, f"cannot read {RESOURCES[0].name}:" in tested.stdout) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("create configmap x", id="create"),
        pytest.param(
            f"replace --raw /apis/longhorn.io/v1beta2/namespaces/{LONGHORN}/volumes/x -f -", id="change a volume"
        ),
        pytest.param(f"-n {LONGHORN} delete replicas.longhorn.io x", id="delete a replica"),
        pytest.param(f"-n {LONGHORN} delete poddisruptionbudgets x", id="delete a budget"),
        pytest.param("replace --raw /api/v1/nodes/x -f -", id="change a node"),
        pytest.param(f"-n {LONGHORN} get secrets", id="Longhorn's secrets"),
        pytest.param(f"-n {NAMESPACE} get secrets", id="its own secrets"),
        pytest.param("get secrets -A", id="all secrets"),
        pytest.param("get pods -A", id="pods"),
        pytest.param("get poddisruptionbudgets -A", id="budgets elsewhere"),
        pytest.param(f"get --raw /apis/longhorn.io/v1beta2/namespaces/{LONGHORN}/backups", id="Longhorn's other kinds"),
    ],
)
def test_nothing_else_is_allowed(command: str, own: Path, kubectl: Kubectl) -> None:
    """Neither to write nor to read what is not needed."""
    with pytest.raises(RefusedError, match=r"forbidden|Forbidden"):
        Kubectl(kubectl.binary, own)(*command.split(), given="{}" if "-f" in command.split() else "")


def test_the_rights_as_kubernetes_lists_them(own: Path, kubectl: Kubectl) -> None:
    """In Longhorn's namespace: get, list and watch on the eleven, and what every account may."""
    listed = Kubectl(kubectl.binary, own)("auth", "can-i", "--list", "--no-headers", "--namespace", LONGHORN)
    rights = {line.split()[0]: line[line.rindex("[") :] for line in listed.splitlines() if line.endswith("]")}
    resources = {name: verbs for name, verbs in rights.items() if not name.startswith("[") and "self" not in name}
    everybodys = {"clustertrustbundles.certificates.k8s.io": "[get list watch]"}
    assert resources == everybodys | {resource.name: "[get list watch]" for resource in RESOURCES}
