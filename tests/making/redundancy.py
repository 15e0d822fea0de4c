"""Volumes that have fewer good copies than they want, or only seem to have them."""

from __future__ import annotations

from .cluster import Cluster
from .story import critical, info, story, warning


@story(
    "v1.12.1",
    minutes=50,
    section="6.2",
    shows="A detached volume whose copies dwindle: robustness says unknown all the time.",
    raises=[warning("VolumeRedundancyLow", "vol-archive")],
)
def erosion_of_a_detached_volume(cluster: Cluster) -> None:
    """A node is away for 40 minutes; nothing is attached."""
    volume = cluster.volume("vol-archive", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(2, "the workload is scaled to zero")
    volume.leave()
    cluster.at(5, "n3 is lost")
    cluster.node("n3").lose_contact()
    cluster.at(45, "n3 is back")
    cluster.node("n3").come_back()


@story(
    "v1.8.1",
    minutes=30,
    section="6.2",
    shows="The last good copy is on the node that is cordoned next.",
    raises=[critical("VolumeRedundancyLow", "vol-db"), warning("NodeUnusable", "n2")],
)
def last_copy_on_a_cordoned_node(cluster: Cluster) -> None:
    """One disk fails, and the update begins on the node of the other copy."""
    volume = cluster.volume("vol-db", "n1 n2")
    volume.attach("n3")
    cluster.at(5, "the disk of n2 fails, and the replica with it")
    cluster.node("n2").say_disk(ready=False, reason="DiskFilesystemChanged", message="record diskUUID doesn't match")
    volume.fail("n2")
    cluster.at(7, "n1, with the last good copy, is cordoned")
    cluster.node("n1").cordon()
    cluster.at(13, "n1 is uncordoned")
    cluster.node("n1").uncordon()
    cluster.at(15.1, "Longhorn replaces the failed replica on n3")
    volume.replace("n3", seconds=60)
    cluster.at(20, "n2 has a new disk; what was on the old one is deleted")
    cluster.node("n2").say_disk(ready=True)
    volume.drop(volume.on("n2"))


@story(
    "v1.12.1",
    minutes=36,
    section="6.3",
    shows="A rebuild that never begins: the replica runs, and its engine does not know it (#13571).",
    raises=[warning("RebuildStalled", "vol-web")],
)
def stalled_rebuild(cluster: Cluster) -> None:
    """Scheduled is True and nothing says a word, until the replica is deleted."""
    volume = cluster.volume("vol-web", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(5, "the replica on n3 crashes, and runs again; the engine does not take it in")
    volume.fail("n3")
    cluster.wait(20)
    volume.on("n3").start(anew=True)
    cluster.at(27, "the replica is deleted, and another one rebuilt")
    stuck = volume.on("n3")
    cluster.node("n3").unhost("instanceReplicas", stuck.name)
    volume.drop(stuck)
    cluster.wait(5)
    volume.replace("n3", seconds=40)


@story(
    "v1.7.2",
    minutes=30,
    nodes=4,
    section="4",
    shows="A failed replica that may be needed yet is given up in ten minutes.",
    raises=[warning("ReplicaDeletionImminent", "vol-db-r-00000003")],
)
def imminent_deletion(cluster: Cluster) -> None:
    """A node is away for longer than staleReplicaTimeout; in time the replica is replaced elsewhere."""
    volume = cluster.volume("vol-db", "n1 n2 n3", staleReplicaTimeout=15)
    volume.attach("n1")
    cluster.at(5, "n3 is lost, and its replica fails")
    cluster.node("n3").lose_contact()
    cluster.at(15.1, "Longhorn replaces the replica on n4")
    volume.replace("n4", seconds=30)
    cluster.at(20.1, "the failed replica is stale and deleted")
    volume.drop(volume.on("n3"))
    cluster.at(22, "n3 is back")
    cluster.node("n3").come_back()


@story(
    "v1.12.1",
    minutes=100,
    section="6.10",
    shows="Failed replica CRs pile up beside the good ones (#13152).",
    raises=[warning("ReplicaLeak", "vol-web")],
)
def replica_leak(cluster: Cluster) -> None:
    """More than twice the replicas wanted, and two, for over an hour."""
    volume = cluster.volume("vol-web", "n1 n2", staleReplicaTimeout=2880)
    volume.attach("n1")
    for number in range(6):
        cluster.at(4 + 2 * number, "a replica more fails on n3 before it is whole, and is not removed")
        volume.add_replica("n3").fail(rebuildRetryCount=1)
    cluster.at(85, "they are deleted by hand")
    for leftover in volume.replicas[2:]:
        volume.drop(leftover)


@story(
    "v1.7.2",
    minutes=30,
    section="6.9",
    shows="Two copies on one node, as soft anti-affinity allows; and a volume that never wanted more than one.",
    settings={"replica-soft-anti-affinity": "true"},
    raises=[info("FalseRedundancy", "vol-web")],
)
def two_copies_on_one_node(cluster: Cluster) -> None:
    """The wanted number is there, and is lost with one node; of the cache one copy is all there ever was."""
    volume = cluster.volume("vol-web", "n2 n2")
    volume.attach("n1")
    cache = cluster.volume("vol-cache", "n3")
    cache.attach("n3")


@story(
    "v1.8.1",
    minutes=45,
    section="7",
    shows="A volume that wants more replicas than there are nodes: one ticket, and no stalled rebuild.",
    raises=[warning("VolumeRedundancyLow", "vol-wide")],
)
def more_replicas_than_nodes(cluster: Cluster) -> None:
    """Four wanted on three nodes, with degraded availability allowed."""
    volume = cluster.volume("vol-wide", "n1 n2 n3 -")
    volume.attach("n1")
    volume.schedule("False", "ReplicaSchedulingFailure", "insufficient storage")


@story(
    "v1.8.1",
    minutes=40,
    section="6.2",
    shows="All copies of a detached volume are out of reach for longer than a reboot takes.",
    raises=[critical("VolumeRedundancyLow", "vol-archive")],
)
def all_copies_out_of_reach(cluster: Cluster) -> None:
    """A rack with both nodes loses its power; nobody asks for the volume meanwhile."""
    volume = cluster.volume("vol-archive", "n2 n3")
    volume.attach("n1")
    volume.leave()
    cluster.at(5, "n2 and n3 are lost")
    cluster.node("n2").lose_contact()
    cluster.node("n3").lose_contact()
    cluster.at(27, "n2 and n3 are back")
    cluster.node("n2").come_back()
    cluster.node("n3").come_back()
