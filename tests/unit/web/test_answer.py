"""May I go on with the next node? The answer at the top of the first page."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from judged import node, volume
from longhorn_cr_exporter.diagnosis.fact import DrainFacts, DrainSummary, EffectFact, PdbFact, VolumeFacts
from longhorn_cr_exporter.web.view.answer import answer
from longhorn_cr_exporter.web.view.contact import ContactRow, ContactView
from longhorn_cr_exporter.web.view.node import NodeRow

GOOD = ContactView(rows=[], now=1000.0, ready=True, missing=[], pending=0)
MAY_GO = PdbFact("may_go", "may_go", "may_go")


def row(name: str, verdict: str | None, *, cordoned: bool = False, ready: bool = True) -> NodeRow:
    """Return a node with a verdict."""
    drain = None if verdict is None else DrainSummary(name, verdict, ())
    return NodeRow(node(name=name, cordoned=cordoned, kubernetes_ready=ready), drain)


def drain(*effects: str) -> DrainFacts:
    """Return a drain that does this to as many volumes."""
    told = tuple(EffectFact(f"v{number}", effect, "") for number, effect in enumerate(effects))
    return DrainFacts(node="n1", verdict="degrading", pdb=MAY_GO, instance_managers=(), blockers=(), effects=told)


def said(
    *, volumes: Sequence[VolumeFacts] = (), nodes: Sequence[NodeRow] = (), contact: ContactView = GOOD
) -> tuple[str, str, str]:
    """Return tone, headline and the node that may go."""
    given = answer(contact, volumes, nodes, lambda _: drain("degrades", "arms", "evicts"))
    return given.tone, given.headline, given.next


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        pytest.param([row("n1", "safe"), row("n2", "safe")], ("good", "Go on: n1 may be drained", "n1"), id="safe"),
        pytest.param(
            [row("n1", "degrading"), row("n2", "safe")], ("good", "Go on: n2 may be drained", "n2"), id="the safer one"
        ),
        pytest.param(
            [row("n1", "blocked"), row("n2", "degrading")],
            ("notice", "Go on: n2 may be drained", "n2"),
            id="degrading",
        ),
        pytest.param(
            [row("n1", "blocked"), row("n2", "unsafe")], ("warning", "Wait: no node may be drained", ""), id="none"
        ),
        pytest.param(
            [row("n1", "safe", cordoned=True), row("n2", "blocked")],
            ("warning", "Wait: no node may be drained", ""),
            id="a cordoned one is none",
        ),
        pytest.param([row("n1", "safe", ready=False)], ("warning", "No node to drain", ""), id="not Ready"),
        pytest.param([row("n1", None)], ("unknown", "Cannot tell", ""), id="no verdict"),
        pytest.param([], ("unknown", "Cannot tell", ""), id="no node"),
    ],
)
def test_the_nodes_decide(nodes: list[NodeRow], expected: tuple[str, str, str]) -> None:
    """The best node that a drain could begin on is named."""
    assert said(nodes=nodes) == expected


@pytest.mark.parametrize(
    ("stages", "tone", "headline"),
    [
        pytest.param(["deadlocked"], "critical", "Stop: v0 is deadlocked", id="deadlocked"),
        pytest.param(["armed", "deadlocked", "deadlocked"], "critical", "Stop: 2 volumes are deadlocked", id="two"),
        pytest.param(["latent", "armed"], "warning", "Stop: v0 is latched", id="latent"),
        pytest.param(["armed"], "warning", "Wait: v0 is armed", id="armed"),
        pytest.param(["armed", "armed"], "warning", "Wait: 2 volumes are armed", id="two armed"),
        pytest.param(["exposed"], "good", "Go on: n1 may be drained", id="exposed"),
        pytest.param(["unschedulable"], "good", "Go on: n1 may be drained", id="unschedulable"),
    ],
)
def test_a_volume_on_its_way_comes_before_the_nodes(stages: list[str], tone: str, headline: str) -> None:
    """Nobody goes on while a volume is deadlocked or armed, whatever the nodes' verdicts are."""
    volumes = [volume(name=f"v{number}", stage=stage) for number, stage in enumerate(stages)]
    assert said(volumes=volumes, nodes=[row("n1", "safe")])[:2] == (tone, headline)


@pytest.mark.parametrize(
    "contact",
    [
        pytest.param(ContactView([], 1000.0, ready=False, missing=["nodes"], pending=0), id="reading"),
        pytest.param(ContactView([], 1000.0, ready=False, missing=[], pending=12), id="judging"),
    ],
)
def test_nothing_is_said_too_early(contact: ContactView) -> None:
    """Before everything is read and judged there is no answer."""
    assert said(nodes=[row("n1", "safe")], contact=contact)[:2] == ("unknown", "Not known yet")


@pytest.mark.parametrize(
    ("heard", "stages", "headline"),
    [
        pytest.param(990.0, [], "Go on: n1 may be drained", id="a moment ago"),
        pytest.param(400.0, [], "Cannot tell", id="long ago"),
        pytest.param(400.0, ["armed"], "Wait: v0 is armed", id="bad news all the same"),
    ],
)
def test_good_news_is_never_old(heard: float, stages: list[str], headline: str) -> None:
    """While contact is lost nobody is sent on; bad news stands."""
    lost = ContactRow("replicas.longhorn.io", 3, up=False, settled=True, problem="no", heard=heard, decode_errors=0)
    volumes = [volume(name=f"v{number}", stage=stage) for number, stage in enumerate(stages)]
    assert said(volumes=volumes, nodes=[row("n1", "safe")], contact=GOOD._replace(rows=[lost]))[1] == headline


def test_what_a_drain_costs_is_said_in_numbers() -> None:
    """How many volumes lack a replica, how many of them cannot be replenished; who else is out."""
    nodes = [row("n3", "blocked", cordoned=True), row("n1", "degrading"), row("n2", "degrading")]
    detail = answer(GOOD, (), nodes, lambda _: drain("degrades", "arms", "arms", "evicts")).detail
    assert detail == (
        "3 volumes will lack a replica until it is back, and 2 of them cannot be replenished while it is away: "
        "bring it back soon. Or else n2. n3 is cordoned."
    )
