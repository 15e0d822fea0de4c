"""Listening, and stopping without cutting off a scrape."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from aiohttp import web

from ..error import ConfigError, InputError
from ..exporter import Exporter
from .app import create_app

_GRACE_SECONDS = 1.75  # aiohttp grants it to running scrapes twice over; Kubernetes and the README promise 5 s in all
_HIGHEST_PORT = 65535


class Address(NamedTuple):
    """Where to listen; host "" is every address."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """Read ``HOST:PORT``, ``:PORT`` or ``[IPv6]:PORT``; raises InputError."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > _HIGHEST_PORT:
        raise InputError(f"cannot listen on {text!r}: want HOST:PORT, as in 127.0.0.1:9899 or :9899")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        raise InputError(f"cannot listen on {text!r}: an IPv6 address stands in brackets, as in [::1]:9899")
    return Address(host, int(port))


@asynccontextmanager
async def serving(exporter: Exporter, address: Address) -> AsyncIterator[str]:
    """Serve the exporter's pages while the context lasts; yields the URL to open. Raises ConfigError.

    On leaving, nothing new is accepted and what runs may finish within a few seconds.
    """
    runner = web.AppRunner(create_app(exporter), access_log=None, handle_signals=False, shutdown_timeout=_GRACE_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, address.host or None, address.port)
        try:
            await site.start()
        except OSError as error:
            raise ConfigError(f"cannot listen on {address}: {error.strerror or error}") from error
        host, port = runner.addresses[0][:2]
        yield f"http://{Address(_open_at(address.host or host), port)}"
    finally:
        await runner.cleanup()


def _open_at(host: str) -> str:
    """Return an address that a browser can open: a wildcard is not one."""
    return "localhost" if host in {"", "0.0.0.0", "::"} else host  # noqa: S104  # compared, not listened on
