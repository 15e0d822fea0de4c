"""What goes wrong between a client and a real API server, on demand: answers replaced, streams spoiled.

A test says ``faults.inject(cut_line(after=2), on=VOLUMES, verb="watch", times=1)``; each request that fits uses the
oldest fault that has uses left. A resource whose definition is deleted is no fault: see ``Store.uninstall``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

import msgspec

from ..error import LonghornExporterError
from ..model.resource import Resource
from .answer import Answer, Pieces, pieces_of, refusal, text
from .collection import watch_line
from .route import Target, Verb
from .stamp import with_annotation
from .status import EXPIRED_LIST, RefusedError, expired, forbidden, no_such_path, too_many_requests, unauthorized

_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>\n"


class HangUpError(LonghornExporterError):
    """The connection is to be closed here and now; ``reset`` with a TCP reset, else after what was written."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("connection reset" if reset else "connection closed")
        self.reset = reset


Replace = Callable[[Target, Verb], Awaitable[Answer]]
Spoil = Callable[[Pieces], Pieces]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: ``replace`` answers in the server's place, ``spoil`` changes the answer's pieces."""

    replace: Replace | None = None
    spoil: Spoil | None = None


@dataclass(slots=True)
class _Rule:
    fault: Fault
    resource: Resource | None
    verb: Verb | None
    skip: int
    left: int | None

    def fits(self, target: Target, verb: Verb) -> bool:
        return self.resource in (None, target.resource) and self.verb in (None, verb) and self.left != 0

    def use(self) -> Fault | None:
        if self.skip:
            self.skip -= 1
            return None
        if self.left is not None:
            self.left -= 1
        return self.fault


class Faults:
    """The faults that a server has been told to show."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []

    def inject(
        self,
        fault: Fault,
        *,
        on: Resource | None = None,
        verb: Verb | None = None,
        times: int | None = 1,
        skip: int = 0,
    ) -> Callable[[], None]:
        """Show a fault to the next ``times`` requests that fit (None: until ended), after letting ``skip`` pass.

        Returns what ends it.
        """
        rule = _Rule(fault, on, verb, skip, times)
        self._rules.append(rule)

        def end() -> None:
            rule.left = 0

        return end

    def take(self, target: Target, verb: Verb) -> Fault | None:
        """Return the fault for a request, counting it as used."""
        for rule in self._rules:
            if rule.fits(target, verb):
                return rule.use()
        return None


def _answering(make: Callable[[Target, Verb], Answer]) -> Fault:
    async def replace(target: Target, verb: Verb) -> Answer:
        return make(target, verb)

    return Fault(replace=replace)


def _refusing(reason: RefusedError) -> Fault:
    return _answering(lambda _target, _verb: refusal(reason))


def html_page(status: int = HTTPStatus.BAD_GATEWAY) -> Fault:
    """A proxy's page in place of the answer; with status 200 it looks like success."""
    title = f"{status} {HTTPStatus(status).phrase}"
    return _answering(lambda _target, _verb: text(_PAGE.format(title), status=status, content_type="text/html"))


def throttled(retry_after: int = 1) -> Fault:
    """429 with Retry-After in seconds."""
    return _refusing(too_many_requests(retry_after))


def denied() -> Fault:
    """403: the right to the resource was withdrawn."""
    return _answering(lambda target, verb: refusal(forbidden(target.resource, verb, target.namespace or "")))


def unauthenticated() -> Fault:
    """401: the token is no longer accepted."""
    return _refusing(unauthorized())


def not_installed() -> Fault:
    """404: there is no such resource."""
    return _refusing(no_such_path())


def expired_continue() -> Fault:
    """410 for a list; with ``skip=1`` the second page of a list is the first to be refused."""
    return _refusing(expired(EXPIRED_LIST))


def server_error(status: int = HTTPStatus.INTERNAL_SERVER_ERROR) -> Fault:
    """A Status of the server's own trouble, 500 or 503."""
    reason = "ServiceUnavailable" if status == HTTPStatus.SERVICE_UNAVAILABLE else "InternalError"
    return _refusing(RefusedError(status, reason, "an error on the server has prevented the request from succeeding"))


def unanswered() -> Fault:
    """Not even headers: the request is taken and nothing follows."""

    async def replace(_target: Target, _verb: Verb) -> Answer:
        return await asyncio.Future()

    return Fault(replace=replace)


def reset() -> Fault:
    """A TCP reset in place of the answer."""

    async def replace(_target: Target, _verb: Verb) -> Answer:
        raise HangUpError(reset=True)

    return Fault(replace=replace)


def _after(count: int, then: Spoil) -> Fault:
    """Let pieces pass (lines of a watch, groups of objects of a list), then hand the rest over."""

    async def spoil(pieces: Pieces) -> Pieces:
        for _ in range(count):
            yield await anext(pieces)
        async for piece in then(pieces):
            yield piece

    return Fault(spoil=spoil)


def cut_line(after: int = 0, *, abrupt: bool = True) -> Fault:
    """Half of the next line, then the end: abruptly, or as if the answer were complete."""

    async def then(pieces: Pieces) -> Pieces:
        piece = await anext(pieces)
        yield piece[: len(piece) // 2]
        if abrupt:
            raise HangUpError(reset=False)

    return _after(after, then)


def reset_stream(after: int = 0) -> Fault:
    """A TCP reset in the middle of the answer."""

    async def then(_pieces: Pieces) -> Pieces:
        yield _raised(HangUpError(reset=True))

    return _after(after, then)


def _raised(error: Exception) -> bytes:
    raise error


def ended_stream(after: int = 0) -> Fault:
    """The answer ends early, properly: a watch that a load balancer closes."""
    return _after(after, lambda _pieces: pieces_of([]))


def hung_stream(after: int = 0) -> Fault:
    """No more bytes, and no end: the connection died without a word."""

    async def then(_pieces: Pieces) -> Pieces:
        yield await asyncio.Future()

    return _after(after, then)


def error_event(code: int = HTTPStatus.GONE, reason: str = "Expired", *, after: int = 0) -> Fault:
    """An ERROR event with a Status in a watch, which then ends."""

    async def then(_pieces: Pieces) -> Pieces:
        yield watch_line("ERROR", RefusedError(code, reason, "injected").body())

    return _after(after, then)


def huge_event(size: int = 10_000_000, *, after: int = 0) -> Fault:
    """The next event of a watch grows an annotation of ``size`` bytes; the rest follows as it is."""

    async def then(pieces: Pieces) -> Pieces:
        event = msgspec.json.decode(await anext(pieces), type=_Line)
        yield watch_line(event.type, with_annotation(bytes(event.object), "padding", "x" * size))
        async for piece in pieces:
            yield piece

    return _after(after, then)


class _Line(msgspec.Struct):
    type: str
    object: msgspec.Raw


def slow(seconds: float) -> Fault:
    """Wait before each piece."""

    async def spoil(pieces: Pieces) -> Pieces:
        async for piece in pieces:
            await asyncio.sleep(seconds)
            yield piece

    return Fault(spoil=spoil)
