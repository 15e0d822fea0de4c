"""Names and messages from the cluster are text, whatever they hold."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.web.render import visible
from sample import condition, csi_attachment, engine, kubernetes_node, longhorn_node, replica, setting, volume
from shown import Page, exporter_of, site

SCRIPT = "<script>alert(1)</script>"
QUOTES = "\"' onmouseover=alert(1) x='\""
BIDI = "abc\u202etxt.exe\u2066"
BROKEN = "\x00\x1b[2J\x07</td></table>-->]]>"
TEMPLATE = "{{ 7 * 191 }}{% raw %}"
HOSTILE = [
    pytest.param(SCRIPT, id="script"),
    pytest.param(QUOTES, id="quotes"),
    pytest.param(BIDI, id="bidi"),
    pytest.param(BROKEN, id="control"),
    pytest.param(TEMPLATE, id="template"),
    pytest.param("../../metrics?x=1#y", id="path"),
    pytest.param("javascript:alert(1)", id="javascript"),
    pytest.param("é漢\u200d🜚" * 60, id="long"),
]


def hostile_cluster(text: str) -> list[Object]:
    """Return objects that carry the text wherever the API would let it through, and where it would not."""
    status = {
        "state": "detached",
        "robustness": text,
        "conditions": [
            {**condition("Scheduled", "False", reason=text), "message": text},
            {**condition(text, text), "message": text},
        ],
        "kubernetesStatus": {
            "pvName": text,
            "pvcName": text,
            "namespace": text,
            "workloadsStatus": [{"workloadName": text, "workloadType": text, "podStatus": text}],
        },
    }
    disks = {text: {"conditions": [condition(text, "False", reason=text)]}}
    return [
        setting("current-longhorn-version", f"v1.7.2-{text}"),
        setting("allow-volume-creation-with-degraded-availability", "false"),
        volume(text, spec={"accessMode": text, "dataLocality": text, "dataEngine": text}, status=status),
        engine(f"{text}-e-0", of=text, state=text),
        replica(f"{text}-r-1", of=text, node=text, state=text, failedAt="2026-03-02T11:00:00Z"),
        replica(f"{text}-r-2", of=text, node="n1"),
        csi_attachment(text, pv=text, node=text),
        kubernetes_node(text),
        kubernetes_node("n1"),
        longhorn_node(text, status={"conditions": [condition("Ready", "False", reason=text)], "diskStatus": disks}),
        longhorn_node("n1"),
    ]


def assert_inert(page: Page) -> None:
    """Nothing that runs, loads or styles is on the page but what belongs there."""
    for element in page.elements():
        assert element.tag not in {"script", "style", "iframe", "object", "embed", "img", "svg", "base"}
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert not element.get(name, "").strip().lower().startswith(("javascript:", "data:", "//"))
    assert not set(page.words()) & set("\u202e\u2066\x00\x1b\x07")
    assert "1337" not in page.text


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_text(text: str) -> None:
    """Every page is drawn, valid, and does nothing."""
    async with site(exporter_of(*hostile_cluster(text))) as served:
        page = await served.page("/")
        assert_inert(page)
        followed = [link for link in page.links() if link.startswith(("./volumes/", "./nodes/"))]
        assert len(followed) >= 3
        for link in set(followed):
            assert_inert(await served.page(f"/{link[2:]}"))
        for path in ("/volumes", "/nodes"):
            assert_inert(await served.page(path))


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_the_same_text_in_json(text: str) -> None:
    """The API gives it back unchanged, as JSON that no browser takes for a page."""
    async with site(exporter_of(*hostile_cluster(text))) as served:
        volumes = await served.json("/api/v1/volumes")
        assert [one["volume"] for one in volumes["volumes"]] == [text]
        assert (await served.json("/api/v1/status"))["volumes"]["total"] == 1
        assert text in [node["node"] for node in (await served.json("/api/v1/nodes"))["nodes"]]


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_a_reader_asks_for_is_text_too(text: str) -> None:
    """A filter is shown again in its field, and a name that is not there is not repeated."""
    quoted = quote(text, safe="")
    async with site(exporter_of()) as served:
        page = await served.page(f"/volumes?q={quoted}&stage={quoted}")
        assert_inert(page)
        assert page.all(".//input[@name='q']")[0].get("value") == visible(text.strip())
        missing = await served.page(f"/volumes/{quoted}", status=404)
        assert_inert(missing)
        assert text not in missing.text


async def test_endless_text_is_cut() -> None:
    """A message of 50,000 characters leaves a page that can be read."""
    async with site(exporter_of(*hostile_cluster("é漢" * 25_000))) as served:
        for path in ("/", "/volumes", "/nodes"):
            assert len((await served.page(path)).words()) < 100_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("vol-1", "vol-1", id="plain"),
        pytest.param("a\u00a0b", "a b", id="hard space"),
        pytest.param("a\nb", "a\nb", id="line"),
        pytest.param("a\u202eb", "a[U+202E]b", id="right to left"),
        pytest.param("a\u200bb", "a[U+200B]b", id="of no width"),
        pytest.param("\ud800", "[U+D800]", id="half a character"),
        pytest.param("x" * 3000, "x" * 2000 + "…", id="endless"),
    ],
)
def test_text_becomes_visible(text: str, shown: str) -> None:
    """What cannot be seen is shown as its code point; what is endless is cut."""
    assert visible(text) == shown
