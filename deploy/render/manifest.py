"""Plain manifests for ``kubectl apply -k``: what helm makes of the chart, without what is helm's own."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any, Final

import yaml

from deploy.render.place import CHART
from stack.binary import built

RELEASE: Final = "longhorn-cr-exporter"
NAMESPACE: Final = "longhorn-cr-exporter"
_HEAD: Final = "# Rendered from deploy/chart by `make chart`: change it there, or in an overlay.\n"
_OPERATOR: Final = ("serviceMonitor.enabled=true", "prometheusRule.enabled=true")
_OPERATOR_KINDS: Final = ("ServiceMonitor", "PrometheusRule")
_HELMS_OWN: Final = {"app.kubernetes.io/managed-by", "helm.sh/chart"}


def files() -> dict[str, str]:
    """Return the text of every manifest, by its path below deploy/manifests."""
    objects = [_plain(obj) for obj in _objects()]
    core = [obj for obj in objects if obj["kind"] not in _OPERATOR_KINDS]
    operator = {obj["kind"].lower(): obj for obj in objects if obj["kind"] in _OPERATOR_KINDS}
    return {
        "kustomization.yaml": _kustomization("namespace.yaml", "exporter.yaml"),
        "namespace.yaml": _dumped(_namespace()),
        "exporter.yaml": _dumped(*core),
        "prometheus-operator/kustomization.yaml": _kustomization(*(f"{kind}.yaml" for kind in operator)),
        **{f"prometheus-operator/{kind}.yaml": _dumped(obj) for kind, obj in operator.items()},
    }


def _objects() -> list[dict[str, Any]]:
    helm = built("helm")["helm"]
    rendered = subprocess.run(  # noqa: S603 - helm as it was built here
        [helm, "template", RELEASE, CHART, f"--namespace={NAMESPACE}", "--skip-tests", *_set(_OPERATOR)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [obj for obj in yaml.safe_load_all(rendered.stdout) if obj]


def _set(values: tuple[str, ...]) -> list[str]:
    return [f"--set={value}" for value in values]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any YAML
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if key not in _HELMS_OWN}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _namespace() -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": RELEASE, "pod-security.kubernetes.io/enforce": "restricted"}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}


def _kustomization(*resources: str) -> str:
    return _dumped(
        {"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": list(resources)}
    )


def _dumped(*documents: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump_all(documents, sort_keys=False, width=10_000, allow_unicode=True)
    return _HEAD + text
