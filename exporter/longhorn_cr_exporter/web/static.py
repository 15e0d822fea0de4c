"""The files that pages load: a style sheet and an icon. They come with the package and never change while it runs."""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final

from aiohttp import hdrs, web

_TYPES: Final = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
_KEPT_SECONDS: Final = 300


def add_static(app: web.Application) -> None:
    """Add a route for each file."""
    folder = resources.files(__package__) / "static"
    for name, type_ in _TYPES.items():
        app.router.add_get(f"/static/{name}", _File((folder / name).read_bytes(), type_).answer)


class _File:
    def __init__(self, content: bytes, type_: str) -> None:
        self._content = content
        self._type = type_
        self._tag = hashlib.sha256(content).hexdigest()[:16]

    async def answer(self, request: web.Request) -> web.Response:
        """Return the file, or that the browser has it already."""
        headers = {hdrs.CACHE_CONTROL: f"max-age={_KEPT_SECONDS}"}
        known = any(tag.value in {self._tag, "*"} for tag in request.if_none_match or ())
        if known:
            response = web.Response(status=304, headers=headers)
        else:
            response = web.Response(body=self._content, content_type=self._type, charset="utf-8", headers=headers)
        response.etag = self._tag
        return response
