"""The dashboards as pages on loopback: drawn in the browser by Grafana's published components, from a Prometheus.

tests/dashboards/view is the page; it asks Prometheus through this server, as no other origin may ask it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import aiohttp
from aiohttp import web

from longhorn_cr_exporter.error import ConfigError
from longhorn_cr_exporter.web.server import Address

from .place import DASHBOARDS, VIEW

HOME: Final = "longhorn-rolling-update"
_ASKED: Final = "/prometheus"


class Settings(NamedTuple):
    """What the page cannot know: how often Prometheus scrapes, and what to show where its address does not say."""

    scrape_interval: str
    since: str | None = None
    refresh: str | None = None

    def body(self) -> str:
        """Return them as the page reads them."""
        told = {"home": HOME, "scrapeInterval": self.scrape_interval, "from": self.since, "refresh": self.refresh}
        return json.dumps({key: value for key, value in told.items() if value is not None})


def view() -> Path:
    """Return the folder with the built page: built the first time, which is said on standard error.

    Raises:
        ConfigError: it cannot be built; why has been said on standard error.
    """
    built = subprocess.run([VIEW], stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  # this repository's
    if built.returncode != 0:
        raise ConfigError("cannot build the page that draws the dashboards; the reason is above")
    return Path(built.stdout.strip())


@asynccontextmanager
async def drawing(
    page: Path,
    prometheus: str,
    settings: Settings,
    *,
    address: Address = Address("127.0.0.1", 0),  # noqa: B008  # immutable
    dashboards: Path = DASHBOARDS,
) -> AsyncIterator[str]:
    """Serve the dashboards of a folder while the context lasts; ``prometheus`` is a URL. Yields the URL to open."""
    async with aiohttp.ClientSession() as session:
        runner = web.AppRunner(
            _app(page, dashboards, settings, session, prometheus),
            access_log=None,
            handle_signals=False,
            shutdown_timeout=0,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, *address).start()
            yield f"http://{Address(*runner.addresses[0][:2])}"
        finally:
            await runner.cleanup()


def _app(
    page: Path, dashboards: Path, settings: Settings, session: aiohttp.ClientSession, prometheus: str
) -> web.Application:
    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(page / "index.html")

    async def tell_settings(_: web.Request) -> web.Response:
        return web.Response(text=settings.body(), content_type="application/json")

    async def ask(request: web.Request) -> web.Response:
        url = prometheus + request.raw_path.removeprefix(_ASKED)
        async with session.get(url) as answer:
            return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)

    app = web.Application()
    app.router.add_get("/", index)
    app.router.add_get("/d/{uid}", index)
    app.router.add_get("/settings.json", tell_settings)
    app.router.add_get(_ASKED + "/{path:.+}", ask)
    app.router.add_static("/dashboards", dashboards)
    app.router.add_static("/", page)
    return app
