"""Links between pages: relative, so that they hold behind ``kubectl proxy`` or an ingress with a path of its own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from aiohttp import web

from .refresh import REFRESH_SECONDS, refresh_seconds


class Link(str):
    """A link: quoted already, so that nothing in it needs to be made visible, and useless when cut."""

    __slots__ = ()


class Links:
    """Makes the links of one page. The reader's choice of how often it reloads goes along."""

    def __init__(self, request: web.Request) -> None:
        depth = request.rel_url.raw_path.count("/") - 1
        self._root = "/".join([".."] * depth) if depth > 0 else "."
        self._path = request.rel_url.raw_path.lstrip("/")
        self._query = dict(request.query)
        self.refresh = refresh_seconds(request.query.get("refresh"))

    def volume(self, name: str) -> Link:
        """Return the link to a volume's page."""
        return self.to(f"volumes/{_quoted(name)}")

    def node(self, name: str) -> Link:
        """Return the link to a node's page."""
        return self.to(f"nodes/{_quoted(name)}")

    def drain(self, node: str) -> Link:
        """Return the link to everything about a node's drain, as JSON."""
        return self.file(f"api/v1/nodes/{_quoted(node)}/drain")

    def to(self, path: str, **query: str | int) -> Link:
        """Return the link to a page, ``path`` being without its leading slash and quoted; empty values are left out."""
        given: dict[str, str | int] = {key: value for key, value in query.items() if value != ""}
        if self.refresh != REFRESH_SECONDS:
            given.setdefault("refresh", self.refresh)
        return Link(self.file(path) + _encoded(given))

    def file(self, path: str) -> Link:
        """Return the link to what is no page."""
        return Link(f"{self._root}/{path}")

    def again(self, **query: str | int) -> Link:
        """Return the link to this same page with other parameters; what is not named stays."""
        return Link(self.file(self._path) + _encoded({**self._query, **query}))


def _quoted(name: str) -> str:
    return quote(name, safe="", errors="replace")


def _encoded(query: Mapping[str, str | int]) -> str:
    return f"?{urlencode(query, errors='replace')}" if query else ""
