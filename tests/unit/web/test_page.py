"""The pages, served from recorded clusters at chosen moments."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from longhorn_cr_exporter.model.time import parse_time
from recorded import RUNS, recording
from shown import Page, exporter_at, site

DEADLOCK = "v1.7.2/b-deadlock-9938"


def at(clock: str) -> float:
    """Return a moment of the recorded morning."""
    moment = parse_time(f"2026-03-02T{clock}Z")
    assert moment is not None
    return moment


@pytest.mark.parametrize(
    ("clock", "tone", "headline", "detail"),
    [
        pytest.param("06:01:05", "notice", "Go on: n1 may be drained", "will lack a replica", id="calm"),
        pytest.param("06:20:00", "warning", "Wait: vol-rwo3 is armed", "shop/data-vol-rwo3", id="armed"),
        pytest.param("06:40:00", "critical", "Stop: vol-rwo3 is deadlocked", "shop/data-vol-rwo3", id="deadlocked"),
    ],
)
async def test_the_overview_answers_at_once(clock: str, tone: str, headline: str, detail: str) -> None:
    """The first heading says whether to go on, and which volume or node it is about."""
    async with site(exporter_at(DEADLOCK, at(clock))) as served:
        page = await served.page("/")
    assert page.words(".//h1") == headline
    assert detail in page.words(f".//section[@class='answer {tone}']")


async def test_the_overview_tells_what_to_do_before_the_tables() -> None:
    """Findings come first, with the command; then nodes, volumes at risk and the contact."""
    async with site(exporter_at(DEADLOCK, at("06:40:00"))) as served:
        page = await served.page("/")
    captions = [" ".join(element.itertext()) for element in page.elements() if element.tag in {"h2", "caption"}]
    assert captions == ["What to do", "Nodes", "Volumes at risk", "Contact with the cluster"]
    assert "allow-volume-creation-with-degraded-availability" in page.words(".//pre")
    assert "v1.7.2" in page.words(".//dl")
    assert "1 deadlocked · 0 armed" in page.words(".//dl")
    assert "oldest 5 min ago" in page.words(".//dl")


async def test_the_volume_page_shows_the_way_into_the_deadlock() -> None:
    """Each step that was taken has the time at which the cluster's objects say so."""
    async with site(exporter_at(DEADLOCK, at("06:40:00"))) as served:
        page = await served.page("/volumes/vol-rwo3")
    steps = page.all(".//ol[@class='steps']/li")
    assert [step.get("class") for step in steps] == [
        "past calm",
        "past exposed",
        "past armed",
        "past latent",
        "now deadlocked",
    ]
    assert [step.get("aria-current") for step in steps] == [None, None, None, None, "step"]
    times = [time.get("datetime") for time in page.all(".//ol[@class='steps']/li//time")]
    assert times == ["2026-03-02T06:11:24Z", "2026-03-02T06:33:52Z", "2026-03-02T06:34:04Z"]
    assert "It is detached, and its condition Scheduled is not True." in page.words()


async def test_the_volume_page_tells_each_replica() -> None:
    """Where it is, how that node is, since when it failed and when Longhorn will delete it."""
    async with site(exporter_at(DEADLOCK, at("06:20:00"))) as served:
        page = await served.page("/volumes/vol-rwo3")
    failed = next(row for row in page.all(".//tr") if "failed" in " ".join(row.itertext()))
    words = " ".join(" ".join(failed.itertext()).split())
    assert "n3 Ready, cordoned" in words
    assert "18 min ago 06:01:18 UTC" in words
    assert "in 11 min 06:31:18 UTC" in words


async def test_the_node_page_gives_the_verdict_its_reasons_and_the_cover_elsewhere() -> None:
    """What holds the drain up, with what to do; each instance manager's budget; where else each volume's data is."""
    async with site(exporter_at(DEADLOCK, at("06:40:00"))) as served:
        page = await served.page("/nodes/n2")
    assert page.words(".//h1") == "n2 blocked"
    assert "no other node has protected data" in page.words(".//ol[@class='findings']")
    assert "kubectl -n longhorn-system get replicas.longhorn.io" in page.words(".//pre")
    assert "n1 (cordoned)" in page.words(".//table")
    assert "stays" in page.words(".//table")


async def test_every_link_of_every_page_leads_to_a_page() -> None:
    """From the overview all pages can be reached, and none is missing."""
    async with site(exporter_at(DEADLOCK, at("06:40:00"))) as served:
        seen, queue = set[str](), ["/"]
        while queue:
            path = queue.pop()
            if path in seen:
                continue
            seen.add(path)
            async with served.answer(path) as response:
                assert response.status == 200, path
                if response.content_type == "text/html":
                    page = Page(await response.text())
                    queue += [urljoin(path, link).split("#")[0] for link in page.links()]
    assert {"/volumes/vol-rwo3", "/nodes/n1", "/metrics", "/volumes?stage=deadlocked"} <= seen


@pytest.mark.parametrize("run", RUNS)
async def test_every_page_of_every_recording_is_valid_html(run: str) -> None:
    """At the beginning of a step and at the end, every page can be drawn."""
    steps = recording(run).steps
    for moment in (steps[len(steps) // 2].start, recording(run).end):
        exporter = exporter_at(run, moment)
        async with site(exporter) as served:
            for path in ("/", "/volumes", "/nodes"):
                assert (await served.page(path)).all(".//h1")
            for name in exporter.state.volumes:
                assert name in (await served.page(f"/volumes/{name}")).words(".//h1")
            for name in exporter.assessment.nodes.facts:
                assert name in (await served.page(f"/nodes/{name}")).words(".//h1")


async def test_many_findings_leave_the_tables_in_sight() -> None:
    """Three are told at once; the others fold away, none is lost."""
    run = "v1.7.2/l-capi-replacement-no-wait"
    exporter = exporter_at(run, at("07:05:00"))
    async with site(exporter) as served:
        page = await served.page("/")
        status = await served.json("/api/v1/status")
    urgent = [finding for finding in status["findings"] if finding["severity"] != "info"]
    assert len(page.all(".//main/section/ol[@class='findings']/li")) == 3
    assert f"{len(urgent) - 3} more to do" in page.words(".//details[@class='rest']/summary")
    for finding in status["findings"]:
        assert finding["object"]["name"] in page.words(".//main")
