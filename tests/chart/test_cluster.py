"""What the chart becomes with many sets of values, against a real API server and the operators' own definitions."""

from __future__ import annotations

from pathlib import Path

import pytest

from chart.helm import STACK, VALUE_SETS, helm, options, render
from chart.kubectl import Kubectl, RefusedError
from chart.openapi import Schemas
from deploy.render.manifest import NAMESPACE, RELEASE
from deploy.render.place import CHART, MANIFESTS

_SETS = [pytest.param(path, id=path.stem) for path in (*VALUE_SETS, STACK)]
_OPERATOR = MANIFESTS / "prometheus-operator"


@pytest.mark.parametrize("values", _SETS)
async def test_objects_are_what_the_api_server_takes(values: Path, kubectl: Kubectl, schemas: Schemas) -> None:
    """By its published schemas, and by itself: nothing unknown, nothing invalid, `helm test`'s pod included."""
    objects = render(values, tests=True)
    complaints = {obj["kind"]: await schemas.complaints(obj) for obj in objects}
    assert {kind: found for kind, found in complaints.items() if found} == {}
    assert len(kubectl.try_out(objects)) == len(objects)


async def test_a_wrong_object_is_noticed(kubectl: Kubectl, schemas: Schemas) -> None:
    """The same on broken ones: an unknown field, a wrong type, an operator's kind too."""
    objects = {obj["kind"]: obj for obj in render(STACK)}
    objects["Deployment"]["spec"]["replica"] = 2
    objects["ServiceMonitor"]["spec"]["endpoints"][0]["interval"] = 15
    objects["PrometheusRule"]["spec"]["groups"][0]["rules"][0]["tier"] = "armed"
    for kind in ("Deployment", "ServiceMonitor", "PrometheusRule"):
        assert await schemas.complaints(objects[kind])
        with pytest.raises(RefusedError):
            kubectl.try_out([objects[kind]])


def test_a_release_can_be_changed_to_any_other_values(kubectl: Kubectl, kubeconfig: Path) -> None:
    """Installed, then upgraded to every set of values in turn: no step changes what Kubernetes keeps for life."""
    common: list[str | Path] = [RELEASE, CHART, f"--namespace={NAMESPACE}", f"--kubeconfig={kubeconfig}"]
    helm("install", *common)
    try:
        for values in (*VALUE_SETS, STACK):
            helm("upgrade", *common, "--reset-values", *options(values))
        deployed = kubectl("get", "deployments", "--namespace", NAMESPACE, "--output", "name").splitlines()
        assert deployed == [f"deployment.apps/{RELEASE}"]
    finally:
        helm("uninstall", RELEASE, f"--namespace={NAMESPACE}", f"--kubeconfig={kubeconfig}")


@pytest.mark.parametrize("folder", [pytest.param(MANIFESTS, id="exporter"), pytest.param(_OPERATOR, id="operator")])
def test_manifests_can_be_applied(folder: Path, kubectl: Kubectl) -> None:
    """By kubectl as it is typed, though nothing is kept."""
    said = kubectl("apply", "--kustomize", folder, "--dry-run=server", "--validate=strict", "--output", "name")
    expected = kubectl("kustomize", folder).count("\nkind: ")
    assert len(said.splitlines()) == expected > 0
