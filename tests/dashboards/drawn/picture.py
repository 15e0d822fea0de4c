"""A dashboard as a browser draws it, with Grafana's own components: what is wrong with it, and its picture."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import urlencode

from playwright.async_api import Browser, Page

from browser.seen import IMAGES, WIDE
from dashboards.board import RENDERED
from longhorn_cr_exporter.model.time import parse_time
from stack.drawing import drawing

Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
_HEIGHT: Final = 900
_DRAWN: Final = "body[data-drawn]"

_PANELS: Final = """[...document.querySelectorAll('[data-panel]')].map(panel => ({
    title: panel.dataset.panel, state: panel.dataset.state, error: panel.dataset.error ?? ''}))"""

# Cells and legends whose text is wider than they are; what a cell shows ends in a link or a text.
_CUT: Final = """[...document.querySelectorAll('[role=gridcell], [role=columnheader], [data-panel] h2')]
    .filter(cell => [cell, ...cell.querySelectorAll('*')].some(each =>
        each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0
        && getComputedStyle(each).overflowX !== 'visible'))
    .map(cell => `${cell.closest('[data-panel]').dataset.panel}: ${cell.innerText}`)"""

# Tables whose last columns are to be scrolled to.
_SCROLLED: Final = """[...document.querySelectorAll('[data-type=table]')]
    .filter(table => [...table.querySelectorAll('*')].some(each =>
        each.scrollWidth > each.clientWidth + 1 && ['auto', 'scroll'].includes(getComputedStyle(each).overflowX)))
    .map(table => `${table.dataset.panel}: its last columns`)"""

# Labels of timelines that begin left of their panel.
_LABELS: Final = """[...document.querySelectorAll('[data-label]')]
    .filter(label => label.getBoundingClientRect().left < label.closest('svg').getBoundingClientRect().left - 1)
    .map(label => `${label.closest('[data-panel]').dataset.panel}: ${label.textContent}`)"""


class Scene(NamedTuple):
    """A moment of a recording, and what is chosen at the top."""

    name: str
    recording: str
    clock: str
    volume: str
    node: str
    seconds: float = 3600.0
    """How much of what came before is shown."""

    @property
    def at(self) -> float:
        """The moment, Unix seconds."""
        return parse_time(f"2026-03-02T{self.clock}Z") or 0.0

    def address(self, dashboard: str) -> str:
        """Return the path of a dashboard that shows the time up to the moment."""
        start, end = (f"{moment * 1000:.0f}" for moment in (self.at - self.seconds, self.at))
        chosen = {"var-volume": self.volume, "var-node": self.node}
        return f"/d/{dashboard}?{urlencode({'from': start, 'to': end, **chosen})}"


class Easel(NamedTuple):
    """What a picture is made with: the browser, and the folder with the built page."""

    browser: Browser
    page: Path


class Picture:
    """A dashboard that has been drawn; ``trouble`` is what the browser complained of."""

    def __init__(self, page: Page, trouble: list[str]) -> None:
        self._page = page
        self._trouble = trouble

    async def problems(self, may_be_empty: frozenset[str]) -> list[str]:
        """Return what a person could not read: errors, panels without data, texts cut off, a page that is too wide."""
        panels: list[Mapping[str, str]] = await self._page.evaluate(_PANELS)
        failed = [f"{panel['title']}: {panel['error']}" for panel in panels if panel["state"] == "error"]
        empty = [f"{panel['title']}: no data" for panel in panels if panel["state"] == "empty"]
        wide: list[str] = await self._page.evaluate(
            "document.documentElement.scrollWidth > innerWidth ? ['the page is too wide'] : []"
        )
        excused = {f"{title}: no data" for title in may_be_empty}
        return [*self._trouble, *failed, *(each for each in empty if each not in excused), *await self._cut(), *wide]

    async def _cut(self) -> list[str]:
        cut: list[list[str]] = [await self._page.evaluate(script) for script in (_CUT, _SCROLLED, _LABELS)]
        return [f"cut off: {text}" for texts in cut for text in texts]

    async def save(self, name: str, above: str = "") -> None:
        """Keep it as docs/images/<name>.png; only what is above the row of that title, where one is given."""
        path = IMAGES / f"{name}.png"
        if not above:
            await self._page.screenshot(path=path, full_page=True)
            return
        box = await self._page.get_by_role("heading", name=above, exact=True).bounding_box()
        assert box is not None, above
        await self._page.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDE, "height": box["y"]})


@asynccontextmanager
async def drawn(
    easel: Easel,
    prometheus: str,
    path: str,
    *,
    theme: Theme = "light",
    dashboards: Path = RENDERED,
) -> AsyncIterator[Picture]:
    """Draw the dashboard at a path of the page, as tall as it is, so that nothing waits to be scrolled to."""
    async with drawing(easel.page, prometheus, dashboards=dashboards) as url:
        context = await easel.browser.new_context(
            viewport={"width": WIDE, "height": _HEIGHT}, color_scheme=theme, timezone_id="UTC", reduced_motion="reduce"
        )
        try:
            tab = await context.new_page()
            trouble = _listen(tab, url)
            await tab.goto(url + path)
            await tab.wait_for_selector(_DRAWN, state="attached")
            height = await tab.evaluate("document.documentElement.scrollHeight")
            await tab.set_viewport_size({"width": WIDE, "height": height})
            await tab.wait_for_function(
                "[...document.querySelectorAll('[data-type=table][data-state=data]')]"
                ".every(table => table.querySelector('[role=gridcell]'))"
            )
            yield Picture(tab, trouble)
        finally:
            await context.close()


def _listen(tab: Page, url: str) -> list[str]:
    """Gather console messages, errors, and requests that leave the host."""
    trouble: list[str] = []
    tab.on("console", lambda message: trouble.append(f"console: {message.text}") if message.type == "error" else None)
    tab.on("pageerror", lambda error: trouble.append(f"error: {error.message}"))
    tab.on(
        "request", lambda asked: None if asked.url.startswith((url, "data:", "blob:")) else trouble.append(asked.url)
    )
    return trouble
