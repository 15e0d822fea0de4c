"""What is short of copies: which loss counts, since when, and how grave it is."""

from __future__ import annotations

import pytest

from found import (
    after,
    ago,
    attached,
    brief,
    copies,
    core,
    detached,
    down,
    failed,
    found,
    gone,
    home,
    host,
    hosts,
    look,
    manager,
    running,
    state_of,
    stopped,
    unscheduled,
)
from hosted import storage_node
from longhorn_cr_exporter.diagnosis.finding import Finding
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import KUBERNETES_NODES
from sample import NOW, engine, replica, setting

WELL = hosts("n1", "n2", "n3")
TWO = {"numberOfReplicas": 2}
FOUR_WANTED = [attached(robustness="degraded", lastDegradedAt=ago(60), spec={"numberOfReplicas": 4}), *running()]
SOFT = setting("replica-soft-anti-affinity", "true")


def told(*objects: Object) -> list[Finding]:
    """Return what is found of redundancy, above info."""
    patterns = {"redundancy-low", "redundancy-lost", "replicas-exceed-nodes"}
    return [f for f in found(*WELL, *objects) if f.id in patterns]


def shape(*objects: Object) -> list[tuple[str, str]]:
    """Return (id, severity) of what is found of redundancy."""
    return [(f.id, f.severity) for f in told(*objects)]


@pytest.mark.parametrize(
    ("objects", "minutes"),
    [
        pytest.param(
            [
                attached(robustness="degraded", lastDegradedAt=ago(90)),
                *running(),
                *copies("n1", "n2"),
                failed("n3", 40),
            ],
            90,
            id="Longhorn's word and a loss: the earlier",
        ),
        pytest.param(
            [
                attached(robustness="degraded", lastDegradedAt=ago(40)),
                *running(),
                *copies("n1", "n2"),
                failed("n3", 90),
            ],
            90,
            id="a loss before Longhorn's word",
        ),
        pytest.param([detached(), failed("n1", 90), failed("n2", 40), *copies("n3")], 90, id="two lost of two lacking"),
        pytest.param(
            [detached(spec=TWO), failed("n1", 900), failed("n2", 40), *copies("n3")], 40, id="two lost of one lacking"
        ),
        pytest.param(
            [detached(conditions=unscheduled(50)), *copies("n1", "n2"), stopped(70)],
            70,
            id="a CR missing since the detach",
        ),
        pytest.param(
            [detached(conditions=unscheduled(90)), *copies("n1", "n2"), stopped(70)], 90, id="a CR not to be placed"
        ),
        pytest.param(
            [detached(), *copies("n1", "n2"), stopped(70), engine("v-e-1", state="stopped")],
            0,
            id="one engine of two just seen",
        ),
        pytest.param([detached(), *copies("n1", "n2")], None, id="nothing tells"),
        pytest.param(
            [detached(), *copies("n1", "n2", "n9"), gone("n9", since=45)],
            45,
            id="a Longhorn node knows when it was left",
        ),
    ],
)
def test_since_when_it_is_short(objects: list[Object], minutes: float | None) -> None:
    """What the cluster's own times prove."""
    [low] = told(*objects)
    assert low.id == "redundancy-low"
    assert low.since == (None if minutes is None else NOW - 60 * minutes)


def test_a_node_is_gone_since_the_earlier_of_two_times() -> None:
    """When it was seen to go, and when Longhorn noted it."""
    state = state_of([*WELL, detached(), *copies("n1", "n2", "n3")])
    state.remove(KUBERNETES_NODES, core("n3"), after(0))
    for since, expected in ((10, after(-10)), (-10, after(0))):
        noted = state_of([gone("n3", since=since)]).longhorn_nodes["n3"]
        state.longhorn_nodes["n3"] = noted
        assert {f.since for f in look(state, later=40) if f.id == "replica-ghost"} == {expected}


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        pytest.param(
            [detached(spec=TWO), failed("n1", 60), failed("n2", 0.05), *host("n2", cordoned=60)],
            [("redundancy-low", "critical")],
            id="the last one just failed, on a cordoned node: salvage may bring it back",
        ),
        pytest.param(
            [detached(spec=TWO), failed("n1", 60), *copies("n2"), core("n2", ready=False, since=3, cordoned=9)],
            [("redundancy-low", "critical")],
            id="the node of the last one reboots, cordoned",
        ),
        pytest.param(
            [detached(spec=TWO), failed("n1", 5), failed("n2", 0.05)], [], id="the last one just failed, elsewhere"
        ),
        pytest.param(
            [detached(spec=TWO), failed("n1", 0.05), failed("n2", 0.05), *host("n2", cordoned=60)],
            [],
            id="two just failed",
        ),
        pytest.param(
            [detached(spec=TWO), failed("n1", 60), *copies("n2"), *down("n2", since=9)],
            [("redundancy-low", "warning")],
            id="none left for now, and short for long",
        ),
        pytest.param(
            [detached(spec={"numberOfReplicas": 1}), *copies("n1"), *host("n1", cordoned=60)],
            [],
            id="one wanted, on a cordoned node",
        ),
        pytest.param(
            [detached(), *copies("n1", "n2"), failed("n3", 1), *host("n1", cordoned=60)],
            [],
            id="two left, one on a cordoned node",
        ),
        pytest.param(
            [detached(spec=TWO), *copies("n1", "n2"), replica("v-r-x", node="n3", active=False, failedAt=ago(60))],
            [],
            id="an inactive copy failed",
        ),
        pytest.param(
            [
                detached(spec=TWO),
                *copies("n1"),
                failed("n2", 60),
                replica("x", node="n3", active=False, failedAt=ago(1)),
            ],
            [("redundancy-low", "warning")],
            id="an inactive copy failed just now, and an active one long ago",
        ),
        pytest.param(
            [detached(), *copies("n1", "n2"), *copies("n3", healthyAt="")],
            [("redundancy-low", "warning")],
            id="a rebuild that was cut off",
        ),
        pytest.param(
            [SOFT, *FOUR_WANTED, *copies("n1", "n2", "n3")],
            [("redundancy-low", "warning")],
            id="more wanted than nodes, but they may share one",
        ),
        pytest.param(
            [*FOUR_WANTED, *copies("n1", "n2")],
            [("redundancy-low", "warning")],
            id="more wanted than nodes, and one node has none",
        ),
        pytest.param(
            [*FOUR_WANTED, *copies("n1", "n2", "n3"), home("n9", ready=False), core("n8")],
            [("replicas-exceed-nodes", "warning")],
            id="nodes that are only Longhorn's, or only Kubernetes', do not count",
        ),
    ],
)
def test_how_grave_it_is(objects: list[Object], expected: list[tuple[str, str]]) -> None:
    """Lost, about to be lost, or short."""
    assert shape(*objects) == expected


@pytest.mark.parametrize(
    ("objects", "lost"),
    [
        pytest.param([failed("n1", 60), failed("n2", 60)], True, id="all failed"),
        pytest.param([failed("n1", 60), *copies("n2")], False, id="one did not"),
        pytest.param([failed("n1", 60), *copies("n2", healthyAt="")], True, id="one did not, and holds nothing"),
        pytest.param([failed("n1", 60), *copies("n2", active=False)], True, id="one did not, and is a mere copy"),
        pytest.param([failed("n1", 1)], False, id="a minute ago"),
    ],
)
def test_without_core_nodes_a_faulted_volume_is_lost_when_its_copies_failed(
    objects: list[Object], *, lost: bool
) -> None:
    """Whether their nodes are there cannot be known then."""
    ids = [f.id for f in found(*WELL, detached(robustness="faulted"), *objects, unknown=[KUBERNETES_NODES])]
    assert ("redundancy-lost" in ids) is lost


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param(4, [], id="young"),
        pytest.param(6, [("node-unusable", "warning", "n4")], id="old enough"),
        pytest.param(None, [("node-unusable", "warning", "n4")], id="nothing tells"),
    ],
)
def test_a_node_without_any_instance_manager(made: float | None, expected: list[tuple[str, str, str]]) -> None:
    """Longhorn makes one as soon as it knows the node."""
    meta = {"creationTimestamp": "" if made is None else ago(made)}
    assert brief(found(*WELL, core("n4"), storage_node("n4", meta=meta))) == expected


def test_one_copy_alone_shares_no_zone() -> None:
    """Two would."""
    zones = [*host("n1", zone="a"), *host("n2", zone="a"), *host("n3", zone="b")]
    assert "false-redundancy" not in [f.id for f in found(*zones, detached(spec=TWO), *copies("n1"))]
    assert "false-redundancy" in [f.id for f in found(*zones, detached(spec=TWO), *copies("n1", "n2"))]
    assert "false-redundancy" not in [f.id for f in found(*zones, detached(spec=TWO), *copies("n2", "n3"))]
    assert "false-redundancy" not in [f.id for f in found(*WELL, detached(spec=TWO), *copies("n1", "n2"))]


def test_a_node_is_unserved_since_its_youngest_manager_was_made() -> None:
    """An upgrade replaces one that was down."""
    young = [manager(state="error"), manager(name="im-n1-new", state="starting", made=4)]
    assert brief(found(*WELL, *young)) == []


def test_where_copies_share_a_node_is_told() -> None:
    """Of those that hold data, not of the failed one."""
    shared = [detached(spec=TWO), *copies("n1"), replica("v-r-x", node="n1"), failed("n2", 1)]
    [false] = [f for f in found(*WELL, *shared) if f.id == "false-redundancy"]
    assert false.message == "Volume v has 2 usable replicas on 1 node (n1): they are lost together"
