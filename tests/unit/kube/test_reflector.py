"""A resource kept in step through all that an API server and the way to it can do.

Each test runs the reflector against a script; the last request tells that all before has been taken in.
"""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp import web

from unit.kube.reflected import NO_LIST_OPTIONS, running
from unit.kube.scripted import (
    PATH,
    Clock,
    End,
    after,
    bookmark,
    cut,
    event,
    eventually,
    hang,
    held,
    page,
    refusal,
    reset,
    status,
    volume,
    watch,
)


async def test_list_then_watch(clock: Clock) -> None:
    """A list of two pages arrives in one call, then every event."""
    events = (
        event("ADDED", volume("c", "11")),
        event("MODIFIED", volume("a", "12")),
        event("DELETED", volume("b", "13")),
    )
    steps = (page(volume("a"), more="t"), page(volume("b")), watch(*events, ends=after(clock, 300)))
    async with running(*steps, clock=clock) as run:
        await run.finished()
        assert run.sink.calls == ["replace 2", "put c", "put a", "remove b"]
        assert run.names == ["a", "c"]
        assert run.contact.events == {"ADDED": 1, "MODIFIED": 1, "DELETED": 1}
        assert (run.contact.lists, run.contact.watches) == ({"success": 1}, {"success": 1})
        assert run.contact.settled


async def test_what_is_asked_for(clock: Clock) -> None:
    """Paths, options and headers of the requests."""
    async with running(page(more="t+/=&x"), page(version="10"), watch(ends=after(clock, 300)), clock=clock) as run:
        await run.finished()
        first, second, third, fourth = run.server.requests
    assert {seen.path for seen in run.server.requests} == {PATH}
    assert dict(first.query) == {"limit": "500"}
    assert dict(second.query) == {"limit": "500", "continue": "t+/=&x"}
    assert dict(third.query) == {
        "watch": "true",
        "allowWatchBookmarks": "true",
        "resourceVersion": "10",
        "timeoutSeconds": "360",
    }
    assert fourth.query == third.query
    assert first.headers["Accept-Encoding"] == "identity"
    assert first.headers["User-Agent"].startswith("longhorn-cr-exporter/")
    assert "Authorization" not in first.headers


async def test_up_while_a_watch_is_established() -> None:
    """The contact is good from the acceptance of the watch on, not from the list."""
    go = asyncio.Event()
    async with running(page(volume("a")), held(go, watch(ends=hang))) as run:
        await eventually(lambda: len(run.server.requests) == 2)
        assert run.contact.settled
        assert not run.contact.up
        go.set()
        await eventually(lambda: run.contact.watches["success"] == 1)
        assert (run.contact.up, run.contact.problem) == (True, "")
        assert run.contact.last_sync == run.contact.last_event == run.clock.now


async def test_end_in_time_does_not_flap(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """A watch that the server ends in its time is followed by the next at once, and the contact stays good."""
    seen: list[bool] = []

    async def end(_request: web.Request) -> None:
        clock.now += 300
        seen.append(run.contact.up)

    with caplog.at_level(logging.INFO, "longhorn_cr_exporter"):
        async with running(page(), watch(ends=end), watch(ends=end), watch(ends=end), clock=clock) as run:
            await run.finished()
            assert run.contact.up
            assert run.contact.last_event == clock.now
            assert run.contact.watches == {"success": 3}
    assert seen == [True, True, True]
    assert clock.slept == []
    assert [record.message for record in caplog.records if record.name != "aiohttp.access"] == []


async def test_watch_that_ends_at_once_is_not_renewed_without_a_pause() -> None:
    """A server or proxy that accepts and ends is backed off from, as one that refuses."""
    async with running(page(), watch(), watch(), watch()) as run:
        await run.finished()
        assert run.clock.slept == [0.25, 0.5, 1.0]
        assert not run.contact.up
        assert run.contact.problem == f"{PATH}: the watch ends as soon as it begins"


async def test_bookmark_moves_the_resume_point(clock: Clock) -> None:
    """What a bookmark covers is not asked for again."""
    steps = (page(), watch(event("ADDED", volume("a", "11")), bookmark("900"), ends=after(clock, 300)))
    async with running(*steps, clock=clock) as run:
        await run.finished()
        assert run.server.queries[-1] == {"resourceVersion": "900"}
        assert run.contact.events == {"ADDED": 1, "BOOKMARK": 1}


@pytest.mark.parametrize(
    "end", [pytest.param(cut, id="cut"), pytest.param(reset, id="reset"), pytest.param(hang, id="silent")]
)
async def test_broken_stream_resumes(end: End) -> None:
    """After a break the watch goes on after the last event; the half line is sent again, and nothing is listed."""
    half = event("ADDED", volume("b", "12"))[:20]
    rest = event("ADDED", volume("b", "12"))
    first = watch(event("ADDED", volume("a", "11")) + half, ends=end)
    async with running(page(), first, watch(rest, ends=hang), silence_seconds=0.2) as run:
        await eventually(lambda: "b" in run.sink.objects)
        assert run.server.verbs == "LWW"
        assert run.server.queries[2] == {"resourceVersion": "11"}
        assert run.sink.calls == ["replace 0", "put a", "put b"]
        outcome = "silent" if end is hang else "unreachable"
        assert run.contact.watches == {"success": 2, outcome: 1}
        assert (run.contact.up, run.contact.problem) == (True, "")


async def test_contact_is_lost_at_the_break() -> None:
    """Between the break and the next acceptance the contact is down and says why; the data stay."""
    async with running(page(volume("a")), watch(ends=cut)) as run:
        await run.finished()
        assert not run.contact.up
        assert run.contact.problem == f"{run.server.url}: the connection was closed in the middle of an answer"
        assert run.names == ["a"]


async def test_expired_as_http_status() -> None:
    """410 on a watch leads to a new list, which replaces the old in one step."""
    steps = (page(volume("a")), refusal(410, "Gone"), page(volume("b"), version="50"))
    async with running(*steps) as run:
        await run.finished()
        assert run.server.verbs == "LWLW"
        assert run.server.queries[2:] == [NO_LIST_OPTIONS, {"resourceVersion": "50"}]
        assert run.sink.calls == ["replace 1", "replace 1"]
        assert run.names == ["b"]
        assert run.contact.watches == {"expired": 1}


async def test_expired_as_event() -> None:
    """410 as an ERROR event does the same, and what came before it counts."""
    error = event("ERROR", status(410, "Expired", "too old resource version"))
    steps = (page(), watch(event("ADDED", volume("a", "11")) + error), page(volume("b"), version="50"))
    async with running(*steps) as run:
        await run.finished()
        assert run.server.verbs == "LWLW"
        assert run.sink.calls == ["replace 0", "put a", "replace 1"]
        assert run.contact.events == {"ADDED": 1, "ERROR": 1}
        assert run.contact.problem == "410 Expired: too old resource version"


async def test_last_line_without_newline() -> None:
    """The word that a version is too old counts even without the newline after it."""
    error = event("ERROR", status(410, "Expired")).rstrip()
    async with running(page(), watch(error), page(volume("b"))) as run:
        await run.finished()
        assert run.server.verbs == "LWLW"


async def test_error_event_of_another_kind_resumes() -> None:
    """A server in trouble may end a watch with an ERROR event: the version is still good."""
    error = event("ERROR", status(500, "InternalError", "etcd leader changed"))
    async with running(page(), watch(error), watch(event("ADDED", volume("a", "11")), ends=hang)) as run:
        await eventually(lambda: "a" in run.sink.objects)
        assert run.server.queries[2] == {"resourceVersion": "10"}
        assert run.contact.watches == {"success": 2, "server_error": 1}
