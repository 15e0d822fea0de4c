"""A page in Chromium: what a person sees of it, and everything that must not happen on it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from playwright.async_api import Browser, Page, Request

Scheme = Literal["light", "dark"]
WIDE, NARROW = 1400, 390
_HEIGHT: Final = 900
_HERE: Final = Path(__file__).parent
_AXE: Final = (_HERE / "node_modules" / "axe-core" / "axe.min.js").read_text()
IMAGES: Final = _HERE.parents[1] / "docs" / "images"

_WATCH: Final = """
window.__refused = [];
document.addEventListener('securitypolicyviolation', event => window.__refused.push(event.violatedDirective));
"""


class View(NamedTuple):
    """How a page is looked at."""

    width: int = WIDE
    scheme: Scheme = "light"
    scripts: bool = True


VIEWS: Final = [View(width, scheme) for width in (WIDE, NARROW) for scheme in ("light", "dark")]


class Seen:
    """One page. ``trouble`` gathers dialogs, console messages, errors, and requests that failed or left the host."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.trouble: list[str] = []
        self._url = url
        page.on("dialog", lambda dialog: self.trouble.append(f"dialog {dialog.message}"))
        page.on("console", lambda message: self.trouble.append(f"console {message.text}"))
        page.on("pageerror", lambda error: self.trouble.append(f"error {error.message}"))
        page.on("request", lambda request: self._check_request(request.url))
        page.on("requestfailed", self._check_failure)

    def _check_request(self, url: str) -> None:
        if not url.startswith(self._url):
            self.trouble.append(f"request to {url}")

    def _check_failure(self, request: Request) -> None:
        """Leaving a page gives up what it still loads: its icon comes last."""
        if request.failure != "net::ERR_ABORTED":
            self.trouble.append(f"failed {request.url} {request.failure}")

    async def open(self, path: str) -> None:
        """Open a page of the exporter's; one that does not say how often it reloads does not: that would interfere."""
        paused = "" if "refresh=" in path else f"{'&' if '?' in path else '?'}refresh=0"
        response = await self.page.goto(self._url + path + paused)
        assert response is not None
        assert response.status == 200, path

    async def heading(self) -> str:
        """Return the first heading."""
        text: str = await self.page.locator("h1").inner_text()
        return text

    async def assert_calm(self) -> None:
        """Nothing happened that should not: no dialog, no message, no script, nothing that the policy had to stop."""
        assert self.trouble == [], self.trouble
        assert await self.page.evaluate("window.__refused") == []
        assert await self.page.evaluate("document.scripts.length") == 0
        assert await self.page.evaluate("document.querySelectorAll('[style],style').length") == 0

    async def assert_legible(self) -> None:
        """The page is no wider than the screen, and no text is smaller than 12 px."""
        assert await self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        smallest = """Math.min(...[...document.querySelectorAll('body *')]
            .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
            .map(e => parseFloat(getComputedStyle(e).fontSize)))"""
        assert await self.page.evaluate(smallest) >= 12

    async def assert_accessible(self) -> None:
        """axe-core finds no barrier."""
        await self.page.evaluate(_AXE)
        found: dict[str, Any] = await self.page.evaluate("axe.run(document)")
        barriers = [
            f"{violation['id']}: {node['html'][:120]} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert barriers == [], barriers
        assert len(found["passes"]) > 10  # it did look

    async def picture(self, name: str) -> None:
        """Draw what is on the screen; with UPDATE_IMAGES=1 as docs/images/status-<name>.png."""
        path = IMAGES / f"status-{name}.png" if os.environ.get("UPDATE_IMAGES") == "1" else None
        assert await self.page.screenshot(path=path)


@asynccontextmanager
async def seen(browser: Browser, url: str, view: View = View()) -> AsyncIterator[Seen]:  # noqa: B008  # immutable
    """Look at the pages of an exporter."""
    context = await browser.new_context(
        viewport={"width": view.width, "height": _HEIGHT},
        color_scheme=view.scheme,
        java_script_enabled=view.scripts,
        is_mobile=view.width == NARROW,
    )
    try:
        await context.add_init_script(_WATCH)
        yield Seen(await context.new_page(), url)
    finally:
        await context.close()
