"""Typed keys of what the handlers share."""

from __future__ import annotations

from aiohttp import web

from ..exporter import Exporter
from .lookout import Lookout

EXPORTER: web.AppKey[Exporter] = web.AppKey("exporter", Exporter)
LOOKOUT: web.AppKey[Lookout] = web.AppKey("lookout", Lookout)


def current(request: web.Request) -> Exporter:
    """Return the exporter with what it received last judged, so that an answer is as new as the cluster's last word."""
    request.app[LOOKOUT].catch_up()
    return request.app[EXPORTER]
