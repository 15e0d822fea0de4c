"""The web application: which path is answered by what."""

from __future__ import annotations

from aiohttp import web

from ..exporter import Exporter
from .health import healthz, readyz
from .key import EXPORTER
from .landing import landing
from .scrape import metrics


def create_app(exporter: Exporter) -> web.Application:
    """Return the application that shows one exporter."""
    app = web.Application()
    app[EXPORTER] = exporter
    app.router.add_get("/", landing)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app
