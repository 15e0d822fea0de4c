"""Names and messages from the cluster that would run, if they could."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from browser.played import served
from browser.seen import VIEWS, seen
from longhorn_cr_exporter.model.meta import Object
from sample import condition, kubernetes_node, longhorn_node, replica, volume
from shown import exporter_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</title><script src=//evil.example/x.js></script>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'>",
    "<style>@import '//evil.example/x.css'</style><link rel=stylesheet href=//evil.example/x.css>",
    "<form action=//evil.example><button>Go on</button></form>",
    "\u202e<script>alert(1)</script>\u2066",
    "javascript:alert(1)",
]


def attacked_cluster() -> list[Object]:
    """Return volumes and nodes whose every text is an attack."""
    objects: list[Object] = []
    for number, attack in enumerate(ATTACKS):
        name = f"v{number}"
        conditions = [{**condition("Scheduled", "False", reason=attack), "message": attack}]
        claim = {"pvcName": attack, "namespace": attack, "workloadsStatus": [{"workloadName": attack}]}
        objects += [
            volume(name, status={"conditions": conditions, "kubernetesStatus": claim}),
            volume(attack),
            replica(f"{attack}-r", of=name, node=attack),
            kubernetes_node(attack),
            longhorn_node(attack, status={"conditions": [condition("Ready", "False", reason=attack)]}),
        ]
    return objects


async def test_attacks_are_text(browser: Browser) -> None:
    """On every page nothing runs, nothing is loaded, nothing is asked; and the message can be read as it is."""
    async with served(exporter_of(*attacked_cluster())) as url, seen(browser, url, VIEWS[0]) as eye:
        for path in ("/", "/volumes", "/nodes", "/volumes?q=<script>alert(1)</script>"):
            await eye.open(path)
            await eye.assert_calm()
        await eye.open("/volumes")
        links = await eye.page.locator("tbody th a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        assert len(links) == 2 * len(ATTACKS)
        for link in links:
            await eye.open(f"/{link.removeprefix('./')}")
            await eye.assert_calm()
        await eye.open("/volumes/v0")
        assert ATTACKS[0] in await eye.page.locator("body").inner_text()


async def test_the_policy_would_stop_what_came_through(browser: Browser) -> None:
    """A second wall: a script, a style and a picture that are put into the page are refused by the browser."""
    async with served(exporter_of()) as url, seen(browser, url) as eye:
        await eye.open("/")
        await eye.page.evaluate(
            """() => {
                const script = document.createElement('script');
                script.textContent = "window.__ran = true";
                const style = document.createElement('style');
                style.textContent = "body { display: none }";
                const image = document.createElement('img');
                image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
                document.body.append(script, style, image);
            }"""
        )
        await eye.page.wait_for_function("window.__refused.length >= 3")
        assert await eye.page.evaluate("window.__ran") is None
        assert await eye.page.evaluate("getComputedStyle(document.body).display") == "block"


async def test_a_page_is_never_framed(browser: Browser) -> None:
    """Another site cannot show it as its own."""
    async with served(exporter_of()) as url, seen(browser, url) as eye:
        await eye.open("/healthz")
        page = await browser.new_page()
        await page.set_content(f"<iframe src='{url}/'></iframe>")
        await page.wait_for_load_state()
        frames = [frame.url for frame in page.frames if frame is not page.main_frame]
        assert frames == ["chrome-error://chromewebdata/"]
        await page.close()
