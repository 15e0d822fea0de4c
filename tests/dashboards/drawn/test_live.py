"""The demonstration's dashboards in Chromium: they follow what happens, and lead from one to the other."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Locator, Page

from browser.seen import WIDE
from dashboards.drawn.picture import Easel, Picture
from e2e.demonstration import ANY_PORTS, demonstrating
from stack.binary import binaries
from stack.drawing import drawing

pytestmark = pytest.mark.asyncio(loop_scope="session")

_VOLUME: Final = "vol-rwo3"
_BEFORE_THE_DEADLOCK: Final = ("--start=2026-03-02T06:33:30Z", "--speed=20")
_PATIENCE_MILLISECONDS: Final = 120_000
_NOTHING_IS_AN_ANSWER: Final = frozenset({"Oldest wait", "Why it cannot attach"})


async def test_deadlock_is_seen(easel: Easel, tmp_path: Path) -> None:
    """It is shown once it is there, one click leads to the volume, ages grow without a hand, and the end is told."""
    assert all(binary.exists() for binary in binaries())
    async with demonstrating(tmp_path, *ANY_PORTS, *_BEFORE_THE_DEADLOCK) as demonstration:
        await demonstration.prints("Ctrl-C")
        async with _tab(easel) as (tab, trouble):
            await tab.goto(demonstration.links["Dashboards"])
            await _panel(tab, "Which volume first?", "deadlocked").wait_for()
            await _panel(tab, "Volumes at risk, the most urgent first", _VOLUME).wait_for()
            await _panel(tab, "Alerts", "LonghornVolumeDeadlock").wait_for()
            assert await Picture(tab, trouble).problems(_NOTHING_IS_AN_ANSWER) == []
            await tab.get_by_role("link", name=_VOLUME).first.click()
            await _panel(tab, "Stage", "deadlocked").wait_for()
            ages = _panel(tab, "For how long", "engine stopped")
            before = await ages.inner_text()
            await ages.filter(has_not_text=before).wait_for()
            assert await Picture(tab, trouble).problems(_NOTHING_IS_AN_ANSWER) == []
            demonstration.interrupt()
            assert (await demonstration.ends(), demonstration.err) == (0, "")
            await tab.get_by_text("Prometheus does not answer").wait_for()


async def test_prometheus_that_is_away(easel: Easel) -> None:
    """The page says so, and why."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        async with drawing(easel.page, f"http://127.0.0.1:{nobody.getsockname()[1]}") as url, _tab(easel) as (tab, _):
            await tab.goto(url)
            await tab.get_by_text("Prometheus does not answer: Cannot connect to host").wait_for()


def _panel(tab: Page, title: str, text: str) -> Locator:
    return tab.locator(f'[data-panel="{title}"]').filter(has_text=text)


@asynccontextmanager
async def _tab(easel: Easel) -> AsyncIterator[tuple[Page, list[str]]]:
    """Open a tab, and gather what the browser complains of."""
    context = await easel.browser.new_context(viewport={"width": WIDE, "height": 2000}, reduced_motion="reduce")
    context.set_default_timeout(_PATIENCE_MILLISECONDS)
    trouble: list[str] = []
    try:
        tab = await context.new_page()
        tab.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: trouble.append(error.message))
        yield tab, trouble
    finally:
        await context.close()
