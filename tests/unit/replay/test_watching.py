"""WATCH over HTTP: where it begins, what it tells, and how it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from longhorn_cr_exporter.model.resource import KUBERNETES_NODES, VOLUMES
from longhorn_cr_exporter.replay.server import Server
from longhorn_cr_exporter.replay.store import Store
from longhorn_cr_exporter.replay.watching import Pace
from served import Client, made, next_event, next_events

BOOKMARK_SOON = Pace(bookmark=0.01)
SHORT_SECONDS = Pace(second=0.01)


@pytest.fixture
def store() -> Store:
    """Return a store of two volumes at version 2."""
    store = Store()
    store.apply(made("a", 1, labels={"on": "n1"}))
    store.apply(made("b", 2))
    return store


@asynccontextmanager
async def serving(store: Store, *, pace: Pace | None = None, gone_as_status: bool = False) -> AsyncIterator[Client]:
    """Serve the store with other times."""
    async with (
        Server(store, pace=pace, gone_as_status=gone_as_status) as server,
        aiohttp.ClientSession() as session,
    ):
        yield Client(server, session)


async def test_from_a_version(client: Client, store: Store) -> None:
    """It tells what came after the version, what has been and what comes, in order."""
    store.apply(made("a", 3))
    async with client.watch(resourceVersion="2") as watch:
        assert await next_events(watch, 1) == [("MODIFIED", "a")]
        store.apply(made("c", 4))
        store.apply(made("n1", 5, resource=KUBERNETES_NODES))
        store.apply(made("b", 6, type_="DELETED"))
        assert await next_events(watch, 2) == [("ADDED", "c"), ("DELETED", "b")]


@pytest.mark.parametrize("query", [{}, {"resourceVersion": "0"}])
async def test_from_nowhere_begins_with_what_is_there(client: Client, store: Store, query: dict[str, str]) -> None:
    """Without a version, or with 0, every object is ADDED first."""
    async with client.watch(**query) as watch:
        assert await next_events(watch, 2) == [("ADDED", "a"), ("ADDED", "b")]
        store.apply(made("a", 3))
        assert await next_events(watch, 1) == [("MODIFIED", "a")]


async def test_initial_events_end_with_a_bookmark(client: Client) -> None:
    """A streaming list (sendInitialEvents) says when it is complete."""
    async with client.watch(sendInitialEvents="true", resourceVersionMatch="NotOlderThan") as watch:
        assert await next_events(watch, 2) == [("ADDED", "a"), ("ADDED", "b")]
        bookmark = await next_event(watch)
    assert bookmark["type"] == "BOOKMARK"
    assert bookmark["object"]["kind"] == "Volume"
    assert bookmark["object"]["metadata"]["resourceVersion"] == "2"
    assert bookmark["object"]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


@pytest.mark.parametrize(
    ("as_status", "code"), [pytest.param(False, 200, id="event"), pytest.param(True, 410, id="status")]
)
async def test_too_old_version(store: Store, as_status: bool, code: int) -> None:
    """A forgotten version is an ERROR event or, on demand, HTTP 410; both carry the Status."""
    store.compact()
    async with serving(store, gone_as_status=as_status) as client, client.watch(resourceVersion="1") as watch:
        assert watch.status == code
        told = await next_event(watch)
        assert await watch.content.readline() == b""
    status = told if as_status else told["object"]
    assert as_status or told["type"] == "ERROR"
    assert (status["kind"], status["code"], status["reason"]) == ("Status", 410, "Expired")
    assert status["message"] == "too old resource version: 1 (2)"


async def test_falling_behind_is_an_error_event() -> None:
    """A watcher that missed forgotten changes is told, and its watch ends."""
    store = Store(history=1)
    async with serving(store) as client, client.watch(resourceVersion="0") as watch:
        for version in range(1, 6):
            store.apply(made("a", version))
        told = await next_event(watch)
    assert (told["type"], told["object"]["reason"]) == ("ERROR", "Expired")


async def test_bookmarks(store: Store) -> None:
    """They carry the store's version, so that a quiet resource's watch does not grow old."""
    async with serving(store, pace=BOOKMARK_SOON) as client:
        store.apply(made("n1", 7, resource=KUBERNETES_NODES))
        async with client.watch(resourceVersion="2", allowWatchBookmarks="true") as watch:
            bookmark = await next_event(watch)
            store.apply(made("a", 8))
            told = await next_event(watch)
            while told["type"] == "BOOKMARK":
                told = await next_event(watch)
    assert (bookmark["type"], bookmark["object"]["metadata"]["resourceVersion"]) == ("BOOKMARK", "7")
    assert told["type"] == "MODIFIED"


@pytest.mark.parametrize(
    ("bookmarks", "lines"), [pytest.param("true", 1, id="with"), pytest.param("", 0, id="without")]
)
async def test_time_runs_out(store: Store, bookmarks: str, lines: int) -> None:
    """After timeoutSeconds the watch ends properly, with a last bookmark where they are allowed."""
    async with (
        serving(store, pace=SHORT_SECONDS) as client,
        client.watch(resourceVersion="2", timeoutSeconds="1", allowWatchBookmarks=bookmarks) as watch,
    ):
        told = (await watch.content.read()).splitlines()
    assert len(told) == lines


async def test_selection(client: Client, store: Store) -> None:
    """What begins to match is ADDED; what no longer does is DELETED as it last was, with the version it left at."""
    async with client.watch(resourceVersion="2", labelSelector="on=n1") as watch:
        store.apply(made("b", 3, labels={"on": "n2"}))
        store.apply(made("b", 4, labels={"on": "n1"}))
        store.apply(made("b", 5, labels={"on": "n1"}))
        store.apply(made("b", 6, labels={"on": "n2"}))
        store.apply(made("b", 7, type_="DELETED", labels={"on": "n2"}))
        store.apply(made("a", 8, type_="DELETED", labels={"on": "n1"}))
        told = [await next_event(watch) for _ in range(4)]
    seen = [(event["type"], event["object"]["metadata"]["name"]) for event in told]
    assert seen == [("ADDED", "b"), ("MODIFIED", "b"), ("DELETED", "b"), ("DELETED", "a")]
    left = told[2]["object"]["metadata"]
    assert (left["resourceVersion"], left["labels"]) == ("6", {"on": "n1"})


async def test_deleted_definition_ends_the_watch(client: Client, store: Store) -> None:
    """Every object is DELETED, the watch ends, the resource is 404; installed again, it begins empty."""
    async with client.watch(resourceVersion="2") as watch:
        store.uninstall(VOLUMES, clock=0.0)
        assert await next_events(watch, 2) == [("DELETED", "a"), ("DELETED", "b")]
        assert await watch.content.read() == b""
    status, refused = await client.get()
    assert (status, refused["reason"]) == (404, "NotFound")
    store.install(VOLUMES)
    status, listed = await client.get()
    assert (status, listed["items"]) == (200, [])


async def test_an_event_is_made_once_for_all_watchers(store: Store) -> None:
    """Two watchers of a change share its line."""
    change = store.apply(made("a", 3))
    assert change is not None
    assert change.line() is change.line()
