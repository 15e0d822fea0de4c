"""Ordinary days: what looks like trouble and is none."""

from __future__ import annotations

from .cluster import Cluster
from .migration import Copies
from .story import story


@story(
    "v1.7.2",
    minutes=60,
    nodes=4,
    section="7",
    shows="Cordons without a drain, an empty node drained, a node scaled down, rebuilding off for an hour's work.",
)
def plain_cordons(cluster: Cluster) -> None:
    """Nothing is lost at any time."""
    volume = cluster.volume("vol-db", "n1 n2")
    volume.attach("n1")
    idle = cluster.volume("vol-idle", "n1 n2")
    idle.attach("n2")
    idle.leave()
    cluster.at(3, "rebuilding is switched off")
    cluster.set("concurrent-replica-rebuild-per-node-limit", "0")
    cluster.at(4, "n3, which holds nothing, is cordoned and drained")
    cluster.node("n3").drain()
    cluster.at(10, "n2 is cordoned, and not drained, though Longhorn would let it")
    cluster.node("n2").cordon()
    cluster.node("n2").lose_budget()
    cluster.at(30, "n4, which holds nothing, is scaled down")
    cluster.node("n4").vanish(leaves_longhorn=False)
    cluster.at(40, "n2 is uncordoned")
    cluster.node("n2").uncordon()
    cluster.at(50, "n3 is uncordoned, and rebuilding is on again")
    cluster.node("n3").uncordon()
    cluster.set("concurrent-replica-rebuild-per-node-limit", "5")


@story(
    "v1.7.2",
    minutes=30,
    section="7",
    shows="A reboot shorter than Longhorn waits before it replaces a replica.",
    settings={"allow-volume-creation-with-degraded-availability": "false"},
)
def short_reboot(cluster: Cluster) -> None:
    """Degraded for six minutes, with no node to spare."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    idle = cluster.volume("vol-idle", "n1 n2 n3")
    idle.attach("n3")
    idle.leave()
    cluster.at(5, "n2 reboots")
    cluster.node("n2").lose_contact()
    cluster.at(10, "n2 is back, and its replica rebuilt")
    cluster.node("n2").come_back()
    cluster.wait(10)
    volume.rebuild(volume.on("n2"), seconds=45)


@story(
    "v1.12.1",
    minutes=45,
    section="7",
    shows="Detached volumes that jobs and people attach for a while, and one that is placed for its first pod.",
)
def jobs_on_detached_volumes(cluster: Cluster) -> None:
    """A backup, a snapshot, a maintenance, a best-effort volume before its first attach."""
    volume = cluster.volume("vol-idle", "n1 n2 n3")
    volume.attach("n1")
    volume.leave()
    early = cluster.volume("vol-early", "- -", dataLocality="best-effort")
    cluster.at(5, "a backup begins")
    volume.hold("backup-controller", "n2")
    cluster.at(13, "the backup is done")
    volume.release()
    cluster.at(16, "a snapshot is taken")
    volume.hold("snapshot-controller", "n3")
    cluster.wait(20)
    volume.release()
    cluster.at(20, "the volume is attached by hand, for maintenance")
    volume.hold("longhorn-api", "n1")
    cluster.at(28, "the maintenance is done")
    volume.release()
    cluster.at(35, "the first pod of the best-effort volume asks for it")
    for replica, node in zip(early.replicas, ("n1", "n2"), strict=True):
        replica.place(node)
    early.attach("n1")


@story(
    "v1.8.1",
    minutes=40,
    section="7",
    shows="A live migration and an engine upgrade: two engines, twice the replicas, two instance managers on a node.",
)
def migration_and_upgrade(cluster: Cluster) -> None:
    """Copies that are not active count for nothing."""
    volume = cluster.volume("vol-vm", "n1 n2 n3", accessMode="rwx", migratable=True)
    volume.attach("n1")
    web = cluster.volume("vol-web", "n2 n3")
    web.attach("n2")
    cluster.at(5, "the virtual machine migrates to n2")
    copies = Copies(cluster, volume)
    copies.migrate("n2")
    cluster.at(8, "the migration is done")
    copies.take_over()
    cluster.at(15, "Longhorn is upgraded: every node gets a second instance manager")
    for node in cluster.nodes.values():
        node.add_manager("longhornio/longhorn-instance-manager:v1.8.2")
    cluster.at(20, "an engine is upgraded; the old replicas stay beside the new ones for two minutes")
    copies = Copies(cluster, web)
    cluster.at(22, "the upgrade is done")
    copies.take_over()


@story(
    "v1.7.2",
    minutes=60,
    nodes=4,
    section="7",
    shows="A CronJob's volume that comes and goes, and a replica more while Longhorn balances.",
    settings={"allow-volume-creation-with-degraded-availability": "false"},
)
def cron_jobs_and_balance(cluster: Cluster) -> None:
    """Most of the time the job's volume is detached; its robustness is unknown then."""
    volume = cluster.volume("vol-db", "n1 n2 n3", replicaAutoBalance="best-effort")
    volume.attach("n1")
    nightly = cluster.volume("vol-job", "n1 n2")
    for number in range(5):
        cluster.at(5 + 10 * number, "the job runs")
        nightly.attach(f"n{1 + number % 4}")
        cluster.wait(90)
        nightly.leave()
    cluster.at(50, "n4 gets a replica, and n3 loses one")
    volume.replace("n4", seconds=120)
    old = volume.on("n3")
    old.stop()
    volume.drop(old)
    volume.tell_engine()


@story(
    "v1.7.2",
    minutes=45,
    section="7",
    shows="A best-effort volume used on a cordoned node: Scheduled is False for want of a local copy; nothing is lost.",
    settings={"allow-volume-creation-with-degraded-availability": "false"},
)
def best_effort_on_a_cordoned_node(cluster: Cluster) -> None:
    """The replica that found no place goes with the detach, and Scheduled is True again."""
    volume = cluster.volume("vol-db", "n1 n2", dataLocality="best-effort")
    volume.attach("n1")
    cluster.at(2, "n3 is cordoned while the pod is on its way there")
    volume.leave()
    volume.ask("n3")
    cluster.node("n3").cordon()
    cluster.wait(5)
    volume.get("n3")
    cluster.wait(10)
    local = volume.add_replica("")
    local.bind("n3")
    volume.schedule("False", "LocalReplicaSchedulingFailure", "replica scheduling failed")
    cluster.at(30, "the workload moves back to n1")
    volume.leave()
    volume.drop(local)
    volume.schedule("True")
    cluster.node("n3").lose_budget()
    cluster.wait(10)
    volume.attach("n1")
    cluster.at(35, "n3 is uncordoned")
    cluster.node("n3").uncordon()


@story(
    "v1.8.1",
    minutes=60,
    section="7",
    shows="A node that is NotReady for two minutes again and again.",
)
def flapping_node(cluster: Cluster) -> None:
    """Its replica is rebuilt each time; the volume is used elsewhere."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    node = cluster.node("n3")
    for number in range(5):
        cluster.at(5 + 10 * number, "n3 is lost")
        node.lose_contact()
        cluster.at(7 + 10 * number, "n3 is back, and its replica rebuilt")
        node.come_back()
        cluster.wait(10)
        volume.rebuild(volume.on("n3"), seconds=60)
