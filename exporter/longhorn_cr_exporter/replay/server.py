"""The embedded API server: the store over HTTP on loopback, read-only, with faults on demand."""

from __future__ import annotations

import socket
import struct
from collections import deque
from contextlib import aclosing
from types import TracebackType
from typing import Final, Self, cast

import msgspec
from aiohttp import web

from ..error import ConfigError
from ..model.resource import RESOURCES
from .answer import Answer, document, pieces_of, refusal, text
from .collection import watch_line
from .discovery import HEALTH, discover
from .fault import Faults, HangUpError
from .listing import list_page, render_page
from .route import Query, Target, Verb, parse_path, parse_query
from .status import RefusedError, no_such_object, no_such_path, read_only
from .store import Store
from .watching import Pace, Watch

_REQUESTS_KEPT: Final = 1000
_GOODBYE_SECONDS: Final = 0.05


class Seen(msgspec.Struct, frozen=True):
    """A request that has come in: what was asked of which resource, with which parameters."""

    verb: Verb
    resource: str
    query: dict[str, str]


class Server:
    """Serves a store on ``host:port`` (port 0: any free one) while its context is entered.

    ``gone_as_status``: a watch from a version that is too old is refused with HTTP 410 rather than, as today's API
    servers do, by an ERROR event.
    """

    def __init__(
        self,
        store: Store,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        pace: Pace | None = None,
        gone_as_status: bool = False,
    ) -> None:
        self.store = store
        self.faults = Faults()
        self.requests: deque[Seen] = deque(maxlen=_REQUESTS_KEPT)
        self.url = ""
        self._address = (host, port)
        self._pace = pace or Pace()
        self._gone_as_status = gone_as_status
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=_GOODBYE_SECONDS)
        await self._runner.setup()
        host, port = self._address
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the listener and every connection."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        try:
            await _send(request, response, await self._answer(request))
        except HangUpError as hangup:
            _hang_up(request, reset=hangup.reset)
        return response

    async def _answer(self, request: web.Request) -> Answer:
        try:
            if request.method != "GET":
                raise read_only(request.method)
            target = parse_path(request.path)
            if target is None:
                return self._about(request.path)
            return await self._answer_target(target, dict(request.query))
        except RefusedError as reason:
            return refusal(reason)

    def _about(self, path: str) -> Answer:
        if path in HEALTH:
            return text("ok")
        found = discover(path, [resource for resource in RESOURCES if self.store.installed(resource)])
        if found is None:
            raise no_such_path()
        return document(found)

    async def _answer_target(self, target: Target, parameters: dict[str, str]) -> Answer:
        query = parse_query(target.namespace, parameters)
        verb = _verb(target, query)
        self.requests.append(Seen(verb, target.resource.name, parameters))
        fault = self.faults.take(target, verb)
        if fault is not None and fault.replace is not None:
            return await fault.replace(target, verb)
        answer = self._read(target, query)
        if fault is not None and fault.spoil is not None:
            answer.pieces = fault.spoil(answer.pieces)
        return answer

    def _read(self, target: Target, query: Query) -> Answer:
        if not self.store.installed(target.resource):
            raise no_such_path()
        collection = self.store.collection(target.resource)
        if target.name is not None:
            stored = collection.get(target.key)
            if stored is None:
                raise no_such_object(target.resource, target.name)
            return Answer(pieces_of([stored.body]))
        if query.watch:
            return self._watch(Watch(self.store, collection, query, self._pace))
        page = list_page(collection, query, self.store.version)
        return Answer(pieces_of(render_page(collection, page)))

    def _watch(self, watch: Watch) -> Answer:
        try:
            watch.check()
        except RefusedError as reason:
            if self._gone_as_status:
                raise
            return Answer(pieces_of([watch_line("ERROR", reason.body())]))
        return Answer(watch.lines())


def _verb(target: Target, query: Query) -> Verb:
    if target.name is not None:
        return "get"
    return "watch" if query.watch else "list"


async def _send(request: web.Request, response: web.StreamResponse, answer: Answer) -> None:
    response.set_status(answer.status)
    response.content_type = answer.content_type
    response.headers.update(answer.headers)
    await response.prepare(request)
    async with aclosing(answer.pieces) as pieces:
        async for piece in pieces:
            await response.write(piece)
    await response.write_eof()


def _hang_up(request: web.Request, *, reset: bool) -> None:
    transport = request.transport
    if transport is None:
        return
    if not reset:
        transport.close()
        return
    connection = cast("socket.socket", transport.get_extra_info("socket"))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
