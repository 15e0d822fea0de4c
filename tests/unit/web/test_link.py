"""Links are relative, keep the reader's choice of reloading, and hold below any path."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from aiohttp.test_utils import make_mocked_request

from longhorn_cr_exporter.web.link import Links
from longhorn_cr_exporter.web.refresh import refresh_seconds
from sample import longhorn_node, replica, volume
from shown import exporter_of, site


@pytest.mark.parametrize("path", ["/", "/volumes", "/volumes/v", "/nodes/a%2Fb", "/volumes/v?refresh=0"])
@pytest.mark.parametrize("prefix", ["", "/api/v1/namespaces/longhorn-system/services/exporter:9899/proxy"])
def test_links_hold_below_any_path(path: str, prefix: str) -> None:
    """From every page, also behind kubectl proxy, a link leads to the same page."""
    links = Links(make_mocked_request("GET", path))
    here = f"http://localhost{prefix}{path}"
    query = "?refresh=0" if "refresh" in path else ""
    assert urljoin(here, links.volume("x/y z")) == f"http://localhost{prefix}/volumes/x%2Fy%20z{query}"
    assert urljoin(here, links.node("n1")) == f"http://localhost{prefix}/nodes/n1{query}"
    assert urljoin(here, links.file("static/style.css")) == f"http://localhost{prefix}/static/style.css"
    assert urljoin(here, links.again(refresh=30)) == here.split("?", maxsplit=1)[0] + "?refresh=30"


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        pytest.param(None, 15, id="not said"),
        pytest.param("0", 0, id="never"),
        pytest.param("60", 60, id="said"),
        pytest.param("1", 5, id="too often"),
        pytest.param("9999", 3600, id="too seldom"),
        pytest.param("99999", 15, id="too long a number"),
        pytest.param("-1", 15, id="negative"),
        pytest.param("1e3", 15, id="no number"),
        pytest.param("", 15, id="empty"),
    ],
)
def test_how_often_a_page_reloads(asked: str | None, seconds: int) -> None:
    """What makes no sense is passed over."""
    assert refresh_seconds(asked) == seconds


@pytest.mark.parametrize("path", ["/", "/volumes", "/volumes/v", "/nodes", "/nodes/n1"])
async def test_every_page_reloads_until_it_is_paused(path: str) -> None:
    """By a header, so that no script is needed; a link on the page stops it and starts it again."""
    async with site(exporter_of(volume(), replica(), longhorn_node())) as served:
        async with served.answer(path) as response:
            assert response.headers["Refresh"] == "15"
        (pause,) = [link for link in (await served.page(path)).links() if link.endswith("refresh=0")]
        paused = urljoin(path, pause)
        async with served.answer(paused) as response:
            assert "Refresh" not in response.headers
        page = await served.page(paused)
        assert "paused" in page.words(".//header")
        assert all("refresh=" in link for link in page.links() if "volumes" in link or "nodes" in link)
        (again,) = [link for link in page.links() if link.endswith("refresh=15")]
        async with served.answer(urljoin(paused, again)) as response:
            assert response.headers["Refresh"] == "15"
