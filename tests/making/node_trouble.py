"""Nodes that cannot be drained, that are gone, or that came back and are of no use."""

from __future__ import annotations

from .cluster import Cluster
from .story import info, story, warning


@story(
    "v1.12.1",
    minutes=60,
    nodes=4,
    section="6.6",
    shows="A deleted Kubernetes node lives on in Longhorn, and no node beside it can be drained (#10833).",
    raises=[
        warning("NodeGhost", "n3"),
        warning("VolumeRedundancyLow", "vol-db"),
        warning("NodeDrainBlocked", "n1"),
        info("NodeDrainBlocked", "n2"),
    ],
)
def ghost_of_a_deleted_node(cluster: Cluster) -> None:
    """The volume is detached: nobody marks the replica on the lost node failed."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(2, "the workload is scaled to zero")
    volume.leave()
    cluster.at(5, "Kubernetes' node n3 is deleted; Longhorn's stays")
    cluster.node("n3").vanish(leaves_longhorn=True)
    cluster.at(18, "n1 is cordoned; its drain hangs")
    cluster.node("n1").cordon()
    cluster.at(40, "what is left of n3 is removed: n1 can be drained")
    volume.drop(volume.on("n3"))
    cluster.node("n3").forget()
    cluster.wait(2)
    cluster.node("n1").evict_manager()
    cluster.at(45, "n1 is uncordoned")
    cluster.node("n1").uncordon()
    cluster.at(50, "the workload is scaled up, and its volume rebuilt on n4")
    volume.attach("n2")
    cluster.wait(10)
    volume.replace("n4")


@story(
    "v1.8.1",
    minutes=40,
    section="6.8",
    shows="A volume attached by hand holds up the drain of its node.",
    raises=[warning("NodeDrainBlocked", "n2")],
)
def drain_held_by_a_manual_attachment(cluster: Cluster) -> None:
    """Nobody remembers that the old volume was attached from Longhorn's UI."""
    volume = cluster.volume("vol-old", "n1 n2")
    volume.hold("longhorn-api", "n2")
    cluster.at(5, "n2 is cordoned; its drain hangs")
    cluster.node("n2").cordon()
    cluster.at(25, "the volume is detached by hand, and the drain goes on")
    volume.release()
    cluster.wait(2)
    cluster.node("n2").evict_manager()
    cluster.at(30, "n2 is uncordoned")
    cluster.node("n2").uncordon()


@story(
    "v1.6.4",
    minutes=40,
    section="5",
    shows="The only copy of a detached volume holds up the drain of its node.",
    raises=[warning("NodeDrainBlocked", "n2")],
)
def drain_held_by_a_last_replica(cluster: Cluster) -> None:
    """Volumes with one replica are safe on no node."""
    volume = cluster.volume("vol-cache", "n2")
    volume.attach("n2")
    cluster.at(2, "the workload is scaled to zero")
    volume.leave()
    cluster.at(5, "n2 is cordoned; its drain hangs")
    cluster.node("n2").cordon()
    cluster.at(30, "the drain is given up")
    cluster.node("n2").uncordon()


@story(
    "v1.12.1",
    minutes=36,
    section="6.7",
    shows="An instance manager that does not start although its node is open.",
    raises=[warning("InstanceManagerDown", "n2"), warning("NodeUnusable", "n2")],
)
def instance_manager_down_on_an_open_node(cluster: Cluster) -> None:
    """Its image cannot be pulled for 20 minutes; no volume has anything there."""
    volume = cluster.volume("vol-db", "n1 n3")
    volume.attach("n1")
    node = cluster.node("n2")
    cluster.at(5, "the instance manager's pod on n2 goes, and does not come back")
    node.clear_records()
    node.say_manager("error")
    cluster.wait(1)
    node.say_manager("starting")
    cluster.at(25, "it runs")
    node.say_manager("running")


@story(
    "v1.7.2",
    minutes=40,
    nodes=4,
    section="6.7",
    shows="A node that is Ready again after a reinstallation, with a disk that Longhorn does not know.",
    raises=[warning("NodeUnusable", "n3")],
)
def reinstalled_node(cluster: Cluster) -> None:
    """The volume is rebuilt elsewhere after the usual wait."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    node = cluster.node("n3")
    cluster.at(4, "n3 is lost, and its replica fails")
    node.lose_contact()
    cluster.at(7, "n3 is back, with an empty disk")
    node.come_back()
    node.say_disk(
        ready=False, reason="DiskFilesystemChanged", message="record diskUUID doesn't match the one on the disk"
    )
    cluster.at(14.1, "Longhorn replaces the replica on n4")
    volume.replace("n4", seconds=30)
    cluster.at(30, "the disk is added anew, and the failed replica deleted")
    node.say_disk(ready=True)
    volume.drop(volume.on("n3"))


@story(
    "v1.6.4",
    minutes=45,
    section="5",
    shows="Two nodes cordoned at once hold up each other's drain: each has the only cover of the other's replicas.",
    raises=[warning("NodeDrainBlocked", "n1"), warning("NodeDrainBlocked", "n2")],
)
def two_cordoned_nodes_hold_each_other(cluster: Cluster) -> None:
    """Neither passes until one is uncordoned."""
    volume = cluster.volume("vol-db", "n1 n2")
    volume.attach("n3")
    cluster.at(5, "n1 and n2 are cordoned; both drains hang")
    cluster.node("n1").cordon()
    cluster.node("n2").cordon()
    cluster.at(28, "n2 is uncordoned, and n1 can be drained")
    cluster.node("n2").uncordon()
    cluster.wait(2)
    cluster.node("n1").evict_manager()
    cluster.at(33, "n1 is uncordoned, and its replica rebuilt")
    cluster.node("n1").uncordon()
    cluster.wait(10)
    volume.rebuild(volume.on("n1"))


@story(
    "v1.8.1",
    minutes=40,
    section="5",
    shows="A drain policy that moves every replica away first, and no node that could take one.",
    settings={"node-drain-policy": "block-for-eviction"},
    raises=[warning("NodeDrainBlocked", "n3")],
)
def drain_held_by_an_eviction_without_target(cluster: Cluster) -> None:
    """Three copies on three nodes."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(5, "n3 is cordoned; Longhorn is to move its replica, and cannot")
    cluster.node("n3").cordon()
    cluster.node("n3").say_evicting(evicting=True)
    volume.on("n3").evict()
    cluster.at(30, "n3 is uncordoned")
    cluster.node("n3").uncordon()
    cluster.node("n3").say_evicting(evicting=False)


@story(
    "v1.8.1",
    minutes=40,
    section="7",
    shows="A drain that waits for 20 minutes while Longhorn moves the last copy away: that passes by itself.",
    settings={"node-drain-policy": "block-for-eviction-if-contains-last-replica"},
)
def eviction_during_a_drain(cluster: Cluster) -> None:
    """One replica more than wanted is there while it moves."""
    volume = cluster.volume("vol-cache", "n2")
    volume.attach("n1")
    cluster.at(5, "n2 is cordoned; Longhorn moves the only copy to n3")
    cluster.node("n2").cordon()
    cluster.node("n2").say_evicting(evicting=True)
    volume.on("n2").evict()
    cluster.wait(5)
    volume.replace("n3", seconds=20 * 60)
    old = volume.on("n2")
    old.stop()
    volume.drop(old)
    volume.tell_engine()
    cluster.node("n2").say_evicting(evicting=False)
    cluster.wait(2)
    cluster.node("n2").evict_manager()
    cluster.at(32, "n2 is uncordoned")
    cluster.node("n2").uncordon()
