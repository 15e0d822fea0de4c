"""What is found wrong with nodes, instance managers, attachments, settings and the release."""

from __future__ import annotations

import pytest

from found import (
    DAY,
    after,
    ago,
    attached,
    brief,
    copies,
    core,
    detached,
    failed,
    found,
    gone,
    home,
    host,
    hosts,
    look,
    manager,
    record,
    running,
    state_of,
    stopped,
    tickets,
)
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import DISRUPTION_BUDGETS, INSTANCE_MANAGERS, KUBERNETES_NODES
from sample import disruption_budget, replica, setting, volume

WELL = hosts("n1", "n2", "n3")
USED = [attached(), *running(), *copies("n1", "n2", "n3")]
LOST_N3 = [attached(robustness="degraded", lastDegradedAt=ago(3)), *running(), *copies("n1", "n2"), failed("n3", 3)]

FOUND = [
    # 1. Drains
    pytest.param(
        [*WELL, volume(spec={"numberOfReplicas": 1}), *copies("n1")],
        ("drain-blocked", "info", "n1"),
        id="the only replica holds the drain, before the cordon",
    ),
    pytest.param(
        [*WELL, volume(spec={"numberOfReplicas": 1}), *copies("n1"), *host("n1", cordoned=11)],
        ("drain-blocked", "warning", "n1"),
        id="the only replica holds the drain",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n9"), *host("n1", cordoned=11)],
        ("drain-blocked", "warning", "n1"),
        id="a ghost elsewhere holds the drain",
    ),
    # 6. Ghosts
    pytest.param([*WELL, gone("n4", since=16)], ("node-ghost", "warning", "n4"), id="a Longhorn node alone"),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n4"), gone("n4", since=16)],
        ("replica-ghost", "warning", "v-r-n4"),
        id="a good replica on a node gone for 16 minutes",
    ),
    pytest.param(
        [*WELL, detached(), *copies("n1", "n2", "n4")],
        ("replica-ghost", "warning", "v-r-n4"),
        id="a good replica on a node of which nothing is left",
    ),
    # 7. Of no use
    pytest.param(
        [*WELL, home(faults={"status": "False", "reason": "DiskNotReady", "lastTransitionTime": ago(6)})],
        ("node-unusable", "warning", "n1"),
        id="disk not Ready",
    ),
    pytest.param(
        [*WELL, home(faults={"status": "False", "reason": "DiskFilesystemChanged"}), core(since=6)],
        ("node-unusable", "warning", "n1"),
        id="disk of another UUID, or of a UUID that is there twice",
    ),
    pytest.param([*WELL, manager(state="error")], ("node-unusable", "warning", "n1"), id="no instance manager runs"),
    # Instance managers
    pytest.param(
        [*WELL, *LOST_N3, *host("n3", cordoned=4), manager("n3", state="error")],
        ("instance-manager-down", "warning", "im-n3"),
        id="down under a cordon, and missed",
    ),
    pytest.param(
        [*WELL, manager(name="im-v2", data_engine="v2", state="error")],
        ("instance-manager-down", "warning", "im-v2"),
        id="down on an open node where another data engine's runs",
    ),
    # 8. Blockers
    pytest.param(
        [*WELL, *USED, manager("n2", instanceEngines=record("v-e-0"))],
        ("engine-record-leaked", "info", "im-n2"),
        id="an engine listed where it is not",
    ),
    pytest.param(
        [
            *WELL,
            detached(),
            *copies("n1", "n2", "n3"),
            stopped(6),
            manager("n2", instanceEngines=record("v-e-0", "stopped")),
        ],
        ("engine-record-leaked", "info", "im-n2"),
        id="a stopped engine still listed",
    ),
    pytest.param([*WELL, *USED, tickets("longhorn-api")], ("manual-attachment", "info", "v"), id="attached by hand"),
    pytest.param(
        [*WELL, *USED, tickets("backup-controller", minutes=61)], ("old-ticket", "info", "v"), id="old backup"
    ),
    pytest.param(
        [*WELL, *USED, tickets("snapshot-controller", minutes=61)], ("old-ticket", "info", "v"), id="old snapshot"
    ),
    # 10. Hygiene
    pytest.param(
        [*WELL, setting("concurrent-replica-rebuild-per-node-limit", "0")],
        ("rebuild-limit-zero", "info", "concurrent-replica-rebuild-per-node-limit"),
        id="rebuilding left off",
    ),
    pytest.param(WELL, ("version-affected", "info", "current-longhorn-version"), id="a release with the deadlock"),
]


@pytest.mark.parametrize(("objects", "expected"), FOUND)
def test_pattern_is_found(objects: list[Object], expected: tuple[str, str, str]) -> None:
    """The pattern is told, with its severity, of the object it is about; and nothing is urgent."""
    told = brief(found(*objects), info=True)
    assert expected in told
    assert [finding for finding in told if finding[1] == "critical"] == []


def test_a_node_seen_to_go_is_a_ghost_after_a_quarter_of_an_hour() -> None:
    """Up to 1.9 Longhorn's own node goes with it, and nothing but the exporter's memory tells since when."""
    state = state_of([*WELL, detached(), *copies("n1", "n2", "n3")])
    state.remove(KUBERNETES_NODES, core("n3"), after(0))
    assert [f.name for f in look(state, later=15) if f.id.endswith("-ghost")] == []
    told = [(f.id, f.name, f.since) for f in look(state, later=16) if f.id.endswith("-ghost")]
    assert told == [("node-ghost", "n3", after(0)), ("replica-ghost", "v-r-n3", after(0))]


def test_a_node_that_comes_back_is_no_ghost() -> None:
    """It was gone for a while; when it goes again, the clock starts anew."""
    state = state_of([*WELL, detached(), *copies("n1", "n2", "n3")])
    state.remove(KUBERNETES_NODES, core("n3"), after(0))
    state.put(KUBERNETES_NODES, core("n3", since=0), after(10))
    assert brief(look(state, later=30)) == []
    state.remove(KUBERNETES_NODES, core("n3"), after(30))
    assert [f for f in look(state, later=40) if f.id.endswith("-ghost")] == []


def test_an_instance_manager_seen_to_go_has_its_time() -> None:
    """It restarts within seconds where its node is open; five minutes later the node is of no use."""
    state = state_of([*WELL, *USED])
    state.put(INSTANCE_MANAGERS, manager("n2", state="error"), after(0))
    assert brief(look(state, later=5)) == []
    assert brief(look(state, later=6)) == [("node-unusable", "warning", "n2")]
    state.put(INSTANCE_MANAGERS, manager("n2"), after(7))
    assert brief(look(state, later=8)) == []


def test_under_a_cordon_two_minutes_are_enough() -> None:
    """Seen to go; nothing starts it again."""
    state = state_of([*WELL, *LOST_N3, *host("n3", cordoned=4)])
    state.put(INSTANCE_MANAGERS, manager("n3", state="error"), after(0))
    assert brief(look(state, later=2)) == []
    assert ("instance-manager-down", "warning", "im-n3") in brief(look(state, later=3))


def test_a_node_just_uncordoned_has_its_time() -> None:
    """Its instance manager was down for an hour, and Longhorn's node has been open for a minute."""
    opened = home("n3", since=1)
    assert brief(found(*WELL, opened, manager("n3", state="error", made=DAY))) == []


@pytest.mark.parametrize(
    ("objects", "severity"),
    [
        pytest.param([], "warning", id="an instance manager runs"),
        pytest.param([manager(state="error")], "info", id="none runs: the node is drained"),
    ],
)
def test_a_drain_hangs_only_while_there_is_something_to_drain(objects: list[Object], severity: str) -> None:
    """A forced drain leaves a budget behind that holds nobody."""
    stuck = [*WELL, volume(spec={"numberOfReplicas": 1}), *copies("n1"), *host("n1", cordoned=11)]
    [told] = [f for f in found(*stuck, *objects, disruption_budget("im-n1")) if f.id == "drain-blocked"]
    assert told.severity == severity


def test_what_is_told_of_the_object_is_not_told_of_the_node_before_the_cordon() -> None:
    """A manual attachment is told as such; once the drain hangs it is told of the node as well."""
    by_hand = [*WELL, *USED, tickets("longhorn-api")]
    assert "drain-blocked" not in [f.id for f in found(*by_hand)]
    assert ("drain-blocked", "warning", "n1") in brief(found(*by_hand, *_cordoned_with_engine()))


def _cordoned_with_engine() -> list[Object]:
    return [*host("n1", cordoned=11), *running()]


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param([core("control-plane")], id="a node that is none of Longhorn's"),
        pytest.param([detached(), *copies("n1", "n2", "n3"), failed("n9", 60)], id="a failed replica on a node gone"),
        pytest.param([detached(), *copies("n1", "n2", "n3"), replica("v-r-x", node="")], id="a replica without a node"),
        pytest.param([home(faults={"type": "Other", "status": "False"})], id="a disk that says nothing of Ready"),
        pytest.param(
            [home(faults={"status": "False"}), core(ready=False, since=20)], id="a disk of a node that is down"
        ),
    ],
)
def test_nothing_is_wrong_with_a_node(objects: list[Object]) -> None:
    """Neither a ghost nor of no use."""
    ids = {f.id for f in found(*WELL, *objects)}
    assert ids.isdisjoint({"node-ghost", "replica-ghost", "node-unusable"})


def test_without_core_nodes_there_are_no_ghosts() -> None:
    """Whether a node is there cannot be known then."""
    objects = [*WELL, detached(), *copies("n1", "n2", "n4"), gone("n4", since=60)]
    ids = {f.id for f in found(*objects, unknown=[KUBERNETES_NODES])}
    assert ids.isdisjoint({"node-ghost", "replica-ghost"})


@pytest.mark.parametrize(
    "volumes",
    [
        pytest.param([detached(), *copies("n1", "n2"), failed("n3", 60)], id="detached"),
        pytest.param([attached(), *running(), *copies("n1", "n2", "n3")], id="whole without it"),
        pytest.param(
            [
                attached(spec={"dataEngine": "v2"}, robustness="degraded", lastDegradedAt=ago(3)),
                *copies("n1", "n2"),
                failed("n3", 3),
            ],
            id="of another data engine",
        ),
        pytest.param([failed("n3", 60)], id="gone"),
    ],
)
def test_nobody_misses_an_instance_manager(volumes: list[Object]) -> None:
    """It is down under a cordon, and volumes with a replica there do not need it now."""
    needing = [detached("w"), *copies("n1", "n2", "n3", of="w")]
    down = [*host("n3", cordoned=4), manager("n3", state="error")]
    assert "instance-manager-down" not in [f.id for f in found(*WELL, *needing, *down, *volumes)]


def test_of_many_reasons_three_are_told() -> None:
    """And how many more there are."""
    singles = [volume(name, spec={"numberOfReplicas": 1}) for name in "abcde"]
    objects = [*WELL, *singles, *(copy for name in "abcde" for copy in copies("n1", of=name))]
    [drain] = [f for f in found(*objects) if f.id == "drain-blocked"]
    assert drain.message.count("cannot be spared") == 3
    assert drain.message.endswith("; and 2 more")
    [three] = [f for f in found(*objects[:-2]) if f.id == "drain-blocked"]
    assert three.message.count("cannot be spared") == 3
    assert "more" not in three.message


def test_without_budgets_nothing_is_said_of_drains() -> None:
    """The verdict is not known then."""
    objects = [*WELL, volume(spec={"numberOfReplicas": 1}), *copies("n1"), *host("n1", cordoned=30)]
    assert "drain-blocked" not in [f.id for f in found(*objects, unknown=[DISRUPTION_BUDGETS])]
