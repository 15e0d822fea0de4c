"""One etcd and kube-apiserver for the session, with the operators' kinds and the namespaces that are needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.account import write_kubeconfig
from api.admin import NAMESPACE as LONGHORN
from api.admin import Admin
from api.conftest import _ended_in_order, control_plane, pytest_runtest_makereport
from api.control_plane import ControlPlane
from chart import operators
from chart.kubectl import Kubectl
from chart.openapi import Schemas
from deploy.render.manifest import NAMESPACE
from stack.binary import built

__all__ = ["_ended_in_order", "control_plane", "pytest_runtest_makereport"]

_NAMESPACES = (NAMESPACE, LONGHORN, "storage", "monitoring")


@pytest.fixture(scope="session")
def kubeconfig(control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the administrator's kubeconfig."""
    path = tmp_path_factory.mktemp("admin") / "kubeconfig"
    return write_kubeconfig(path, port=control_plane.port, ca=control_plane.ca, token=control_plane.admin_token)


@pytest.fixture(scope="session")
def kubectl(kubeconfig: Path) -> Kubectl:
    """Return the administrator's kubectl, in a cluster that has the operators' kinds and the namespaces."""
    kubectl = Kubectl(built("kubectl")["kubectl"], kubeconfig)
    kubectl.apply(*operators.definitions())
    for name in _NAMESPACES:
        kubectl("create", "namespace", name)
    kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
    return kubectl


@pytest.fixture
async def admin(control_plane: ControlPlane) -> AsyncIterator[Admin]:
    """Return the administrator."""
    async with Admin.of(control_plane) as admin:
        yield admin


@pytest.fixture
def schemas(admin: Admin, kubectl: Kubectl) -> Schemas:  # noqa: ARG001 - the operators' kinds are there
    """Return the schemas of the API server, the operators' among them."""
    return Schemas(admin)
