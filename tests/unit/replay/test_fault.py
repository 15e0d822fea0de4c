"""Each fault as a client meets it, and that the server is well again afterwards."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from longhorn_cr_exporter.model.resource import KUBERNETES_NODES, VOLUMES
from longhorn_cr_exporter.replay.fault import (
    Fault,
    cut_line,
    denied,
    ended_stream,
    error_event,
    expired_continue,
    html_page,
    huge_event,
    hung_stream,
    not_installed,
    reset,
    reset_stream,
    server_error,
    slow,
    throttled,
    unanswered,
    unauthenticated,
)
from longhorn_cr_exporter.replay.store import Store
from served import COLLECTION, Client, made, next_event, next_events


@pytest.fixture
def store() -> Store:
    """Return a store of three volumes and a node."""
    store = Store()
    for version, name in enumerate(("a", "b", "c"), start=1):
        store.apply(made(name, version))
    store.apply(made("n1", 4, resource=KUBERNETES_NODES))
    return store


@pytest.mark.parametrize(
    ("fault", "code", "reason"),
    [
        pytest.param(throttled(7), 429, "TooManyRequests", id="throttled"),
        pytest.param(denied(), 403, "Forbidden", id="denied"),
        pytest.param(unauthenticated(), 401, "Unauthorized", id="unauthenticated"),
        pytest.param(not_installed(), 404, "NotFound", id="not installed"),
        pytest.param(expired_continue(), 410, "Expired", id="expired"),
        pytest.param(server_error(), 500, "InternalError", id="server error"),
        pytest.param(server_error(503), 503, "ServiceUnavailable", id="unavailable"),
    ],
)
async def test_refusals(client: Client, fault: Fault, code: int, reason: str) -> None:
    """One request is refused with a Status, another resource is not, and the next is served again."""
    client.server.faults.inject(fault, on=VOLUMES)
    assert (await client.get("/api/v1/nodes"))[0] == 200
    status, refused = await client.get()
    assert (status, refused["kind"], refused["code"], refused["reason"]) == (code, "Status", code, reason)
    assert (await client.get())[0] == 200


async def test_throttling_says_when_to_come_back(client: Client) -> None:
    """429 carries Retry-After."""
    client.server.faults.inject(throttled(7))
    async with aiohttp.ClientSession() as session, session.get(client.server.url + COLLECTION) as response:
        assert response.headers["Retry-After"] == "7"


async def test_denial_names_the_right(client: Client) -> None:
    """403 says who may not do what where, as the real one."""
    client.server.faults.inject(denied())
    _, refused = await client.get()
    assert (
        'cannot list resource "volumes" in API group "longhorn.io" in the namespace "longhorn-system"'
        in (refused["message"])
    )


@pytest.mark.parametrize("code", [200, 502])
async def test_html_page(client: Client, code: int) -> None:
    """A proxy's page comes in place of a watch, with any status."""
    client.server.faults.inject(html_page(code), verb="watch")
    async with client.watch() as watch:
        assert (watch.status, watch.content_type) == (code, "text/html")
        assert (await watch.content.read()).startswith(b"<html>")


async def test_expired_second_page(client: Client) -> None:
    """With ``skip`` the first page comes and the second is refused."""
    client.server.faults.inject(expired_continue(), verb="list", skip=1)
    _, first = await client.get(limit=2)
    status, _ = await client.get(limit=2, continue_=first["metadata"]["continue"])
    assert status == 410


async def test_times_and_end(client: Client) -> None:
    """A fault shows as often as told, or until ended; the oldest comes first."""
    client.server.faults.inject(server_error(), times=2)
    end = client.server.faults.inject(throttled(), times=None)
    assert [(await client.get())[0] for _ in range(5)] == [500, 500, 429, 429, 429]
    end()
    assert (await client.get())[0] == 200


@pytest.mark.parametrize("abrupt", [True, False])
async def test_cut_line(client: Client, abrupt: bool) -> None:
    """A watch ends within a line, with or without a proper end of the answer."""
    client.server.faults.inject(cut_line(after=1, abrupt=abrupt), verb="watch")
    async with client.watch() as watch:
        assert await next_events(watch, 1) == [("ADDED", "a")]
        if abrupt:
            with pytest.raises(aiohttp.ClientPayloadError):
                await watch.content.read()
            return
        part = await watch.content.read()
    with pytest.raises(json.JSONDecodeError):
        json.loads(part)


async def test_cut_list(client: Client) -> None:
    """A list, too, ends in its middle."""
    client.server.faults.inject(cut_line(after=1, abrupt=False), verb="list")
    with pytest.raises(json.JSONDecodeError):
        await client.get()


async def test_reset(client: Client) -> None:
    """The connection is reset before an answer."""
    client.server.faults.inject(reset(), times=None)
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.get()


async def test_reset_stream(client: Client) -> None:
    """The connection is reset between two events."""
    client.server.faults.inject(reset_stream(after=1))
    async with client.watch() as watch:
        assert await next_events(watch, 1) == [("ADDED", "a")]
        with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)):
            await watch.content.read()


async def test_ended_stream(client: Client) -> None:
    """A watch ends early and properly."""
    client.server.faults.inject(ended_stream(after=2))
    async with client.watch() as watch:
        assert await next_events(watch, 2) == [("ADDED", "a"), ("ADDED", "b")]
        assert await watch.content.read() == b""


async def test_error_event(client: Client) -> None:
    """A Status arrives as an event, and the watch ends."""
    client.server.faults.inject(error_event(500, "InternalError", after=1))
    async with client.watch() as watch:
        assert await next_events(watch, 1) == [("ADDED", "a")]
        told = await next_event(watch)
        assert await watch.content.read() == b""
    assert (told["type"], told["object"]["code"]) == ("ERROR", 500)


async def test_huge_event(client: Client) -> None:
    """One event of ten megabytes; the next is as it was."""
    client.server.faults.inject(huge_event(after=1))
    async with (
        aiohttp.ClientSession(read_bufsize=2**25) as session,
        session.get(client.server.url + COLLECTION, params={"watch": "1"}) as watch,
    ):
        lines = [await watch.content.readline() for _ in range(3)]
    assert [len(line) > 10_000_000 for line in lines] == [False, True, False]
    assert [json.loads(line)["object"]["metadata"]["name"] for line in lines] == ["a", "b", "c"]


@pytest.fixture
async def impatient() -> AsyncIterator[aiohttp.ClientSession]:
    """Return a client that gives up on a silent connection at once."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(sock_read=0.05)) as session:
        yield session


async def test_hung_stream(client: Client, store: Store, impatient: aiohttp.ClientSession) -> None:
    """After the first event no byte comes any more, whatever happens; only the client's patience ends it."""
    client.server.faults.inject(hung_stream(after=1))
    async with impatient.get(client.server.url + COLLECTION, params={"watch": "1"}) as watch:
        assert await next_events(watch, 1) == [("ADDED", "a")]
        store.apply(made("a", 5))
        with pytest.raises(aiohttp.SocketTimeoutError):
            await watch.content.readline()


async def test_unanswered(client: Client, impatient: aiohttp.ClientSession) -> None:
    """Not even headers come."""
    client.server.faults.inject(unanswered())
    with pytest.raises(aiohttp.SocketTimeoutError):
        await impatient.get(client.server.url + COLLECTION)


async def test_slow_answers_are_whole(client: Client) -> None:
    """Waiting before each piece changes nothing of the answer."""
    client.server.faults.inject(slow(0.001))
    assert (await client.get())[0] == 200
