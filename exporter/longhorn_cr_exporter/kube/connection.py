"""HTTP to the API server: one session, streaming answers, and errors of our own types only."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self

import aiohttp

from ..error import ApiError
from ..version import __version__
from .access import Access, AccessSource, FixedAccess
from .error import BadAnswerError, SilentError, UnreachableError, error_of_answer, one_line
from .options import ClusterOptions

USER_AGENT: Final = f"longhorn-cr-exporter/{__version__}"
CONNECT_SECONDS: Final = 15.0
"""Limit for name, TCP, proxy and TLS together."""
SILENCE_SECONDS: Final = 90.0
"""Default silence limit: bookmarks come about once a minute."""
BEAT_SECONDS: Final = 0.05
"""How long a watch's events may wait for more, short beside the time between two scrapes."""
_MAX_CONNECTIONS: Final = 32
_READ_BUFFER: Final = 2**18
_MAX_ERROR_BODY: Final = 2**16
_HEADERS: Final = {"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class _Request:
    path: str
    params: Mapping[str, str]
    silence_seconds: float


class Answer:
    """A 200 answer whose body is still to come."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def read(self) -> bytes:
        """Return the whole body."""
        return await self._response.read()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """Yield the body as it comes, in pieces of some 500 kB at most: that bounds what one turn can cost.

        What follows a piece is left to gather until the next beat, every ``BEAT_SECONDS``, and comes as one: with
        hundreds of events a second, waking up for each would cost more than the event. All answers keep the same beat,
        so that what the watches of several resources bring is also judged together.
        """
        content = self._response.content
        while chunk := await content.readany():
            yield chunk
            await self._gather()

    async def _gather(self) -> None:
        connection = self._response.connection
        protocol = connection.protocol if connection is not None else None
        if protocol is None:
            return
        protocol.pause_reading()
        try:
            await asyncio.sleep(BEAT_SECONDS - asyncio.get_running_loop().time() % BEAT_SECONDS)
        finally:
            protocol.resume_reading()


class Connection:
    """One session with the API server; use it with ``async with``."""

    def __init__(self, source: AccessSource) -> None:
        self._source = source
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def plain(cls, url: str) -> Self:
        """Return a connection to this base URL that asks for no credentials."""
        return cls(FixedAccess(Access(url.rstrip("/"))))

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_MAX_CONNECTIONS),
            headers=_HEADERS,
            read_bufsize=_READ_BUFFER,
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    @contextlib.asynccontextmanager
    async def get(
        self, path: str, params: Mapping[str, str], *, silence_seconds: float = SILENCE_SECONDS
    ) -> AsyncIterator[Answer]:
        """GET and hand out the answer while its body comes; what fails while it is read is raised in here too.

        Raises:
            ApiError: see error.py; 401 only after the credential was renewed.
            ConfigError: the credential cannot be had.
        """
        request = _Request(path, params, silence_seconds)
        access = await self._source.access()
        with _translated(access.server, silence_seconds):
            response = await self._send(request, access)
            try:
                if response.status == HTTPStatus.UNAUTHORIZED:
                    response = await self._send_renewed(request, access, response)
                await _check(response)
                yield Answer(response)
            finally:
                response.close()

    async def _send(self, request: _Request, access: Access) -> aiohttp.ClientResponse:
        if self._session is None:
            raise RuntimeError("a Connection is used within `async with`")
        return await self._session.get(
            access.server + request.path,
            params=request.params,
            headers=access.headers,
            ssl=access.tls or True,
            server_hostname=access.server_name,
            proxy=access.proxy,
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(connect=CONNECT_SECONDS, sock_read=request.silence_seconds),
        )

    async def _send_renewed(
        self, request: _Request, refused: Access, response: aiohttp.ClientResponse
    ) -> aiohttp.ClientResponse:
        """Send once more with a renewed credential; where there is none, the refusal stands."""
        renewed = await self._source.renew(refused)
        if renewed == refused:
            return response
        response.close()
        return await self._send(request, renewed)


@contextlib.asynccontextmanager
async def connect(options: ClusterOptions) -> AsyncIterator[Connection]:
    """Open a connection to the cluster that the options and the environment point to.

    Raises:
        ConfigError: its configuration or credential cannot be used.
    """
    # The official client takes over a second of CPU to import: whoever reads a dump should not wait for it.
    from .loader import load_credential  # noqa: PLC0415

    credential = load_credential(options, os.environ)
    await credential.access()
    async with Connection(credential) as connection:
        yield connection


async def _check(response: aiohttp.ClientResponse) -> None:
    if response.status != HTTPStatus.OK:
        retry_after = response.headers.get("Retry-After", "")
        raise error_of_answer(response.status, await _start_of_body(response), retry_after=retry_after)
    if response.content_type == "text/html":
        raise BadAnswerError("200 OK with an HTML page (a proxy or a login page?)")


async def _start_of_body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > _MAX_ERROR_BODY:
            break
    return bytes(body)


@contextlib.contextmanager
def _translated(server: str, silence_seconds: float) -> Iterator[None]:
    """Turn what aiohttp and the system raise into errors of ours that name the server."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _translation(error, server, silence_seconds) from error


def _translation(error: Exception, server: str, silence_seconds: float) -> ApiError:
    if isinstance(error, aiohttp.SocketTimeoutError):
        return SilentError(f"{server}: nothing received for {silence_seconds:g} s")
    return UnreachableError(f"{server}: {one_line(_reason(error))}")


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no connection within {CONNECT_SECONDS:g} s"
    if isinstance(error, (aiohttp.ServerDisconnectedError, aiohttp.ClientPayloadError)):
        return "the connection was closed in the middle of an answer"
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"its proxy refused with {error.status}"
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return f"its proxy: {_system_reason(error.os_error)}"
    return _connection_reason(error)


def _connection_reason(error: Exception) -> str:
    certificate = getattr(error, "certificate_error", None)
    if isinstance(certificate, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {certificate.verify_message}"
    if isinstance(error, aiohttp.ClientConnectorError):
        return _system_reason(error.os_error)
    return _system_reason(error) if isinstance(error, OSError) else f"no HTTP ({type(error).__name__})"


def _system_reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "its name cannot be resolved"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed ({error.reason or 'closed'})"
    return os.strerror(error.errno) if error.errno else "the connection failed"
