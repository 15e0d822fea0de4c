"""The CustomResourceDefinitions of a fleet, which the embedded server has not: kube-state-metrics begins with them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import msgspec
from aiohttp import web

from fleet_place import WRITTEN, Json
from longhorn_cr_exporter.model.resource import RESOURCES, Resource
from longhorn_cr_exporter.replay.answer import Answer, Pieces, document
from longhorn_cr_exporter.replay.collection import watch_line
from longhorn_cr_exporter.replay.server import Server

_API: Final = {"apiVersion": "apiextensions.k8s.io/v1"}
_KIND: Final = "CustomResourceDefinition"
_PATH: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_VERSION: Final = {"resourceVersion": "1"}
_INITIAL_END: Final = {"annotations": {"k8s.io/initial-events-end": "true"}}
_WATCH_SECONDS: Final = 1800.0


class DefiningServer(Server):
    """The embedded API server, with the definitions of Longhorn's resources, which never change."""

    async def _answer(self, request: web.Request) -> Answer:
        if request.path != _PATH:
            return await super()._answer(request)
        return Answer(_watched(request.query)) if "watch" in request.query else document(_listed())


def _definitions() -> list[Json]:
    return [_definition(resource) for resource in RESOURCES if resource.group == "longhorn.io"]


def _definition(resource: Resource) -> Json:
    names = {"plural": resource.plural, "singular": resource.kind.lower(), "kind": resource.kind}
    version = {"name": resource.version, "served": True, "storage": True}
    return {
        **_API,
        "kind": _KIND,
        "metadata": {"name": resource.name, "uid": resource.name, "creationTimestamp": WRITTEN, **_VERSION},
        "spec": {"group": resource.group, "scope": "Namespaced", "names": names, "versions": [version]},
    }


def _listed() -> Json:
    return {**_API, "kind": f"{_KIND}List", "metadata": _VERSION, "items": _definitions()}


async def _watched(query: Mapping[str, str]) -> Pieces:
    """Yield the definitions where they are asked for, as a list in the form of events, and then nothing."""
    if query.get("sendInitialEvents") == "true":
        for definition in _definitions():
            yield watch_line("ADDED", msgspec.json.encode(definition))
        end = {**_API, "kind": _KIND, "metadata": _VERSION | _INITIAL_END}
        yield watch_line("BOOKMARK", msgspec.json.encode(end))
    await asyncio.sleep(float(query.get("timeoutSeconds", _WATCH_SECONDS)))
