"""The exporter's account as the chart makes it, with one right taken away where that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml

from api.account import write_kubeconfig, write_token
from api.control_plane import ControlPlane
from chart.helm import Json, render
from chart.kubectl import Kubectl
from deploy.render.manifest import NAMESPACE, RELEASE
from longhorn_cr_exporter.model.resource import Resource

_KINDS: Final = {"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"}
VERBS: Final = ("list", "watch")
"""The rights that the exporter uses on a resource."""


def grant(kubectl: Kubectl, *, without: tuple[Resource, str] | None = None) -> None:
    """Give the account what the chart gives it, save for one verb on one resource."""
    objects = [obj for obj in render() if obj["kind"] in _KINDS]
    if without:
        for role in (obj for obj in objects if "rules" in obj):
            role["rules"] = [left for rule in role["rules"] for left in _lessened(rule, role, *without)]
    kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", given=yaml.safe_dump_all(objects))


def kubeconfig(kubectl: Kubectl, control_plane: ControlPlane, folder: Path) -> Path:
    """Return a kubeconfig with a token of the account."""
    token = kubectl("create", "token", RELEASE, "--namespace", NAMESPACE).strip()
    file = write_token(folder / "token", token)
    return write_kubeconfig(folder / "kubeconfig", port=control_plane.port, ca=control_plane.ca, token_file=file)


def _lessened(rule: Json, role: Json, resource: Resource, verb: str) -> list[Json]:
    """Return what is left of a rule: all, or its other resources and the other verbs on this one."""
    if (role["kind"] == "Role") != resource.namespaced or resource.group not in rule["apiGroups"]:
        return [rule]
    others = [plural for plural in rule["resources"] if plural != resource.plural]
    verbs = [each for each in rule["verbs"] if each != verb]
    left = [{**rule, "resources": [resource.plural], "verbs": verbs}]
    return [{**rule, "resources": others}, *left] if others else left
