"""A request that cannot be answered, and the page that says so."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web

from .render import render


class Refusal(Exception):  # noqa: N818  # it is an answer, not a failure
    """``status`` is the HTTP status; ``message`` is one sentence for a person, without anything the client sent."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def refusal_page(request: web.Request, refusal: Refusal) -> str:
    """Return the page."""
    title = f"{refusal.status} {HTTPStatus(refusal.status).phrase}"
    return render(request, "refusal.html", title=title, place="", message=refusal.message)


NO_VOLUME: Final = Refusal(HTTPStatus.NOT_FOUND, "There is no volume of this name. It may have been deleted.")
NO_NODE: Final = Refusal(HTTPStatus.NOT_FOUND, "There is no node of this name. It may have been deleted.")
