"""What ends a deadlock, and what does not."""

from __future__ import annotations

from .cluster import Cluster
from .deadlock import NOT_ALLOWED, armed
from .story import critical, info, story, warning
from .volume import Volume


@story(
    "v1.7.2",
    minutes=60,
    section="1.3",
    shows="Two workloads deadlocked at once; their pods are moved, and fewer replicas are made to do.",
    settings=NOT_ALLOWED,
    raises=[
        *(critical("VolumeDeadlock", volume) for volume in ("vol-db", "vol-web")),
        *(warning("VolumeDeadlock", volume) for volume in ("vol-db", "vol-web")),
        *(warning("RebuildStalled", volume) for volume in ("vol-db", "vol-web")),
        *(warning("VolumeRedundancyLow", volume) for volume in ("vol-db", "vol-web")),
        *(warning("EngineStopped", volume) for volume in ("vol-db", "vol-web")),
        *(warning("ReplicaDeletionImminent", f"{volume}-r-00000003") for volume in ("vol-db", "vol-web")),
        warning("InstanceManagerDown", "n3"),
        info("InstanceManagerDown", "n3"),
    ],
)
def deadlock_ended_by_fewer_replicas(cluster: Cluster) -> None:
    """Of three replicas two are left, and the third is stale and gone: two wanted, two there."""
    volumes = [cluster.volume(name, "n1 n2 n3") for name in ("vol-db", "vol-web")]
    for volume in volumes:
        volume.attach("n1")
    cluster.at(2, "n3 is cordoned and drained")
    cluster.node("n3").drain()
    cluster.at(12.1, "Longhorn looks for places for replacements and finds none")
    for volume in volumes:
        volume.fail_precheck()
        volume.claim(armed=True)
    cluster.at(22, "n1 is drained too: both workloads move to n2, and are refused")
    cluster.node("n1").cordon()
    for volume in volumes:
        volume.leave(ready=False, latched=True)
        volume.ask("n2", refused=True)
    cluster.node("n1").lose_budget()
    cluster.at(32.1, "the failed replicas are stale and deleted")
    for volume in volumes:
        volume.drop(volume.on("n3"))
    cluster.at(38, "n1 and n3 are uncordoned: that heals nothing; the pods are moved to n1")
    cluster.node("n1").uncordon()
    cluster.node("n3").uncordon()
    for volume in volumes:
        volume.give_up()
        cluster.wait(5)
        volume.ask("n1", refused=True)
    cluster.at(45, "two replicas are made to do")
    for volume in volumes:
        volume.obj["spec"]["numberOfReplicas"] = 2
        volume.recover()
    cluster.at(47, "CSI tries again")
    for volume in volumes:
        volume.get("n1")


@story(
    "v1.7.2",
    minutes=60,
    section="1.3",
    shows="A deadlock that a backup ends: it attaches the volume without asking whether it is ready.",
    settings=NOT_ALLOWED,
    raises=[
        critical("VolumeDeadlock", "vol-db"),
        warning("VolumeDeadlock", "vol-db"),
        warning("RebuildStalled", "vol-db"),
        warning("VolumeRedundancyLow", "vol-db"),
        warning("EngineStopped", "vol-db"),
        warning("InstanceManagerDown", "n3"),
        info("InstanceManagerDown", "n3"),
    ],
)
def deadlock_ended_by_a_backup(cluster: Cluster) -> None:
    """The next workload's attach finds it attached; a replica is rebuilt at once, as n3 is open again."""
    volume = _deadlocked(cluster)
    cluster.at(38, "n3 is uncordoned: that heals nothing")
    cluster.node("n3").uncordon()
    cluster.at(45, "the nightly backup begins, and attaches the volume")
    volume.claim(ready=True, latched=False, refused_since="", armed=True)
    volume.hold("backup-controller", "n2")
    cluster.wait(10)
    volume.schedule("True")
    volume.claim(armed=False)
    volume.rebuild(volume.on("n3"))
    cluster.at(47, "CSI tries again")
    volume.get("n2")


@story(
    "v1.7.2",
    minutes=55,
    section="1.3",
    shows="A deadlock that an upgrade of Longhorn ends.",
    settings=NOT_ALLOWED,
    raises=[
        critical("VolumeDeadlock", "vol-db"),
        warning("VolumeDeadlock", "vol-db"),
        warning("RebuildStalled", "vol-db"),
        warning("VolumeRedundancyLow", "vol-db"),
        warning("EngineStopped", "vol-db"),
        warning("InstanceManagerDown", "n3"),
        info("InstanceManagerDown", "n3"),
    ],
)
def deadlock_ended_by_an_upgrade(cluster: Cluster) -> None:
    """The fixed release asks only whether every replica has a place."""
    volume = _deadlocked(cluster)
    cluster.at(40, "Longhorn is upgraded to v1.7.3")
    cluster.set("current-longhorn-version", "v1.7.3")
    volume.claim(ready=True, latched=False, refused_since="")
    cluster.at(43, "CSI tries again")
    volume.get("n2")
    cluster.at(45, "n3 is uncordoned, and its replica rebuilt")
    cluster.node("n3").uncordon()
    cluster.wait(10)
    volume.schedule("True")
    volume.rebuild(volume.on("n3"))


def _deadlocked(cluster: Cluster) -> Volume:
    """Tell how a volume comes into the deadlock, from its making to minute 22."""
    volume = armed(cluster)
    cluster.at(22, "the workload moves to n2, and is refused")
    volume.leave(ready=False, latched=True)
    cluster.wait(8)
    volume.ask("n2", refused=True)
    return volume
