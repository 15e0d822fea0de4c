"""A node's page: what holds its drain up in groups, what it would do, the worst first, and never without end."""

from __future__ import annotations

from longhorn_cr_exporter.diagnosis.fact import BlockerFact
from longhorn_cr_exporter.diagnosis.pattern import View
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.node import PodDisruptionBudget
from longhorn_cr_exporter.web.view.node_page import NodePage, blocker_groups, node_page
from sample import NOW, instance_manager, kubernetes_node, longhorn_node, replica, setting, volume
from shown import exporter_of, site


def loaded_node(volumes: int) -> list[Object]:
    """Return a node with the last replica of so many volumes, guarded by a budget."""
    lone = [obj for n in range(volumes) for obj in (volume(f"v{n:03}"), replica(f"v{n:03}-r", of=f"v{n:03}"))]
    budget = PodDisruptionBudget()
    budget.metadata.name = "im-1"
    return [
        setting("current-longhorn-version", "v1.7.2"),
        setting("default-instance-manager-image", "image"),
        kubernetes_node(),
        longhorn_node(),
        instance_manager(image="image"),
        budget,
        *lone,
    ]


def shown(*objects: Object) -> NodePage:
    """Return what the page of n1 shows."""
    page = node_page("n1", exporter_of(*objects))
    assert page is not None
    return page


def test_blockers_of_a_kind_stand_together() -> None:
    """One card with the advice, a line for each replica, a command for each volume."""
    (group,) = shown(*loaded_node(3)).blockers
    assert (group.reason, group.tone, len(group.blockers)) == ("last_replica", "warning", 3)
    assert len(set(group.commands)) == 3


def test_a_command_for_all_is_shown_once() -> None:
    """Several blockers that one command clears; the worst kind comes first, what clears by itself last."""
    exporter = exporter_of(*loaded_node(0))
    blockers = [
        BlockerFact("last_replica", "Replica", "r", "", clears_by_itself=True),
        BlockerFact("manual_attachment", "Volume", "c", "", clears_by_itself=False),
        BlockerFact("would_deadlock", "Volume", "a", "", clears_by_itself=False),
        BlockerFact("would_deadlock", "Volume", "b", "", clears_by_itself=False),
    ]
    groups = blocker_groups(blockers, View(exporter.assessment, exporter.state, NOW), most=9)
    assert [(group.reason, group.tone, len(group.blockers)) for group in groups] == [
        ("would_deadlock", "critical", 2),
        ("manual_attachment", "warning", 1),
        ("last_replica", "calm", 1),
    ]
    assert [len(group.commands) for group in groups] == [1, 1, 1]
    assert "allow-volume-creation-with-degraded-availability" in groups[0].commands[0]
    assert groups[2].commands == [""]


async def test_a_full_node_is_told_in_part() -> None:
    """The first hundred of each list, how many more there are, and where all of them are."""
    page = shown(*loaded_node(130))
    assert sum(len(group.blockers) for group in page.blockers) == 100
    assert (page.more_blockers, page.more_replicas, len(page.replicas)) == (30, 30, 100)
    async with site(exporter_of(*loaded_node(130))) as served:
        words = (await served.page("/nodes/n1")).words()
        assert "30 more: all as JSON" in words
        assert "30 more, with better cover." in words
        (node,) = (await served.json("/api/v1/nodes/n1/drain"))["nodes"]
        assert len(node["blockers"]) == 130
