"""The status page as an operator sees it, from a calm cluster into the deadlock."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from browser.played import VOLUME, Played, played
from browser.seen import NARROW, VIEWS, Seen, View, seen

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGES = ["/", "/volumes", f"/volumes/{VOLUME}", "/nodes", "/nodes/n1", "/nodes/n2", "/nodes/n3"]


async def look(browser: Browser, stage: Played) -> None:
    """Look at every page, wide and narrow, light and dark."""
    for view in VIEWS:
        async with seen(browser, stage.url, view) as eye:
            for path in PAGES:
                await eye.open(path)
                await eye.assert_calm()
                await eye.assert_legible()
                await eye.assert_accessible()


async def pictures(browser: Browser, stage: Played, *wanted: tuple[str, str, View]) -> None:
    """Draw pages for the documentation: (name, path, view)."""
    for name, path, view in wanted:
        async with seen(browser, stage.url, view) as eye:
            await eye.open(f"{path}?refresh=15")
            await eye.picture(name)


async def test_a_calm_cluster(browser: Browser) -> None:
    """All is well: the page names the node that may go next."""
    async with played() as stage:
        async with seen(browser, stage.url) as eye:
            await eye.open("/")
            assert await eye.heading() == "Go on: n1 may be drained"
            assert await _first(eye, ".nodes .tag.good") == "next"
        await look(browser, stage)
        await pictures(browser, stage, ("calm", "/", View()))


async def test_an_armed_volume(browser: Browser) -> None:
    """The next detach is for good: the page says wait, and which volume it is."""
    async with played() as stage:
        await stage.to_armed()
        async with seen(browser, stage.url) as eye:
            await eye.open("/")
            assert await eye.heading() == f"Wait: {VOLUME} is armed"
            assert await _first(eye, ".volumes tbody th a") == VOLUME
        await look(browser, stage)
        await pictures(browser, stage, ("armed-dark", "/", View(scheme="dark")), ("node-unsafe", "/nodes/n1", View()))


async def test_a_deadlock(browser: Browser) -> None:
    """A pod waits for ever: the page says stop, what to type, and how it came to this."""
    async with played() as stage:
        await stage.to_armed()
        await stage.to_deadlocked()
        async with seen(browser, stage.url) as eye:
            await eye.open("/")
            assert await eye.heading() == f"Stop: {VOLUME} is deadlocked"
            assert (await _first(eye, ".findings .command")).startswith("kubectl -n longhorn-system patch settings")
            await eye.open(f"/volumes/{VOLUME}")
            steps = await eye.page.locator(".steps time").all_inner_texts()
            assert ["06:11:24" in steps[0], "06:33:5" in steps[1], "06:34:0" in steps[2]] == [True] * 3
        await look(browser, stage)
        await pictures(
            browser,
            stage,
            ("deadlocked", "/", View()),
            ("deadlocked-phone", "/", View(NARROW)),
            ("volume", f"/volumes/{VOLUME}", View()),
        )


async def _first(eye: Seen, selector: str) -> str:
    text: str = await eye.page.locator(selector).first.inner_text()
    return text


async def test_an_operator_without_scripts_finds_the_way(browser: Browser) -> None:
    """With scripts switched off: from the overview to the volume, its node, and back; a search finds a volume."""
    async with played() as stage:
        await stage.to_armed()
        async with seen(browser, stage.url, View(scripts=False)) as eye:
            await eye.open("/")
            await eye.page.get_by_role("link", name=VOLUME).first.click()
            await expect(eye.page.locator("h1")).to_contain_text(VOLUME)
            await eye.page.get_by_role("link", name="n1").first.click()
            await expect(eye.page.locator("h1")).to_contain_text("unsafe")
            await eye.page.get_by_role("link", name="Volumes").click()
            await eye.page.get_by_label("Name, claim, workload or node").fill("idle")
            await eye.page.get_by_role("button", name="Show").click()
            await expect(eye.page.locator("tbody th a")).to_have_text(["vol-idle3"])
            await eye.page.get_by_role("link", name="Overview").click()
            await expect(eye.page.locator("h1")).to_contain_text("armed")
            assert eye.trouble == []


async def test_an_open_page_follows_the_cluster(browser: Browser) -> None:
    """It reloads by itself, without a script, until it is paused."""
    async with played() as stage, seen(browser, stage.url, View(scripts=False)) as eye:
        await eye.open("/?refresh=5")
        await expect(eye.page.locator("h1")).to_contain_text("may be drained")
        await stage.to_armed()
        await expect(eye.page.locator("h1")).to_contain_text("armed", timeout=20_000)
        await eye.page.get_by_role("link", name="pause").click()
        await expect(eye.page.locator("header")).to_contain_text("paused")


async def test_the_keyboard_suffices(browser: Browser) -> None:
    """The first stop leads past the navigation; what has the focus can be seen."""
    async with played() as stage, seen(browser, stage.url) as eye:
        await eye.open("/")
        await eye.page.keyboard.press("Tab")
        skip = eye.page.get_by_role("link", name="Skip to the content")
        await expect(skip).to_be_focused()
        await expect(skip).to_be_in_viewport()
        await eye.page.keyboard.press("Tab")
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert await eye.page.evaluate(outline) == "solid"
