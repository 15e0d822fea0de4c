"""A resource whose API server, or the way to it, does not do what it should: counted, shown, and tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import pytest
from aiohttp import web

from longhorn_cr_exporter.kube.connection import Connection
from longhorn_cr_exporter.kube.reflector import Reflector
from longhorn_cr_exporter.model.contact import Contact
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import VOLUMES, Resource
from unit.kube.reflected import NO_LIST_OPTIONS, running
from unit.kube.scripted import (
    PATH,
    Clock,
    End,
    RecordingSink,
    Step,
    after,
    bookmark,
    cut,
    event,
    eventually,
    hang,
    held,
    mute,
    page,
    plain,
    refusal,
    serving,
    vanish,
    volume,
    watch,
)


async def test_old_data_stay_while_a_new_list_fails() -> None:
    """A relist that cannot be had leaves in place what there is."""
    go = asyncio.Event()
    steps = (page(volume("a")), refusal(410, "Gone"), refusal(500, "InternalError"), held(go, page(volume("b"))))
    async with running(*steps) as run:
        await eventually(lambda: len(run.server.requests) == 4)
        assert run.names == ["a"]
        assert run.contact.settled
        assert run.contact.lists["server_error"] == 1
        go.set()
        await run.finished()
        assert run.names == ["b"]


async def test_expired_continue_token_starts_over() -> None:
    """The list is begun anew from its first page; the inconsistent token offered is not taken."""
    offered = refusal(410, "Expired", metadata={"continue": "inconsistent"})
    anew = (page(volume("b"), version="20", more="u"), page(volume("c"), version="20"))
    steps = (page(volume("a"), more="t"), offered, *anew)
    async with running(*steps) as run:
        await run.finished()
        expected = [NO_LIST_OPTIONS, {"continue": "t"}, NO_LIST_OPTIONS, {"continue": "u"}, {"resourceVersion": "20"}]
        assert run.server.queries == expected
        assert run.sink.calls == ["replace 2"]
        assert run.names == ["b", "c"]


async def test_continue_token_that_keeps_expiring_backs_off() -> None:
    """A second expiry is a failure like any other."""
    steps = (page(more="t"), refusal(410, "Expired"), page(more="t"), refusal(410, "Expired"), page())
    async with running(*steps) as run:
        await run.finished()
        assert run.clock.slept == [0.25]
        assert run.contact.lists == {"expired": 1, "success": 1}


async def test_list_that_never_ends() -> None:
    """A server that offers the same continue token twice would be listed for ever."""
    async with running(page(more="t"), page(more="t")) as run:
        await run.finished()
        assert run.contact.problem == f"{PATH}: the same continue token twice"
        assert run.contact.lists == {"bad_answer": 1}


@pytest.mark.parametrize(
    ("trouble", "outcome", "problem"),
    [
        pytest.param(
            plain(502, "<html>Bad Gateway</html>", content_type="text/html"),
            "server_error",
            "502 Bad Gateway (not in the words of the Kubernetes API)",
            id="HTML 502",
        ),
        pytest.param(
            plain(200, "<html>Sign in</html>", content_type="text/html"),
            "bad_answer",
            "200 OK with an HTML page (a proxy or a login page?)",
            id="HTML 200",
        ),
        pytest.param(plain(200, "<html>\n"), "bad_answer", "not a", id="HTML 200 called JSON"),
        pytest.param(
            plain(302, "", headers={"Location": "/login"}), "bad_answer", "302 Found, as the", id="redirect to a login"
        ),
        pytest.param(refusal(500, "InternalError"), "server_error", "500 InternalError: no", id="500"),
        pytest.param(refusal(401, "Unauthorized"), "unauthorized", "401 Unauthorized: no", id="401"),
        pytest.param(refusal(400, "BadRequest"), "rejected", "400 BadRequest: no", id="400"),
    ],
)
@pytest.mark.parametrize("verb", ["list", "watch"])
async def test_failing_answers_are_tried_again(trouble: Step, outcome: str, problem: str, verb: str) -> None:
    """Whatever the server answers, it is counted, shown and tried again with growing pauses."""
    before = () if verb == "list" else (page(),)
    async with running(*before, trouble) as run:
        await run.finished()
        assert run.clock.slept == [0.25]
        counts = run.contact.lists if verb == "list" else run.contact.watches
        assert counts[outcome] == 1
        assert run.contact.problem.startswith(problem)
        assert not run.contact.up
        assert run.contact.settled == (verb == "watch")


@pytest.mark.parametrize("before", [pytest.param((), id="list"), pytest.param((page(),), id="watch")])
async def test_connection_closed_instead_of_an_answer(before: tuple[Step, ...]) -> None:
    """A server that hangs up is tried again; aiohttp does so once itself, for a kept connection may have gone stale."""
    async with running(*before, vanish, vanish) as run:
        await run.finished()
        assert run.clock.slept == [0.25]
        assert run.contact.problem == f"{run.server.url}: the connection was closed in the middle of an answer"


async def test_back_off_grows_and_is_wiped_out_by_a_watch_that_lasts(clock: Clock) -> None:
    """Failures in a row wait longer and longer; a watch that lasted begins anew, one that did not goes on."""
    down = refusal(500, "InternalError")
    short, long = watch(ends=cut), watch(bookmark("11"), ends=_late_cut(clock))
    async with running(down, down, down, page(), short, down, long, down, clock=clock) as run:
        await run.finished()
        assert run.clock.slept == [0.25, 0.5, 1.0, 2.0, 4.0, 0.25, 0.5]


def _late_cut(clock: Clock) -> End:
    async def end(request: web.Request) -> None:
        clock.now += 300
        await cut(request)

    return end


@pytest.mark.parametrize("verb", ["list", "watch"])
async def test_retry_after_is_honoured(verb: str) -> None:
    """429 says how long to stay away."""
    before = () if verb == "list" else (page(),)
    async with running(*before, refusal(429, "TooManyRequests", headers={"Retry-After": "17"})) as run:
        await run.finished()
        assert run.clock.slept == [17.25]


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        pytest.param(refusal(403, "Forbidden"), "forbidden", id="forbidden then allowed"),
        pytest.param(plain(404, "404 page not found"), "not_found", id="not installed then there"),
    ],
)
async def test_unreadable_resource_settles_and_is_asked_again(step: Step, outcome: str) -> None:
    """A denial that stays is asked for ever less often and holds up the rest no longer than a starting server would."""
    go = asyncio.Event()
    async with running(step, step, step, held(go, page(volume("a"))), watch(ends=hang)) as run:
        await eventually(lambda: len(run.server.requests) == 4)
        assert run.contact.lists == {outcome: 3}
        assert run.contact.settled
        assert run.contact.last_sync is None
        go.set()
        await eventually(lambda: run.contact.up)
        assert run.clock.slept == [0.5, 1.0, 2.0]
        assert run.names == ["a"]
        assert run.contact.problem == ""


async def test_denials_of_a_starting_server_do_not_settle() -> None:
    """An API server that has not read its RBAC yet forbids everything: what it says first is not believed."""
    go = asyncio.Event()
    step = refusal(403, "Forbidden")
    async with running(step, step, held(go, page(volume("a"))), watch(ends=hang)) as run:
        await eventually(lambda: len(run.server.requests) == 3)
        assert not run.contact.settled
        go.set()
        await eventually(lambda: run.contact.up)
        assert run.contact.settled


async def test_right_to_list_without_right_to_watch() -> None:
    """A resource that may only be listed is listed now and then, and is not up."""
    steps = (page(volume("a")), refusal(403, "Forbidden"), page(volume("b")), refusal(403, "Forbidden"))
    async with running(*steps) as run:
        await run.finished()
        assert run.server.verbs == "LWLWL"
        assert run.names == ["b"]
        assert run.clock.slept == [0.5, 1.0]
        assert not run.contact.up


async def test_bad_objects_cost_only_themselves(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """A bad object is counted each time and logged once; good ones around it arrive."""
    bad = volume("bad", "14", numberOfReplicas="three")
    events = event("ADDED", volume("b", "13")) + event("MODIFIED", bad) + event("MODIFIED", bad)
    steps = (page(volume("a"), bad, {"metadata": None}), watch(events, ends=after(clock, 300)))
    async with running(*steps, clock=clock) as run:
        await run.finished()
        assert run.names == ["a", "b"]
        assert run.contact.decode_errors == 4
        assert run.server.queries[-1] == {"resourceVersion": "14"}
        assert run.contact.up
    logged = [
        (record.message, vars(record).get("object"))
        for record in caplog.records
        if record.name.startswith("longhorn_cr_exporter")
    ]
    assert logged == [("Object cannot be read and is skipped", "bad"), ("Object cannot be read and is skipped", "")]


async def test_items_null() -> None:
    """Go writes an empty list as null."""
    body = '{"kind":"VolumeList","metadata":{"resourceVersion":"10"},"items":null}'
    async with running(plain(200, body)) as run:
        await run.finished()
        assert run.sink.calls == ["replace 0"]


async def test_event_of_ten_megabytes(clock: Clock) -> None:
    """An event's size does not matter."""
    big = volume("big", "11") | {"ballast": "x" * 10_000_000}
    async with running(page(), watch(event("ADDED", big), ends=after(clock, 300)), clock=clock) as run:
        await run.finished()
        assert run.names == ["big"]
        assert run.server.queries[-1] == {"resourceVersion": "11"}


async def test_blank_lines_and_unknown_events(clock: Clock) -> None:
    """Noise between the events is passed over; what is not known is counted."""
    chunks = (b"\n\r\n", event("PROGRESS", {}), b"\n", event("ADDED", volume("a", "11")))
    async with running(page(), watch(*chunks, ends=after(clock, 300)), clock=clock) as run:
        await run.finished()
        assert run.names == ["a"]
        assert run.contact.events == {"ADDED": 1}
        assert run.contact.decode_errors == 1


async def test_page_of_a_proxy_in_the_middle_of_a_watch() -> None:
    """A line that is no JSON ends the watch; what came before it counts and is not asked for again."""
    steps = (page(), watch(event("ADDED", volume("a", "11")), b"<html>\n", ends=hang))
    async with running(*steps) as run:
        await run.finished()
        assert run.server.verbs == "LWW"
        assert run.contact.watches["bad_answer"] == 1
        assert run.contact.problem.startswith("not an event of volumes.longhorn.io: ")


async def test_problem_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """A hundred failures of one kind are one line, the end of them another."""
    down = refusal(500, "InternalError")
    with caplog.at_level(logging.INFO, "longhorn_cr_exporter"):
        async with running(*[down] * 20, refusal(503, "Busy"), page(), watch(ends=hang)) as run:
            await eventually(lambda: run.contact.up)
    lines = [
        (record.levelname, record.message, vars(record).get("problem"))
        for record in caplog.records
        if record.name.startswith("longhorn_cr_exporter")
    ]
    assert lines == [
        ("WARNING", "Contact is lost", "500 InternalError: no"),
        ("WARNING", "Contact is lost", "503 Busy: no"),
        ("INFO", "Contact is good again", None),
    ]


async def test_break_of_a_good_watch_is_no_news(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    """A watch that breaks and is back at once is logged for who looks closely."""
    breaking = watch(bookmark("11"), ends=_late_cut(clock))
    with caplog.at_level(logging.DEBUG, "longhorn_cr_exporter"):
        async with running(page(), breaking, breaking, watch(ends=hang), clock=clock) as run:
            await eventually(lambda: run.contact.watches["success"] == 3)
    assert [record.levelname for record in caplog.records if record.name.startswith("longhorn_cr_exporter")] == [
        "DEBUG",
        "DEBUG",
    ]


class FailingSink(RecordingSink):
    """A receiver with a defect, which shows once."""

    def put(self, resource: Resource, obj: Object, now: float) -> None:
        """Fail, and be good from then on."""
        if "broken" not in self.calls:
            self.calls.append("broken")
            raise ZeroDivisionError
        super().put(resource, obj, now)

    def replace(self, resource: Resource, objects: Sequence[Object], now: float) -> None:
        """Take a whole list."""
        super().replace(resource, objects, now)


async def test_defect_does_not_end_the_task(caplog: pytest.LogCaptureFixture) -> None:
    """An error of our own is logged with its traceback, and the resource is listed anew."""
    steps = (page(), watch(event("ADDED", volume("a", "11")), ends=hang), page(volume("a")))
    async with running(*steps, sink=FailingSink()) as run:
        await run.finished()
        assert run.server.verbs == "LWLW"
        assert run.names == ["a"]
        assert run.contact.problem == "internal error: ZeroDivisionError"
    assert "ZeroDivisionError" in caplog.text


async def test_silent_list_is_given_up() -> None:
    """A list that hangs is begun again, too."""
    async with running(mute, page(volume("a")), silence_seconds=0.2) as run:
        await run.finished()
        assert run.contact.lists == {"silent": 1, "success": 1}


async def test_server_that_cannot_be_reached() -> None:
    """Nobody at the port: the problem names the server and the reason."""
    async with serving() as server:
        pass
    clock, contact = Clock(), Contact()
    async with Connection.plain(server.url) as connection:
        reflector = Reflector(
            VOLUMES, connection, RecordingSink(), contact, clock=clock, namespace="longhorn-system", sleep=clock.sleep
        )
        task = asyncio.create_task(reflector.run())
        await eventually(lambda: contact.lists["unreachable"] >= 3)
        task.cancel()
        await asyncio.wait([task])
    assert contact.problem == f"{server.url}: Connection refused"
    assert not contact.settled
