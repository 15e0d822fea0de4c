"""What every answer carries, and how every refusal looks.

Nothing here runs scripts, may be framed, or loads anything from elsewhere: the headers make a browser hold us to that,
whatever a name or message from the cluster contains. A refusal never repeats what was asked.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final

import msgspec
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from .refusal import Refusal, refusal_page

_logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_API: Final = "/api/"


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Add the headers that every answer carries; what comes from the cluster is never kept by a cache."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    response.headers[hdrs.SERVER] = "longhorn-cr-exporter"


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn refusals and defects into answers: JSON below ``/api/``, a page for a browser, else one line of text."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return _answer(request, refusal)
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        answer = _answer(request, Refusal(error.status, _MESSAGES.get(error.status, error.reason)))
        if allow := error.headers.get(hdrs.ALLOW):
            answer.headers[hdrs.ALLOW] = allow
        return answer
    except Exception:  # the request's task begins here
        _logger.exception("Internal error", extra={"path": request.path})
        return _answer(request, Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "Something is wrong in this program."))


_MESSAGES: Final[dict[int, str]] = {
    HTTPStatus.NOT_FOUND: "There is no such page.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This can only be read: GET and HEAD are answered.",
}


def _answer(request: web.Request, refusal: Refusal) -> web.Response:
    if request.path.startswith(_API):
        body = msgspec.json.encode({"error": refusal.message})
        return web.Response(status=refusal.status, body=body, content_type="application/json")
    if "text/html" in request.headers.get(hdrs.ACCEPT, "") and refusal.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return web.Response(status=refusal.status, text=refusal_page(request, refusal), content_type="text/html")
    return web.Response(status=refusal.status, text=f"{refusal.status}: {refusal.message}\n")
