"""Typed keys of what the handlers share."""

from __future__ import annotations

from aiohttp import web

from ..exporter import Exporter

EXPORTER: web.AppKey[Exporter] = web.AppKey("exporter", Exporter)
