"""The answer to LIST: pages of one moment, bound to it by an opaque token."""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from .collection import Collection, ExpiredError, Stored
from .route import Query
from .status import EXPIRED_LIST, bad_request, expired, too_new

_CHUNK_OBJECTS: Final = 64


class _Token(msgspec.Struct):
    """Where a list goes on: after ``start``, as of ``rv``."""

    rv: int
    start: str


class Page(msgspec.Struct):
    """Some objects as of a version; ``token`` and ``remaining`` where more follow."""

    version: int
    objects: Sequence[Stored]
    token: str = ""
    remaining: int | None = None


def list_page(collection: Collection, query: Query, now: int) -> Page:
    """Return the page asked for; ``now`` is the store's version.

    Raises:
        RefusedError: 410 for a token or version that is too old, 400 for what is no token, 504 for a version to come.
    """
    token = _read_token(query.token) if query.token else _Token(_version(query, now), "")
    try:
        objects = collection.snapshot(token.rv)
    except ExpiredError as error:
        raise expired(EXPIRED_LIST if query.token else f"too old resource version: {token.rv}") from error
    selection = query.selection
    if not (selection.whole and selection.namespace is None):
        objects = [stored for stored in objects if selection.has(stored)]
    start = bisect_right(objects, token.start, key=lambda stored: stored.key) if token.start else 0
    return _page(objects, start, query, token.rv)


def _version(query: Query, now: int) -> int:
    asked = query.version or 0
    if asked > now:
        raise too_new(asked, now)
    return asked if query.match == "Exact" else now


def _page(objects: Sequence[Stored], start: int, query: Query, version: int) -> Page:
    end = start + query.limit if query.limit else len(objects)
    if end >= len(objects):
        return Page(version, objects[start:] if start else objects)
    page = objects[start:end]
    remaining = len(objects) - end if query.selection.whole else None
    return Page(version, page, _write_token(_Token(version, page[-1].key)), remaining)


def _write_token(token: _Token) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(token)).decode().rstrip("=")


def _read_token(text: str) -> _Token:
    try:
        padded = text + "=" * (-len(text) % 4)
        return msgspec.json.decode(base64.urlsafe_b64decode(padded), type=_Token)
    except ValueError as error:
        raise bad_request("continue key is not valid") from error


def render_page(collection: Collection, page: Page) -> Iterator[bytes]:
    """Yield the list's JSON in pieces of some objects each, joined from their bytes."""
    resource = collection.resource
    metadata: dict[str, object] = {"resourceVersion": str(page.version)}
    if page.token:
        metadata["continue"] = page.token
    if page.remaining is not None:
        metadata["remainingItemCount"] = page.remaining
    head = {"kind": f"{resource.kind}List", "apiVersion": resource.api_version, "metadata": metadata}
    yield msgspec.json.encode(head)[:-1] + b',"items":['
    for first in range(0, len(page.objects), _CHUNK_OBJECTS):
        chunk = page.objects[first : first + _CHUNK_OBJECTS]
        yield (b"," if first else b"") + b",".join(stored.body for stored in chunk)
    yield b"]}\n"
