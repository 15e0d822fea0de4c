"""A server of this program's own, on loopback unless another address is wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from longhorn_cr_exporter.web.server import Address

ANY_ADDRESS: Final = Address("127.0.0.1", 0)


@asynccontextmanager
async def answering(app: web.Application, address: Address = ANY_ADDRESS) -> AsyncIterator[str]:
    """Let an application answer while the context lasts; yields its URL."""
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0)
    await runner.setup()
    try:
        await web.TCPSite(runner, address.host, address.port).start()
        yield f"http://{Address(*runner.addresses[0][:2])}"
    finally:
        await runner.cleanup()
