"""``/metrics``."""

from __future__ import annotations

from aiohttp import web

from ..metrics.negotiate import accepts_gzip, negotiate_format
from .key import EXPORTER


async def metrics(request: web.Request) -> web.StreamResponse:
    """Answer a scrape in the format and encoding asked for; ``name[]`` narrows it to some families."""
    scrape = await request.app[EXPORTER].scrape(
        format_=negotiate_format(request.headers.get("Accept", "")),
        gzip=accepts_gzip(request.headers.get("Accept-Encoding", "")),
        names=request.query.getall("name[]", ()),
    )
    response = web.StreamResponse(headers={"Content-Type": scrape.content_type, "Vary": "Accept, Accept-Encoding"})
    if scrape.encoding:
        response.headers["Content-Encoding"] = scrape.encoding
    response.content_length = scrape.size
    await response.prepare(request)
    if request.method != "HEAD":
        for piece in scrape.pieces():
            await response.write(piece)
    await response.write_eof()
    return response
