"""Liveness and readiness.

``/healthz`` says that the process lives, whatever the API server does: a restart would cure nothing and lose what was
seen. ``/readyz`` says that everything that can be read has been read once.
"""

from __future__ import annotations

from aiohttp import web

from .key import EXPORTER


async def healthz(_request: web.Request) -> web.Response:
    """200 while the event loop turns."""
    return web.Response(text="ok\n")


async def readyz(request: web.Request) -> web.Response:
    """200 after the first sync, 503 with what is still missing before it."""
    exporter = request.app[EXPORTER]
    if exporter.ready:
        return web.Response(text="ok\n")
    missing = [name for name, contact in exporter.contacts.items() if not contact.settled]
    text = f"waiting for {', '.join(missing)}\n" if missing else "judging what was read\n"
    return web.Response(status=503, text=text)
