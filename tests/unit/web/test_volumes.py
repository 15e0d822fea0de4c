"""The list of volumes: chosen, ordered, a page at a time."""

from __future__ import annotations

import pytest

from judged import volume
from longhorn_cr_exporter.diagnosis.fact import AttachFact, VolumeFacts
from longhorn_cr_exporter.web.view.concern import concern, is_at_risk, urgency
from longhorn_cr_exporter.web.view.selection import Selection
from longhorn_cr_exporter.web.view.volumes import PAGE_SIZE, volumes_page
from sample import kubernetes_node, replica
from sample import volume as volume_object
from shown import exporter_of, site

WAITED_FOR = AttachFact(100.0, "n2", "instance_manager_not_running")
ARRIVING = AttachFact(100.0, "n2", "in_progress")
BY_URGENCY = [
    pytest.param(volume(stage="deadlocked", attach=WAITED_FOR), "critical", "deadlocked", id="deadlocked"),
    pytest.param(volume(robustness="faulted"), "critical", "faulted", id="faulted"),
    pytest.param(volume(attach=WAITED_FOR), "critical", "cannot attach", id="cannot attach"),
    pytest.param(volume(stage="armed"), "warning", "armed", id="armed"),
    pytest.param(volume(stage="latent"), "warning", "latent", id="latent"),
    pytest.param(volume(redundancy_deficit=2, usable_replicas=1), "warning", "1 of 3 replicas", id="last replica"),
    pytest.param(volume(stage="exposed"), "notice", "exposed", id="exposed"),
    pytest.param(volume(stage="unschedulable", attach=WAITED_FOR), "warning", "unschedulable", id="unschedulable"),
    pytest.param(volume(unadopted_replicas=1), "warning", "rebuild stalled", id="stalled"),
    pytest.param(volume(attach=ARRIVING), "notice", "attaching", id="attaching"),
    pytest.param(volume(), "calm", "calm", id="calm"),
]


@pytest.mark.parametrize(("facts", "tone", "words"), BY_URGENCY)
def test_what_concerns_a_volume(facts: VolumeFacts, tone: str, words: str) -> None:
    """The most urgent is said, in a few words."""
    assert concern(facts)[1:] == (tone, words)
    assert is_at_risk(facts) == (tone != "calm")


def test_the_most_urgent_comes_first() -> None:
    """The order of the cases above is the order on the page."""
    facts = [param.values[0] for param in BY_URGENCY]
    ranks = [urgency(one)[0] for one in facts if isinstance(one, VolumeFacts)]
    assert ranks == sorted(set(ranks))


def test_of_equal_concerns_the_oldest_comes_first() -> None:
    """Then the name decides, so that the order is the same at every reload."""
    volumes = [
        volume(name="c", stage="armed", stage_since=200.0),
        volume(name="b", stage="armed", stage_since=200.0),
        volume(name="a", stage="armed", stage_since=300.0),
        volume(name="d", stage="armed", stage_since=None),
    ]
    page = volumes_page(volumes, Selection(), 1)
    assert [row.facts.name for row in page.rows] == ["b", "c", "a", "d"]


@pytest.mark.parametrize(
    ("words", "stage", "names"),
    [
        pytest.param("", "", ["db", "log", "web"], id="all"),
        pytest.param("DB", "", ["db"], id="name in any case"),
        pytest.param("shop/data", "", ["db", "log"], id="claim"),
        pytest.param("statefulset-1", "", ["web"], id="workload"),
        pytest.param("n7", "", ["log"], id="node"),
        pytest.param("", "armed", ["log"], id="stage"),
        pytest.param("", "at-risk", ["log", "web"], id="at risk"),
        pytest.param("db", "armed", [], id="both"),
        pytest.param("nowhere", "", [], id="none"),
    ],
)
def test_selection(words: str, stage: str, names: list[str]) -> None:
    """A volume is chosen by its stage and by words that occur in it."""
    volumes = [
        volume(name="db", workload=""),
        volume(name="log", workload="", node="n7", stage="armed"),
        volume(name="web", pvc="", pvc_namespace="", workload="statefulset-1", redundancy_deficit=1),
    ]
    assert [facts.name for facts in Selection(words, stage).of(volumes)] == names


@pytest.mark.parametrize(
    ("number", "shown", "first", "last"),
    [
        pytest.param(1, 1, 1, PAGE_SIZE, id="first"),
        pytest.param(3, 3, 2 * PAGE_SIZE + 1, 2 * PAGE_SIZE + 50, id="last"),
        pytest.param(99, 3, 2 * PAGE_SIZE + 1, 2 * PAGE_SIZE + 50, id="beyond"),
        pytest.param(0, 1, 1, PAGE_SIZE, id="before"),
    ],
)
def test_pages(number: int, shown: int, first: int, last: int) -> None:
    """Each volume is on one page; a page that is not there gives the nearest."""
    volumes = [volume(name=f"v{index:03}") for index in range(2 * PAGE_SIZE + 50)]
    page = volumes_page(volumes, Selection(), number)
    assert (page.number, page.pages, page.first, page.last) == (shown, 3, first, last)
    assert (page.found, page.total) == (250, 250)
    assert len(page.rows) == last - first + 1


async def test_ten_thousand_volumes_are_found_page_by_page() -> None:
    """The links lead through all pages, with the filter kept."""
    volumes = [volume_object(f"pvc-{index:05}") for index in range(10_000)]
    async with site(exporter_of(*volumes)) as served:
        page = await served.page("/volumes?q=pvc-00&refresh=0")
        assert "1–100 of 1000 found, 10000 in all" in page.words()
        (following,) = [link for link in page.links() if "page=2" in link]
        page = await served.page(f"/{following[2:]}")
        assert "101–200 of 1000 found" in page.words()
        assert "paused" in page.words(".//header")
        assert page.all(".//input[@name='q']")[0].get("value") == "pvc-00"
        assert page.all(".//input[@type='hidden']")[0].get("value") == "0"


async def test_a_volume_says_where_its_replicas_are_usable() -> None:
    """Usable of wanted, and the state with its node."""
    attached = volume_object(status={"state": "attached", "currentNodeID": "n1"})
    async with site(exporter_of(attached, replica(), kubernetes_node())) as served:
        row = (await served.page("/volumes")).words(".//tbody/tr")
    assert "1 of 3 replicas" in row
    assert "attached on n1" in row
