"""Ways into the rolling-update deadlock, and what looks like it."""

from __future__ import annotations

from typing import Final

from .cluster import Cluster
from .story import critical, info, story, warning
from .volume import Volume

NOT_ALLOWED: Final = {"allow-volume-creation-with-degraded-availability": "false"}


def armed(cluster: Cluster) -> Volume:
    """Tell how a volume comes to be armed, from its making to minute 12."""
    volume = cluster.volume("vol-db", "n1 n2 n3", staleReplicaTimeout=2880)
    volume.attach("n1")
    cluster.at(2, "n3 is cordoned and drained")
    cluster.node("n3").drain()
    cluster.at(12.1, "Longhorn looks for a place for a replacement and finds none")
    volume.fail_precheck()
    volume.claim(armed=True)
    return volume


@story(
    "v1.7.2",
    minutes=80,
    section="1.2",
    shows="Two good replicas of two wanted, and a failed one too many: deadlocked until that one goes stale.",
    settings=NOT_ALLOWED,
    raises=[
        critical("VolumeDeadlock", "vol-db"),
        warning("VolumeDeadlock", "vol-db"),
        warning("EngineStopped", "vol-db"),
        info("VersionAffected"),
    ],
)
def deadlock_by_an_extra_replica(cluster: Cluster) -> None:
    """1.7.2 and 1.8.0 want as many replica CRs as replicas before Scheduled returns to True."""
    volume = cluster.volume("vol-db", "n1 n2", staleReplicaTimeout=60)
    volume.attach("n1")
    cluster.at(4, "n3 is cordoned and drained; it holds nothing")
    cluster.node("n3").drain()
    cluster.at(6, "n2 is lost, and its replica fails")
    cluster.node("n2").lose_contact()
    cluster.at(16.1, "Longhorn looks for a place for a replacement and finds none")
    volume.fail_precheck()
    volume.claim(armed=True)
    cluster.at(17, "n3 is uncordoned, and the volume is rebuilt there; the failed replica is kept")
    cluster.node("n3").uncordon()
    cluster.wait(20)
    volume.replace("n3")
    cluster.at(20, "n2 is back")
    cluster.node("n2").come_back()
    cluster.at(30, "the workload is moved to n3, and is refused")
    volume.leave(ready=False, latched=True)
    cluster.wait(8)
    volume.ask("n3", refused=True)
    cluster.at(66.1, "the failed replica is stale and deleted: two of two")
    volume.drop(volume.on("n2"))
    volume.recover()
    cluster.at(69, "CSI tries again")
    volume.get("n3")


@story(
    "v1.7.2",
    minutes=66,
    section="1.4",
    shows="A volume that latched while its workload was scaled to zero: nobody waits, until it is scaled up.",
    settings=NOT_ALLOWED,
    raises=[
        critical("VolumeDeadlock", "vol-db"),
        warning("VolumeDeadlock", "vol-db"),
        warning("VolumeRedundancyLow", "vol-db"),
        warning("RebuildStalled", "vol-db"),
        warning("EngineStopped", "vol-db"),
        warning("InstanceManagerDown", "n3"),
        info("InstanceManagerDown", "n3"),
    ],
)
def deadlock_after_a_pause(cluster: Cluster) -> None:
    """Armed, latent for 25 minutes, deadlocked for ten."""
    volume = armed(cluster)
    cluster.at(20, "the workload is scaled to zero")
    volume.leave(ready=False, latched=True)
    cluster.at(45, "the workload is scaled up again, and is refused")
    volume.ask("n2", refused=True)
    cluster.at(55, "degraded availability is allowed")
    cluster.set("allow-volume-creation-with-degraded-availability", "true")
    volume.recover()
    cluster.at(57, "CSI tries again")
    volume.get("n2")
    cluster.at(60, "n3 is uncordoned, and its replica rebuilt")
    cluster.node("n3").uncordon()
    cluster.wait(10)
    volume.rebuild(volume.on("n3"))


@story(
    "v1.7.2",
    minutes=40,
    section="1.4",
    shows="Armed, and disarmed in time: the node is back before the workload moves.",
    settings=NOT_ALLOWED,
    raises=[
        warning("VolumeDeadlock", "vol-db"),
        warning("InstanceManagerDown", "n3"),
        info("InstanceManagerDown", "n3"),
    ],
)
def armed_and_disarmed(cluster: Cluster) -> None:
    """No deadlock comes of it."""
    volume = armed(cluster)
    cluster.at(15, "n3 is uncordoned, and its replica rebuilt: three of three")
    cluster.node("n3").uncordon()
    cluster.wait(10)
    volume.schedule("True")
    volume.claim(armed=False)
    volume.rebuild(volume.on("n3"))
    cluster.at(25, "the workload moves to n2")
    volume.leave()
    cluster.wait(10)
    volume.attach("n2")


@story(
    "v1.8.1",
    minutes=40,
    section="7",
    shows="Detached with Scheduled=False on a release where that is harmless.",
    settings={**NOT_ALLOWED, "replica-replenishment-wait-interval": "300"},
    raises=[info("InstanceManagerDown", "n3")],
)
def scheduled_false_on_a_fixed_release(cluster: Cluster) -> None:
    """The workload is scaled to zero for 20 minutes and comes back as if nothing were."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(2, "n3 is cordoned and drained")
    cluster.node("n3").drain()
    cluster.at(7.1, "Longhorn looks for a place for a replacement and finds none")
    volume.fail_precheck()
    cluster.at(8, "the workload is scaled to zero")
    volume.leave()
    cluster.at(28, "the workload is scaled up again")
    volume.attach("n2")
    cluster.at(29, "n3 is uncordoned, and its replica rebuilt")
    cluster.node("n3").uncordon()
    cluster.wait(10)
    volume.schedule("True")
    volume.rebuild(volume.on("n3"))


@story(
    "v1.7.2",
    minutes=35,
    section="1.3",
    shows="With degraded availability allowed the condition returns at the next sync: no deadlock.",
    settings={"replica-replenishment-wait-interval": "300"},
    raises=[info("InstanceManagerDown", "n3")],
)
def scheduled_false_where_degraded_is_allowed(cluster: Cluster) -> None:
    """The pod that moves is refused for some seconds."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(2, "n3 is cordoned and drained")
    cluster.node("n3").drain()
    cluster.at(7.1, "Longhorn looks for a place for a replacement and finds none")
    volume.fail_precheck()
    cluster.at(9, "the workload moves to n2, and is refused")
    volume.leave(ready=False, latched=True)
    volume.ask("n2", refused=True)
    cluster.wait(20)
    volume.recover()
    cluster.wait(20)
    volume.get("n2")
    cluster.at(11, "n3 is uncordoned, and its replica rebuilt")
    cluster.node("n3").uncordon()
    cluster.wait(10)
    volume.rebuild(volume.on("n3"))
