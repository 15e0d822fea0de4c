"""Keeps what the official client's loaders give fresh: their one-time result becomes an access that follows rotation.

A configured credential that cannot be had is an error: never is a request sent anonymously in its stead.
"""

from __future__ import annotations

import asyncio
import binascii
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Final, Protocol

import aiohttp
from kubernetes.aio.client import Configuration
from kubernetes.aio.config import ConfigException

from ..error import ConfigError
from .access import Access, Headers, TLSFiles

RELOAD_SECONDS: Final = 10.0
"""How old an access may be before files are looked at again; requests are minutes apart, so this is nearly each."""

# What the official loaders let through of what their input makes Python raise; here it ends.
_LOADER_ERRORS: Final = (
    ConfigException,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    aiohttp.ClientError,
    TimeoutError,
)


class Source(Protocol):
    """Where a credential comes from.

    ``name`` names it in messages, ``headers`` are added to each request, ``authenticates`` says whether a credential is
    configured, so that its absence is an error.
    """

    name: str
    headers: Headers
    authenticates: bool

    async def load(self, configuration: Configuration) -> None:
        """Fill in what there is now. May raise whatever its input makes Python raise, a ConfigError at best."""

    def forget(self) -> None:
        """Have the next load ask anew: the server refused what there was."""


class Credential:
    """An ``AccessSource`` over a source; ``clock`` gives Unix seconds."""

    def __init__(self, source: Source, *, clock: Callable[[], float] = time.time) -> None:
        self._source = source
        self._clock = clock
        self._lock = asyncio.Lock()
        self._access: Access | None = None
        self._loaded_at = 0.0
        self._tls: tuple[bytes, ssl.SSLContext] | None = None
        self._problem = ""

    async def access(self) -> Access:
        """Return the access as the files and plugins have it now.

        Raises:
            ConfigError: they cannot be used.
        """
        async with self._lock:
            if self._access is None or not self._recent:
                return await self._reload()
            return self._access

    async def renew(self, refused: Access) -> Access:
        """Return an access made anew, once for all whose request was refused with the same one.

        Raises:
            ConfigError: the files or plugins cannot be used.
        """
        async with self._lock:
            if self._access is None or self._access == refused:
                self._source.forget()
                return await self._reload()
            return self._access

    @property
    def _recent(self) -> bool:
        return 0 <= self._clock() - self._loaded_at < RELOAD_SECONDS

    async def _reload(self) -> Access:
        """A failure is kept for a while too: all the watches ask, and a plugin that hangs costs each its time limit."""
        if self._problem and self._recent:
            raise ConfigError(self._problem)
        self._access = None
        try:
            self._access = await self._loaded()
        except ConfigError as error:
            self._problem = str(error)
            raise
        finally:
            self._loaded_at = self._clock()
        self._problem = ""
        return self._access

    async def _loaded(self) -> Access:
        configuration = Configuration()
        try:
            await self._source.load(configuration)
        except _LOADER_ERRORS as error:
            raise ConfigError(f"{self._source.name}: {_loader_reason(error)}") from None
        try:
            return self._access_of(configuration)
        except ConfigError as error:
            raise ConfigError(f"{self._source.name}: {error}") from error

    def _access_of(self, configuration: Configuration) -> Access:
        server = _checked_server(configuration.host)
        secure = server.startswith("https:")
        authorization = _header_value(configuration.api_key.get("BearerToken"))
        if self._source.authenticates and not authorization and not (secure and configuration.cert_file):
            raise ConfigError("its user has credentials, and none of them can be used")
        return Access(
            server,
            tls=self._context(configuration) if secure else None,
            server_name=configuration.tls_server_name if secure else None,
            proxy=_checked_proxy(configuration.proxy or _proxy_of_environment(server)),
            headers=(*self._source.headers, *((("Authorization", authorization),) if authorization else ())),
        )

    def _context(self, configuration: Configuration) -> ssl.SSLContext:
        """The same context while the files hold the same: connections can be used again only within one."""
        files = TLSFiles(
            configuration.ssl_ca_cert, configuration.cert_file, configuration.key_file, verify=configuration.verify_ssl
        )
        fingerprint = files.fingerprint()
        if self._tls is None or self._tls[0] != fingerprint:
            self._tls = (fingerprint, files.context())
        return self._tls[1]


def _header_value(text: str | None) -> str:
    """A token read from a file may end in a newline, which no header may hold."""
    scheme, _, secret = (text or "").partition(" ")
    if not secret.strip():
        return ""
    value = f"{scheme} {secret.strip()}"
    if not value.isprintable():
        raise ConfigError("its token holds characters that no token has")
    return value


def _checked_server(host: str) -> str:
    try:
        parts = urllib.parse.urlsplit(host)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"server {host!r} is no URL of the form https://HOST[:PORT]")
    return host.rstrip("/")


def _checked_proxy(proxy: str | None) -> str | None:
    if proxy and not proxy.startswith(("http://", "https://")):
        raise ConfigError("its proxy is not one for HTTP (http:// or https://)")
    return proxy


def _proxy_of_environment(server: str) -> str | None:
    parts = urllib.parse.urlsplit(server)
    if urllib.request.proxy_bypass(parts.netloc):
        return None
    return urllib.request.getproxies().get(parts.scheme)


def _loader_reason(error: Exception) -> str:
    if isinstance(error, (ConfigException, OSError)):
        return str(error)
    if isinstance(error, binascii.Error):
        return "one of its ...-data values is not base64"
    if isinstance(error, aiohttp.ClientError):
        return "its identity provider cannot be reached"
    return f"not usable ({type(error).__name__})"
