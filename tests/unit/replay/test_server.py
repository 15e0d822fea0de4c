"""The server as kubectl and client libraries meet it: discovery, single objects, refusals, its own life."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack

import aiohttp
import pytest

from longhorn_cr_exporter.error import ConfigError
from longhorn_cr_exporter.model.resource import CSI_ATTACHMENTS, RESOURCES, VOLUMES, Resource
from longhorn_cr_exporter.replay.server import Server
from longhorn_cr_exporter.replay.store import Store
from served import COLLECTION, Client, made, names, next_events

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


@pytest.mark.parametrize("resource", [pytest.param(resource, id=resource.name) for resource in RESOURCES])
async def test_every_resource_is_discovered_and_served(client: Client, store: Store, resource: Resource) -> None:
    """Following discovery from the root leads to each of the eleven collections."""
    store.apply(made("x", 1, resource=resource))
    if resource.group:
        _, groups = await client.get("/apis")
        versions = [group["preferredVersion"]["groupVersion"] for group in groups["groups"]]
        assert resource.api_version in versions
    _, listed = await client.get(f"/apis/{resource.api_version}" if resource.group else "/api/v1")
    found = {entry["name"]: entry for entry in listed["resources"]}[resource.plural]
    assert (found["kind"], found["namespaced"]) == (resource.kind, resource.namespaced)
    assert found["verbs"] == ["get", "list", "watch"]
    _, objects = await client.get(resource.path("longhorn-system"))
    assert (objects["kind"], names(objects["items"])) == (f"{resource.kind}List", ["x"])
    _, one = await client.get(f"{resource.path('longhorn-system')}/x")
    assert one == objects["items"][0]


async def test_discovery_documents(client: Client) -> None:
    """The documents that a client asks for first."""
    _, version = await client.get("/version")
    assert version["gitVersion"].startswith("v1.32.0+replay-")
    _, core = await client.get("/api")
    assert core["versions"] == ["v1"]
    _, group = await client.get("/apis/policy")
    assert (group["kind"], group["name"]) == ("APIGroup", "policy")


async def test_deleted_definition_leaves_discovery(client: Client, store: Store) -> None:
    """A resource that is not installed is not discovered; a group without resources is gone."""
    store.uninstall(VOLUMES, clock=0.0)
    store.uninstall(CSI_ATTACHMENTS, clock=0.0)
    _, longhorn = await client.get("/apis/longhorn.io/v1beta2")
    assert "volumes" not in names_of(longhorn["resources"])
    _, groups = await client.get("/apis")
    assert names_of(groups["groups"]) == ["longhorn.io", "policy"]


def names_of(entries: list[dict[str, str]]) -> list[str]:
    """Return the entries' names."""
    return [entry["name"] for entry in entries]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/livez"])
async def test_health(client: Client, path: str) -> None:
    """The server is well."""
    async with aiohttp.ClientSession() as session, session.get(client.server.url + path) as response:
        assert (response.status, await response.text()) == (200, "ok")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metrics",
        "/api/v1/pods",
        "/api/v1/namespaces/default/pods",
        "/api/v1/namespaces/x/nodes",
        "/apis/longhorn.io/v1/volumes",
        "/apis/longhorn.io/v1beta2/volumes/no-namespace",
        "/apis/apps/v1",
        f"{COLLECTION}/a/status",
    ],
)
async def test_other_paths_are_not_found(client: Client, store: Store, path: str) -> None:
    """Anything else is 404 with Kubernetes' Status."""
    store.apply(made("a", 1))
    status, refused = await client.get(path)
    assert (status, refused["kind"], refused["status"], refused["code"]) == (404, "Status", "Failure", 404)
    assert refused["message"] == "the server could not find the requested resource"


async def test_missing_object(client: Client) -> None:
    """An object that is not there is named in the answer."""
    status, refused = await client.get(f"{COLLECTION}/none")
    assert (status, refused["message"]) == (404, 'volumes.longhorn.io "none" not found')
    assert refused["details"] == {"name": "none", "group": "longhorn.io", "kind": "volumes"}


async def test_nothing_is_written(client: Client) -> None:
    """Every method but GET is refused."""
    async with aiohttp.ClientSession() as session:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            async with session.request(method, client.server.url + COLLECTION) as response:
                assert response.status == 405
                assert (await response.json())["reason"] == "MethodNotAllowed"


async def test_tables_are_answered_with_objects(client: Client, store: Store) -> None:
    """A client that would like a Table gets the plain list, which kubectl prints as well."""
    store.apply(made("a", 1))
    async with (
        aiohttp.ClientSession() as session,
        session.get(client.server.url + COLLECTION, headers={"Accept": TABLE}) as response,
    ):
        assert response.content_type == "application/json"
        assert (await response.json())["kind"] == "VolumeList"


async def test_requests_are_noted(client: Client) -> None:
    """A test can ask what a client asked for."""
    await client.get(limit=5)
    await client.get(f"{COLLECTION}/none")
    async with client.watch(timeoutSeconds="7"):
        pass
    assert [(seen.verb, seen.resource, seen.query) for seen in client.server.requests] == [
        ("list", "volumes.longhorn.io", {"limit": "5"}),
        ("get", "volumes.longhorn.io", {}),
        ("watch", "volumes.longhorn.io", {"watch": "1", "timeoutSeconds": "7"}),
    ]


async def test_closing_ends_open_watches(store: Store) -> None:
    """A server that closes does not wait for its watchers."""
    store.apply(made("a", 1))
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession())
        async with Server(store) as server:
            watch = await stack.enter_async_context(session.get(f"{server.url}{COLLECTION}", params={"watch": "1"}))
            assert await next_events(watch, 1) == [("ADDED", "a")]
        with pytest.raises(aiohttp.ClientPayloadError):
            await watch.content.readline()
    assert not [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]


async def test_taken_port_is_one_line(store: Store) -> None:
    """A port that is in use is an error for a person."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1:{port}: "):
            async with Server(store, port=port):
                pass
