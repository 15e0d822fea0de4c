"""Between an exporter that follows a recording and Prometheus: the same page, its times told on Prometheus' clock.

Rules and dashboards reckon ages as ``time() - …_timestamp_seconds``, and Prometheus knows one clock, the real one. Here
each such time lies as far from now as it lay from the recording's moment when the page was asked for. What the exporter
says of its contact with the API server passes in real seconds, however fast the recording is played.
"""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

import aiohttp
from aiohttp import web

from longhorn_cr_exporter.metrics.text import encode, number
from longhorn_cr_exporter.replay.clock import Clock

from .server import answering

_SAMPLE: Final = re.compile(rb"^(\w+_timestamp_seconds)((?:\{.*\})?) (\S+)$", re.MULTILINE)
_OWN: Final = b"longhorn_cr_exporter_"
_PATH: Final = "/metrics"


class Moment(NamedTuple):
    """The same moment on both clocks, Unix seconds, and how many recorded seconds pass in a real one."""

    recorded: float
    real: float
    speed: float

    def told(self, page: bytes) -> bytes:
        """Return a page of metrics, in either format, with its times on the real clock."""
        return _SAMPLE.sub(self._told, page)

    def _told(self, sample: re.Match[bytes]) -> bytes:
        name, labels, value = sample.groups()
        age = self.recorded - float(value)
        real_age = age / self.speed if name.startswith(_OWN) else age
        return b"%s%s %s" % (name, labels, encode(number(self.real - real_age)))


@asynccontextmanager
async def relaying(exporter: str, clock: Clock, *, real: Callable[[], float] = time.time) -> AsyncIterator[str]:
    """Be the proxy through which the exporter at a URL is scraped while the context lasts; yields the proxy's URL."""

    async def scrape(request: web.Request) -> web.Response:
        moment = Moment(clock.now(), real(), clock.speed)
        accept = request.headers.get("Accept", "")
        try:
            async with session.get(exporter + _PATH, headers={"Accept": accept}, raise_for_status=True) as answer:
                page = moment.told(await answer.read())
                return web.Response(body=page, headers={"Content-Type": answer.headers["Content-Type"]})
        except aiohttp.ClientError as error:
            raise web.HTTPBadGateway(text=str(error)) from error

    app = web.Application()
    app.router.add_get(_PATH, scrape)
    async with aiohttp.ClientSession() as session, answering(app) as url:
        yield url
