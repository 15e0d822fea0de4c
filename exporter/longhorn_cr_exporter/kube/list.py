"""Reads one resource whole, page by page."""

from __future__ import annotations

from typing import Final

import msgspec

from ..model.meta import Object
from .connection import SILENCE_SECONDS, Connection
from .decode import ListDecoder, Page, Unreadable
from .error import BadAnswerError, ExpiredError

PAGE_LIMIT: Final = 500


class Listing(msgspec.Struct):
    """Everything there was at ``resource_version``."""

    objects: list[Object]
    unreadable: list[Unreadable]
    resource_version: str


async def list_whole(
    connection: Connection,
    path: str,
    decoder: ListDecoder,
    *,
    limit: int = PAGE_LIMIT,
    silence_seconds: float = SILENCE_SECONDS,
) -> Listing:
    """Return the collection at ``path`` as it was at one moment.

    No resourceVersion is asked for: the server then answers with its newest state. "0" would let it answer from a cache
    that may be behind what was seen already, so that a relist could go back in time, and many releases ignore the limit
    with it. Where the continue token expires on the way (410), the list is begun anew, once; the token offered in its
    stead would stitch together two moments.

    Raises:
        ApiError: the list could not be had; ExpiredError when it expired twice.
    """
    try:
        return await _pages(connection, path, decoder, limit, silence_seconds)
    except ExpiredError:
        return await _pages(connection, path, decoder, limit, silence_seconds)


async def _pages(
    connection: Connection, path: str, decoder: ListDecoder, limit: int, silence_seconds: float
) -> Listing:
    params = {"limit": str(limit)}
    page = await _page(connection, path, decoder, params, silence_seconds)
    listing = Listing(page.objects, page.unreadable, page.resource_version)
    while page.continue_token:
        if page.continue_token == params.get("continue"):
            raise BadAnswerError(f"{path}: the same continue token twice")
        params["continue"] = page.continue_token
        page = await _page(connection, path, decoder, params, silence_seconds)
        listing.objects += page.objects
        listing.unreadable += page.unreadable
    return listing


async def _page(
    connection: Connection, path: str, decoder: ListDecoder, params: dict[str, str], silence_seconds: float
) -> Page:
    async with connection.get(path, params, silence_seconds=silence_seconds) as answer:
        return decoder.decode(await answer.read())
