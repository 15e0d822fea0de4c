"""Who is told: a webhook on loopback that takes Alertmanager's notifications."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Literal

import msgspec
from aiohttp import web

from .server import answering

Status = Literal["firing", "resolved"]


class Alert(msgspec.Struct, frozen=True, rename="camel"):
    """An alert of a notification."""

    status: Status
    labels: dict[str, str]
    annotations: dict[str, str]
    starts_at: datetime


class Notification(msgspec.Struct, frozen=True, rename="camel"):
    """What a receiver of Alertmanager's configuration is told: some of a group of alerts fire, or all of it is over."""

    receiver: str
    status: Status
    alerts: tuple[Alert, ...]


Listener = Callable[[Notification], None]
_decoder = msgspec.json.Decoder(Notification)


@asynccontextmanager
async def receiving(listener: Listener) -> AsyncIterator[str]:
    """Take notifications while the context lasts; yields the URL to send them to."""

    async def take(request: web.Request) -> web.Response:
        listener(_decoder.decode(await request.read()))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    async with answering(app) as url:
        yield url
