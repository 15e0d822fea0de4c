"""The dashboards as pages on loopback: drawn in the browser by Grafana's published components, from a Prometheus.

dashboards/view is the page; it asks Prometheus through this server, as no other origin may ask it.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
from aiohttp import web

from .place import DASHBOARDS, VIEW

_SETTINGS: Final = json.dumps({"home": "longhorn-rolling-update", "scrapeInterval": "15s"})
"""What the page cannot know: which dashboard comes first, and how often Prometheus has scraped."""
_ASKED: Final = "/prometheus"


def view() -> Path:
    """Return the folder with the built page: built the first time, which is said on standard error."""
    built = subprocess.run([VIEW], check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603  # this repository's
    return Path(built.stdout.strip())


@asynccontextmanager
async def drawing(page: Path, prometheus: str, *, dashboards: Path = DASHBOARDS) -> AsyncIterator[str]:
    """Serve the dashboards of a folder while the context lasts; ``prometheus`` is a URL. Yields the URL to open."""
    async with aiohttp.ClientSession() as session:
        app = _app(page, dashboards, session, prometheus)
        runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


def _app(page: Path, dashboards: Path, session: aiohttp.ClientSession, prometheus: str) -> web.Application:
    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(page / "index.html")

    async def tell_settings(_: web.Request) -> web.Response:
        return web.Response(text=_SETTINGS, content_type="application/json")

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
