"""LIST over HTTP: pages, versions, selectors and what is refused."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.model.resource import KUBERNETES_NODES
from longhorn_cr_exporter.replay.store import Store
from served import COLLECTION, Client, made, names


@pytest.fixture
def store() -> Store:
    """Return a store of seven volumes in two namespaces and a node."""
    store = Store()
    for version, name in enumerate(("d", "a", "c", "b", "e", "f"), start=1):
        store.apply(made(name, version, labels={"odd": "yes"} if version % 2 else {}))
    store.apply(made("a", 7, namespace="default"))
    store.apply(made("n1", 8, resource=KUBERNETES_NODES))
    return store


async def test_lists_by_name_at_the_stores_version(client: Client) -> None:
    """A list holds the namespace's objects in order, under the version of the whole store."""
    status, listed = await client.get()
    assert status == 200
    assert (listed["kind"], listed["apiVersion"]) == ("VolumeList", "longhorn.io/v1beta2")
    assert listed["metadata"] == {"resourceVersion": "8"}
    assert names(listed["items"]) == ["a", "b", "c", "d", "e", "f"]


async def test_all_namespaces_and_cluster_wide(client: Client) -> None:
    """A collection without a namespace holds all; a cluster-wide resource has none."""
    _, volumes = await client.get("/apis/longhorn.io/v1beta2/volumes")
    assert names(volumes["items"]) == ["a", "a", "b", "c", "d", "e", "f"]
    _, nodes = await client.get("/api/v1/nodes")
    assert names(nodes["items"]) == ["n1"]
    _, elsewhere = await client.get("/apis/longhorn.io/v1beta2/namespaces/nowhere/volumes")
    assert elsewhere["items"] == []


async def test_pages_are_of_one_moment(client: Client, store: Store) -> None:
    """What happens between two pages does not show in the second."""
    _, first = await client.get(limit=4)
    assert names(first["items"]) == ["a", "b", "c", "d"]
    assert first["metadata"]["remainingItemCount"] == 2
    for event in (made("e", 9, type_="DELETED"), made("aa", 10), made("g", 11), made("f", 12, spec={"new": True})):
        store.apply(event)
    _, second = await client.get(limit=4, continue_=first["metadata"]["continue"])
    assert names(second["items"]) == ["e", "f"]
    assert "spec" not in second["items"][1]
    assert second["metadata"] == {"resourceVersion": "8"}


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
async def test_pages_add_up_to_the_list(client: Client, limit: int) -> None:
    """Whatever the limit, the pages together are the list."""
    pages = [page async for page in client.pages(limit)]
    assert [name for page in pages for name in names(page["items"])] == ["a", "b", "c", "d", "e", "f"]
    assert all(len(page["items"]) <= limit for page in pages)


async def test_pages_of_a_selection(client: Client) -> None:
    """A limit counts selected objects, and the rest is not counted, as on a real server."""
    _, first = await client.get(limit=2, labelSelector="odd=yes")
    assert names(first["items"]) == ["c", "d"]
    assert "remainingItemCount" not in first["metadata"]
    pages = [page async for page in client.pages(2, labelSelector="odd=yes")]
    assert [names(page["items"]) for page in pages] == [["c", "d"], ["e"]]


async def test_page_of_a_compacted_moment_is_gone(client: Client, store: Store) -> None:
    """A token whose moment is forgotten is 410 with the reason Expired."""
    _, first = await client.get(limit=4)
    store.apply(made("g", 9))
    store.compact()
    status, refused = await client.get(limit=4, continue_=first["metadata"]["continue"])
    assert (status, refused["kind"], refused["reason"], refused["code"]) == (410, "Status", "Expired", 410)


async def test_versions(client: Client, store: Store) -> None:
    """Version 0 and an older one give the newest state, Exact gives that version's, a future one must be awaited."""
    for query in ({"resourceVersion": "0"}, {"resourceVersion": "3"}):
        _, listed = await client.get(**query)
        assert listed["metadata"]["resourceVersion"] == "8"
    _, exact = await client.get(resourceVersion="3", resourceVersionMatch="Exact")
    assert (names(exact["items"]), exact["metadata"]["resourceVersion"]) == (["a", "c", "d"], "3")
    status, early = await client.get(resourceVersion="99")
    assert (status, early["reason"], early["details"]["retryAfterSeconds"]) == (504, "Timeout", 1)
    store.compact()
    status, late = await client.get(resourceVersion="3", resourceVersionMatch="Exact")
    assert (status, late["reason"]) == (410, "Expired")


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"limit": "x"}, id="limit"),
        pytest.param({"limit": "-1"}, id="negative limit"),
        pytest.param({"continue_": "%%%"}, id="token"),
        pytest.param({"continue_": "e30"}, id="empty token"),
        pytest.param({"continue_": "e30", "resourceVersion": "5"}, id="token and version"),
        pytest.param({"resourceVersion": "new"}, id="version"),
        pytest.param({"labelSelector": "a=b=c"}, id="labels"),
        pytest.param({"fieldSelector": "spec.nodeID=n1"}, id="fields"),
        pytest.param({"timeoutSeconds": "soon"}, id="timeout"),
    ],
)
async def test_bad_parameters(client: Client, query: dict[str, str]) -> None:
    """A parameter that cannot be read is 400 with a Status."""
    status, refused = await client.get(COLLECTION, **query)
    assert (status, refused["kind"], refused["reason"]) == (400, "Status", "BadRequest")


async def test_one_object_by_its_name(client: Client) -> None:
    """A field selector finds one object, as kubectl asks for it when it watches."""
    _, listed = await client.get(fieldSelector="metadata.name=c")
    assert names(listed["items"]) == ["c"]
