"""Objects and events for the embedded API server, and a client that reads its lists and watches."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from longhorn_cr_exporter.model.resource import VOLUMES, Resource
from longhorn_cr_exporter.replay.event import Event, EventType, parse_event
from longhorn_cr_exporter.replay.server import Server

NAMESPACE = "longhorn-system"
COLLECTION = VOLUMES.path(NAMESPACE)
Json = dict[str, Any]


def made(
    name: str,
    version: int,
    *,
    type_: EventType = "MODIFIED",
    resource: Resource = VOLUMES,
    namespace: str = NAMESPACE,
    labels: dict[str, str] | None = None,
    clock: float = 0.0,
    **parts: object,
) -> Event:
    """Return an event of an object with that name and version; further keywords are parts such as ``status``."""
    metadata = {"name": name, "resourceVersion": str(version), "labels": labels}
    if resource.namespaced:
        metadata["namespace"] = namespace
    body = {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": metadata, **parts}
    event = parse_event(type_, json.dumps(body).encode(), clock)
    assert event is not None
    return event


def names(objects: Iterable[Json]) -> list[str]:
    """Return the objects' names in their order."""
    return [obj["metadata"]["name"] for obj in objects]


class Client:
    """Reads one server over HTTP."""

    def __init__(self, server: Server, session: aiohttp.ClientSession) -> None:
        self.server = server
        self._session = session

    async def get(self, path: str = COLLECTION, **query: str | int) -> tuple[int, Json]:
        """Return the status and the JSON document of a path; ``continue_`` stands for ``continue``, "" for none."""
        async with self._session.get(self.server.url + path, params=_parameters(query)) as response:
            return response.status, await response.json(content_type=None)

    async def pages(self, limit: int, **query: str | int) -> AsyncIterator[Json]:
        """Yield a list's pages to the last."""
        token = ""
        while True:
            _, page = await self.get(COLLECTION, limit=limit, continue_=token, **query)
            yield page
            token = page["metadata"].get("continue", "")
            if not token:
                return

    @asynccontextmanager
    async def watch(self, path: str = COLLECTION, **query: str | int) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open a watch."""
        async with self._session.get(self.server.url + path, params=_parameters({"watch": "1", **query})) as response:
            yield response


def _parameters(query: dict[str, str | int]) -> dict[str, str]:
    return {name.rstrip("_"): str(value) for name, value in query.items() if value != ""}


async def next_event(response: aiohttp.ClientResponse) -> Json:
    """Return the next event of a watch."""
    event: Json = json.loads(await response.content.readline())
    return event


async def next_events(response: aiohttp.ClientResponse, count: int) -> list[tuple[str, str]]:
    """Return (type, name) of the next events of a watch."""
    events = [await next_event(response) for _ in range(count)]
    return [(event["type"], event["object"]["metadata"].get("name", "")) for event in events]
