"""The web application: which path is answered by what."""

from __future__ import annotations

from aiohttp import web

from ..exporter import Exporter
from . import openapi, page
from .endpoint import ENDPOINTS
from .guard import add_headers, guard
from .health import healthz, readyz
from .key import EXPORTER, LOOKOUT
from .lookout import Lookout
from .render import load_templates
from .scrape import metrics
from .static import add_static


def create_app(exporter: Exporter) -> web.Application:
    """Return the application that shows one exporter."""
    load_templates()
    app = web.Application(middlewares=[guard])
    app[EXPORTER] = exporter
    app[LOOKOUT] = Lookout(exporter)
    app.on_response_prepare.append(add_headers)
    app.router.add_get("/", page.show_overview)
    app.router.add_get("/volumes", page.show_volumes)
    app.router.add_get("/volumes/{name:[^/]+}", page.show_volume)
    app.router.add_get("/nodes", page.show_nodes)
    app.router.add_get("/nodes/{name:[^/]+}", page.show_node)
    for endpoint in ENDPOINTS:
        app.router.add_get(endpoint.path, endpoint.handler)
    app.router.add_get(openapi.PATH, openapi.show_openapi)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    add_static(app)
    return app
