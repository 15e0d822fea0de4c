"""What kubectl and client libraries ask first: the server's version, health, groups and resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ..model.resource import RESOURCES, Resource
from ..version import __version__

HEALTH: Final = frozenset({"/healthz", "/readyz", "/livez"})
_ADDRESSES: Final = "serverAddressByClientCIDRs"
_SHORT_NAMES: Final = {
    "volumes.longhorn.io": "lhv",
    "engines.longhorn.io": "lhe",
    "replicas.longhorn.io": "lhr",
    "instancemanagers.longhorn.io": "lhim",
    "nodes.longhorn.io": "lhn",
    "settings.longhorn.io": "lhs",
    "volumeattachments.longhorn.io": "lhva",
    "engineimages.longhorn.io": "lhei",
    "poddisruptionbudgets.policy": "pdb",
    "nodes": "no",
}


def discover(path: str, installed: Iterable[Resource] = RESOURCES) -> Mapping[str, object] | None:
    """Return the JSON document of a discovery path, None for a path that is none."""
    path = path.rstrip("/")
    if path == "/version":
        return {"major": "1", "minor": "32", "gitVersion": f"v1.32.0+replay-{__version__}", "platform": "linux/amd64"}
    if path == "/api":
        return {"kind": "APIVersions", "versions": ["v1"], _ADDRESSES: []}
    served = list(installed)
    groups = _groups(served)
    if path == "/apis":
        return {"kind": "APIGroupList", "apiVersion": "v1", "groups": [_group(*item) for item in groups.items()]}
    for group, version in groups.items():
        if path == f"/apis/{group}":
            return {"kind": "APIGroup", "apiVersion": "v1"} | _group(group, version)
    return _resource_list(path, served)


def _groups(served: list[Resource]) -> dict[str, str]:
    return {resource.group: resource.version for resource in served if resource.group}


def _group(group: str, version: str) -> dict[str, object]:
    served = {"groupVersion": f"{group}/{version}", "version": version}
    return {"name": group, "versions": [served], "preferredVersion": served}


def _resource_list(path: str, served: list[Resource]) -> Mapping[str, object] | None:
    resources = [resource for resource in served if path == _prefix(resource)]
    if not resources:
        return None
    return {
        "kind": "APIResourceList",
        "apiVersion": "v1",
        "groupVersion": resources[0].api_version,
        "resources": [_resource(resource) for resource in resources],
    }


def _prefix(resource: Resource) -> str:
    return f"/apis/{resource.api_version}" if resource.group else f"/api/{resource.api_version}"


def _resource(resource: Resource) -> dict[str, object]:
    short = _SHORT_NAMES.get(resource.name)
    return {
        "name": resource.plural,
        "singularName": resource.kind.lower(),
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": ["get", "list", "watch"],
    } | ({"shortNames": [short]} if short else {})
