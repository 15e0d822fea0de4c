"""The dashboards as pages: drawn in the browser by Grafana's published components, from a Prometheus.

dashboards/view is the page; it asks Prometheus through this server, as no other origin may ask it.
"""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import aiohttp
import msgspec
from aiohttp import web

from longhorn_cr_exporter.error import ConfigError
from longhorn_cr_exporter.web.server import Address

from .place import DASHBOARDS, RUNBOOKS, VIEW
from .server import ANY_ADDRESS, answering

RUNBOOK_LINKS: Final = "/runbooks/"
"""What links to this server's runbooks begin with."""

_ASKED: Final = "/prometheus"


class Settings(msgspec.Struct, frozen=True, rename="camel"):
    """What the page cannot know: which dashboard comes first, and how often Prometheus scrapes.

    ``from_`` (``now-5m``) and ``refresh`` (``5s``) hold until something else is chosen; "" leaves it to the dashboard.
    """

    home: str = "longhorn-rolling-update"
    scrape_interval: str = "15s"
    from_: str = msgspec.field(default="", name="from")
    refresh: str = ""


RECORDED: Final = Settings()


def view() -> Path:
    """Return the folder with the built page: built the first time, which is said on standard error.

    Raises:
        ConfigError: it cannot be built; why has been said on standard error.
    """
    built = subprocess.run([VIEW], stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  # this repository's
    if built.returncode != 0:
        raise ConfigError("cannot build the page that draws dashboards; the reason is above")
    return Path(built.stdout.strip())


@asynccontextmanager
async def drawing(
    page: Path,
    prometheus: str,
    *,
    dashboards: Path = DASHBOARDS,
    address: Address = ANY_ADDRESS,
    settings: Settings = RECORDED,
) -> AsyncIterator[str]:
    """Serve the dashboards of a folder while the context lasts; ``prometheus`` is a URL. Yields the URL to open."""
    async with aiohttp.ClientSession() as session:
        app = _app(page, settings)
        app.router.add_get(_ASKED + "/{path:.+}", _asking(session, prometheus))
        app.router.add_static("/dashboards", dashboards)
        app.router.add_static("/", page)
        async with answering(app, address) as url:
            yield url


def _app(page: Path, settings: Settings) -> web.Application:
    async def index(_: web.Request) -> web.FileResponse:
        return web.FileResponse(page / "index.html")

    async def tell_settings(_: web.Request) -> web.Response:
        return web.Response(body=msgspec.json.encode(settings), content_type="application/json")

    async def runbook(request: web.Request) -> web.Response:
        text = (RUNBOOKS / request.match_info["name"]).read_text()
        return web.Response(text=text, content_type="text/plain")

    app = web.Application()
    app.router.add_get("/", index)
    app.router.add_get("/d/{uid}", index)
    app.router.add_get("/settings.json", tell_settings)
    app.router.add_get(RUNBOOK_LINKS + r"{name:\w+\.md}", runbook)
    return app


def _asking(session: aiohttp.ClientSession, prometheus: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Return what passes a question on to a Prometheus; where that does not answer, it says so in Prometheus' form."""

    async def ask(request: web.Request) -> web.Response:
        try:
            async with session.get(prometheus + request.raw_path.removeprefix(_ASKED)) as answer:
                return web.Response(body=await answer.read(), status=answer.status, content_type=answer.content_type)
        except aiohttp.ClientError as error:
            return web.json_response({"status": "error", "error": str(error)}, status=web.HTTPBadGateway.status_code)

    return ask
