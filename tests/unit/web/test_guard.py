"""Headers, refusals and odd requests."""

from __future__ import annotations

import pytest

from sample import kubernetes_node, longhorn_node, replica, volume
from shown import BROWSER, exporter_of, site

PAGES = ["/", "/volumes", "/volumes/v", "/nodes", "/nodes/n1"]
DOCUMENTS = ["/api/v1/status", "/api/v1/volumes", "/api/v1/nodes", "/api/v1/openapi.json"]
EVERYTHING = [
    *PAGES,
    *DOCUMENTS,
    "/metrics",
    "/healthz",
    "/readyz",
    "/static/style.css",
    "/static/icon.svg",
    "/nothing",
]
CLUSTER = (volume(), replica(), kubernetes_node(), longhorn_node())


@pytest.mark.parametrize("path", EVERYTHING)
async def test_every_answer_carries_the_headers(path: str) -> None:
    """Scripts, frames, foreign content and guessed types are forbidden to the browser, whatever is answered."""
    async with site(exporter_of(*CLUSTER)) as served, served.answer(path) as response:
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'")
        assert "frame-ancestors 'none'" in policy
        assert "script" not in policy
        assert "unsafe" not in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Server"] == "longhorn-cr-exporter"


@pytest.mark.parametrize("path", PAGES)
async def test_pages_bring_no_script_and_no_style_of_their_own(path: str) -> None:
    """What the policy forbids is not there either."""
    async with site(exporter_of(*CLUSTER)) as served:
        page = await served.page(path)
    assert not {"script", "style"} & {element.tag for element in page.elements()}
    assert not any("style" in element.attrib for element in page.elements())


@pytest.mark.parametrize("path", EVERYTHING)
async def test_head_is_get_without_the_body(path: str) -> None:
    """Same status, same length, no content."""
    async with site(exporter_of(*CLUSTER)) as served:
        async with served.answer(path) as got:
            length, status = len(await got.read()), got.status
        async with served.answer(path, "HEAD") as response:
            assert response.status == status
            assert await response.read() == b""
            if path != "/metrics":  # the exporter's own numbers move between two scrapes
                assert int(response.headers["Content-Length"]) == length


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/volumes/v", "/api/v1/status", "/metrics"])
async def test_nothing_can_be_written(method: str, path: str) -> None:
    """Other methods are refused, with those that are allowed."""
    async with site(exporter_of(*CLUSTER)) as served, served.answer(path, method) as response:
        assert response.status == 405
        assert response.headers["Allow"] == "GET,HEAD"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/volumes/%3Cscript%3Ealert(1)%3C%2Fscript%3E", id="markup"),
        pytest.param("/volumes/%00%1b", id="control"),
        pytest.param("/volumes/%ff%fe", id="no UTF-8"),
        pytest.param("/volumes/%E2%80%AE", id="bidi"),
        pytest.param("/volumes/..%2f..%2fetc%2fpasswd", id="path"),
        pytest.param("/volumes/%7Bname%7D", id="braces"),
        pytest.param("/volumes/" + "x" * 4000, id="long"),
        pytest.param("/nodes/a%20b%3Fc%23d", id="reserved"),
        pytest.param("/%3Cscript%3E", id="nowhere"),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/api/v1"])
async def test_a_refusal_repeats_nothing(path: str, prefix: str) -> None:
    """404 as a page, as text or as JSON, never with what was asked for."""
    async with site(exporter_of(*CLUSTER)) as served:
        for headers in (BROWSER, {"Accept": "*/*"}):
            async with served.answer(prefix + path, headers=headers) as response:
                body = await response.text()
                assert response.status == 404
                assert "script" not in body.replace("description", "")
                assert "passwd" not in body
                assert "xxxx" not in body
        if prefix:
            assert "error" in await served.json(prefix + path, status=404)
        else:
            await served.page(path, status=404)


@pytest.mark.parametrize(
    "query", ["x=1", "refresh=abc", "page=-1", "page=99999", "page=zz", "stage=zz", "q=", "%ff=%ff"]
)
async def test_unknown_parameters_do_no_harm(query: str) -> None:
    """A page is drawn as if they were not there."""
    async with site(exporter_of(*CLUSTER)) as served:
        for path in PAGES:
            assert (await served.page(f"{path}?{query}")).all(".//h1")


async def test_an_object_with_an_odd_name_has_its_page() -> None:
    """A name is quoted in links and found again, whatever characters it has."""
    name = "a b/c?d#e%41&f"
    async with site(exporter_of(volume(name))) as served:
        link = next(link for link in (await served.page("/volumes")).links() if link.startswith("./volumes/"))
        page = await served.page(f"/{link[2:]}")
        assert name in page.words(".//h1")
        assert "./" not in {href[:2] for href in page.links()}


async def test_a_defect_is_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """500 without a traceback for the reader; the log has it."""
    exporter = exporter_of(*CLUSTER)
    exporter.contacts.clear()
    del exporter.contacts
    async with site(exporter) as served:
        text = await served.text("/", status=500)
    assert text == "500: Something is wrong in this program.\n"
    assert "Internal error" in caplog.text


async def test_static_files_are_kept_by_browsers() -> None:
    """They carry a tag, and one that is known is not sent again."""
    async with site(exporter_of()) as served:
        async with served.answer("/static/style.css") as response:
            assert response.content_type == "text/css"
            tag = response.headers["ETag"]
        async with served.answer("/static/style.css", headers={"If-None-Match": tag}) as response:
            assert response.status == 304
            assert await response.read() == b""
        async with served.answer("/static/app.py") as response:
            assert response.status == 404
