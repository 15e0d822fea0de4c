"""The exporter's service account: the rights that ARCHITECTURE.md lists, its token, its kubeconfig."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

import yaml

from api.admin import NAMESPACE, Admin, Json
from longhorn_cr_exporter.model.resource import Resource

_NAME: Final = "longhorn-cr-exporter"
_RBAC: Final = "/apis/rbac.authorization.k8s.io/v1"
_ROLES: Final = f"{_RBAC}/namespaces/{NAMESPACE}/roles"
_VERBS: Final = ["get", "list", "watch"]
_TOKEN_SECONDS: Final = 3600
_IN_NAMESPACE: Final = {
    "longhorn.io": [
        "volumes",
        "engines",
        "replicas",
        "instancemanagers",
        "nodes",
        "settings",
        "volumeattachments",
        "engineimages",
    ],
    "policy": ["poddisruptionbudgets"],
}
_IN_CLUSTER: Final = {"": ["nodes"], "storage.k8s.io": ["volumeattachments"]}


async def create_account(admin: Admin) -> None:
    """Create the namespace and in it the account, which may read what it needs and nothing else."""
    account = {"kind": "ServiceAccount", "name": _NAME, "namespace": NAMESPACE}
    await admin.put_in_place("/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
    await admin.put_in_place(f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts", {"metadata": {"name": _NAME}})
    await grant(admin)
    await admin.put_in_place(
        f"{_RBAC}/namespaces/{NAMESPACE}/rolebindings", {**_metadata(), "subjects": [account], "roleRef": _ref("Role")}
    )
    await admin.put_in_place(
        f"{_RBAC}/clusterrolebindings", {**_metadata(), "subjects": [account], "roleRef": _ref("ClusterRole")}
    )


async def grant(admin: Admin, *, without: Collection[Resource] = ()) -> None:
    """Give the account its rights, save for the resources ``without``."""
    await admin.put_in_place(_ROLES, {**_metadata(), "rules": _rules(_IN_NAMESPACE, without)})
    await admin.put_in_place(f"{_RBAC}/clusterroles", {**_metadata(), "rules": _rules(_IN_CLUSTER, without)})


async def request_token(admin: Admin) -> str:
    """Return a token for the account, as the kubelet asks for one for a pod."""
    path = f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts/{_NAME}/token"
    request = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _TOKEN_SECONDS},
    }
    return str((await admin.create(path, request))["status"]["token"])


def write_token(file: Path, token: str) -> Path:
    """Write a token for its owner's eyes only; return the file."""
    file.touch(mode=0o600)
    file.write_text(token)
    return file


def write_kubeconfig(path: Path, *, port: int, ca: Path, token: str = "", token_file: Path | None = None) -> Path:
    """Write a kubeconfig whose current context is ``test``, with a token or the file it is in; return its path."""
    user = {"tokenFile": str(token_file)} if token_file else {"token": token}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        "clusters": [
            {"name": "test", "cluster": {"server": f"https://127.0.0.1:{port}", "certificate-authority": str(ca)}}
        ],
        "users": [{"name": "test", "user": user}],
    }
    path.write_text(yaml.safe_dump(content))
    return path


def _rules(granted: dict[str, list[str]], without: Collection[Resource]) -> list[Json]:
    kept = {
        group: [plural for plural in plurals if not any((r.group, r.plural) == (group, plural) for r in without)]
        for group, plurals in granted.items()
    }
    return [{"apiGroups": [group], "resources": plurals, "verbs": _VERBS} for group, plurals in kept.items() if plurals]


def _metadata() -> Json:
    return {"metadata": {"name": _NAME}}


def _ref(kind: str) -> Json:
    return {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": _NAME}
