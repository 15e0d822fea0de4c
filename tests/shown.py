"""The status page and API of one exporter, served on port 0 and read as a browser or a script would."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any
from xml.etree.ElementTree import Element

import aiohttp
import html5lib
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from judged import BUILD
from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import RESOURCES, Resource
from longhorn_cr_exporter.web.app import create_app
from recorded import recording
from sample import NOW, resource_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Moving:
    """A clock that is set by hand."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the moment."""
        return self.now


def unread_exporter(now: float = NOW) -> Exporter:
    """Return an exporter that has read nothing yet."""
    return Exporter(clock=Moving(now), monotonic=lambda: 0.0, build=BUILD)


def read(exporter: Exporter, *objects: Object, unreadable: Iterable[Resource] = (), now: float = NOW) -> Exporter:
    """Have the exporter read every resource and judge what is in it; ``unreadable`` ones are forbidden."""
    forbidden = set(unreadable)
    for resource in RESOURCES:
        contact = exporter.contacts[resource.name]
        contact.settled = True
        if resource in forbidden:
            contact.problem = "403 Forbidden: no right to list"
        else:
            contact.up, contact.last_sync, contact.last_event = True, now, now
            exporter.replace(resource, [obj for obj in objects if resource_of(obj) is resource], now)
    return judge(exporter)


def judge(exporter: Exporter) -> Exporter:
    """Have the exporter judge all that it was given."""
    while not exporter.advance(1000):
        pass
    return exporter


def exporter_of(*objects: Object, unreadable: Iterable[Resource] = (), now: float = NOW) -> Exporter:
    """Return an exporter that has read and judged these objects."""
    return read(unread_exporter(now), *objects, unreadable=unreadable, now=now)


def exporter_at(run: str, moment: float) -> Exporter:
    """Return an exporter that has followed a recording up to a moment."""
    events = [event for event in recording(run).events if event.clock <= moment]
    clock = Moving(events[0].clock)
    exporter = read(Exporter(clock=clock, monotonic=lambda: 0.0, build=BUILD), now=clock.now)
    for second, group in groupby(events, key=lambda event: event.clock):
        clock.now = second
        for event in group:
            act = exporter.remove if event.type == "DELETED" else exporter.put
            act(event.resource, decode_object(event.resource, event.body), second)
        judge(exporter)
    clock.now = moment
    return judge(exporter)


class Site:
    """Reads one served exporter."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self._client = client

    @asynccontextmanager
    async def answer(
        self, path: str, method: str = "GET", headers: dict[str, str] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Ask as a browser does; ``path`` is sent as it is written."""
        url = URL(path, encoded=True)
        async with self._client.request(method, url, headers=headers or BROWSER, allow_redirects=False) as response:
            yield response

    async def text(self, path: str, status: int = 200) -> str:
        """Return the body of an answer."""
        async with self.answer(path) as response:
            assert response.status == status, (path, response.status)
            return await response.text()

    async def page(self, path: str, status: int = 200) -> Page:
        """Return a page, which must be valid HTML."""
        return Page(await self.text(path, status))

    async def json(self, path: str, status: int = 200) -> Any:  # JSON is what it is
        """Return a JSON answer."""
        async with self.answer(path) as response:
            assert response.status == status, (path, response.status, await response.text())
            assert response.content_type == "application/json"
            return await response.json()


@asynccontextmanager
async def site(exporter: Exporter) -> AsyncIterator[Site]:
    """Serve an exporter while the context lasts."""
    async with TestClient(TestServer(create_app(exporter))) as client:
        yield Site(client)


class Page:
    """A page as a person or a machine reads it. Raises html5lib's ParseError for one that is not valid HTML."""

    def __init__(self, text: str) -> None:
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        self.text = text
        self.root: Element = parser.parse(text)

    def all(self, path: str) -> list[Element]:
        """Return the elements at an ElementPath."""
        return self.root.findall(path)

    def words(self, path: str = ".//body") -> str:
        """Return all text of the elements, white space folded."""
        return " ".join(" ".join(" ".join(element.itertext()) for element in self.all(path)).split())

    def elements(self) -> Iterator[Element]:
        """Return every element."""
        return self.root.iter()

    def links(self) -> list[str]:
        """Return where the page's links lead."""
        return [element.get("href", "") for element in self.all(".//a")]
