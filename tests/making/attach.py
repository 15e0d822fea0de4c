"""Volumes that a workload waits for, for other reasons than the deadlock."""

from __future__ import annotations

from .cluster import Cluster
from .node import ENGINES
from .story import critical, info, story, warning

STUCK = [critical("VolumeAttachStuck", "vol-db"), warning("EngineStopped", "vol-db")]


@story(
    "v1.8.1",
    minutes=36,
    section="6.5",
    shows="An attach to a reinstalled node whose instance manager is in error (#9939, #10385).",
    raises=[*STUCK, warning("InstanceManagerDown", "n2"), warning("NodeUnusable", "n2")],
)
def attach_to_a_node_without_instance_manager(cluster: Cluster) -> None:
    """The node is Ready and open, and the pod was scheduled to it."""
    volume = cluster.volume("vol-db", "n1 n3")
    cluster.at(1, "n2 is reinstalled")
    cluster.node("n2").lose_contact()
    cluster.at(4, "n2 is back; its instance manager stays in error")
    cluster.node("n2").come_back(manager=False)
    cluster.at(5, "a pod on n2 asks for the volume")
    volume.ask("n2")
    cluster.wait(1)
    volume.stall("n2")
    cluster.at(25, "the instance manager is deleted, and starts anew")
    cluster.node("n2").start_manager()
    cluster.wait(5)
    volume.get("n2")


@story(
    "v1.12.1",
    minutes=36,
    section="6.5",
    shows="An attach that a leaked record of the stopped engine holds up (#13687); elsewhere it takes seconds.",
    raises=[*STUCK, info("NodeDrainBlocked", "n2")],
)
def attach_held_by_a_leaked_engine(cluster: Cluster) -> None:
    """The pod is restarted on its node, and waits until it is moved."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n2")
    cluster.at(5, "the pod is restarted; the instance manager keeps a record of the stopped engine")
    volume.leave()
    cluster.node("n2").host(ENGINES, "vol-db-e-0", "stopped")
    cluster.wait(5)
    volume.ask("n2")
    cluster.wait(1)
    volume.stall("n2")
    cluster.at(25, "the pod is moved to n1")
    volume.give_up()
    volume.release()
    cluster.wait(10)
    volume.attach("n1")
    cluster.at(32, "the record goes with a restart of the instance manager")
    cluster.node("n2").unhost(ENGINES, "vol-db-e-0")


@story(
    "v1.12.1",
    minutes=30,
    section="6.5",
    shows="An attach to a node on which the engine image is not deployed (#11994).",
    raises=STUCK,
)
def attach_without_an_engine_image(cluster: Cluster) -> None:
    """The node is new, and the image takes 20 minutes."""
    volume = cluster.volume("vol-db", "n1 n2")
    cluster.at(2, "the engine image is gone from n3")
    cluster.deploy("n3", deployed=False)
    cluster.at(3, "a pod on n3 asks for the volume")
    volume.ask("n3")
    cluster.wait(1)
    volume.stall("n3")
    cluster.at(20, "the image is there")
    cluster.deploy("n3", deployed=True)
    cluster.wait(10)
    volume.get("n3")


@story(
    "v1.6.4",
    minutes=30,
    section="6.5",
    shows="An attach for which nothing happens: the csi-attacher does not run.",
    raises=[warning("VolumeAttachStuck", "vol-db"), warning("EngineStopped", "vol-db")],
)
def attach_for_no_known_reason(cluster: Cluster) -> None:
    """There is a wish, and Longhorn never hears of it."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    cluster.at(5, "a pod on n2 asks for the volume; the csi-attacher is down")
    volume.ask("n2")
    cluster.at(20, "the csi-attacher is back")
    volume.get("n2")


@story(
    "v1.8.1",
    minutes=40,
    section="7",
    shows="Volumes that are restored and cloned while their pods wait, and a standby that never becomes ready.",
    raises=[info("VolumeAttachStuck", "vol-restored"), info("VolumeAttachStuck", "vol-copy")],
)
def restores_and_clones(cluster: Cluster) -> None:
    """None of them is ready for workloads, as it should be."""
    url, source = "s3://backups@eu/?backup=backup-1&volume=vol-old", "vol://vol-old"
    busy = {"restoreRequired": True, "restoreInitiated": True}
    restored = cluster.volume("vol-restored", "n1 n2", ready=False, status=busy, fromBackup=url)
    standby = cluster.volume(
        "vol-standby", "n2 n3", ready=False, status={**busy, "isStandby": True}, fromBackup=url, Standby=True
    )
    cloning = {"cloneStatus": {"sourceVolume": "vol-old", "snapshot": "clone-1", "state": "initiated"}}
    copy = cluster.volume("vol-copy", "n1 n3", ready=False, status=cloning, dataSource=source)
    restored.hold("volume-restore-controller", "n1")
    standby.hold("volume-restore-controller", "n2")
    copy.hold("volume-clone-controller", "n3")
    cluster.at(2, "pods ask for the restored volume and for the copy")
    restored.ask("n1", refused=True)
    copy.ask("n3", refused=True)
    cluster.at(16, "the restore is done")
    restored.obj["status"] |= {"restoreRequired": False, "restoreInitiated": False}
    restored.change()
    restored.release()
    restored.claim(refused_since="")
    cluster.wait(20)
    restored.get("n1")
    cluster.at(20, "the clone is done")
    copy.obj["status"]["cloneStatus"]["state"] = "completed"
    copy.change()
    copy.release()
    copy.claim(refused_since="")
    cluster.wait(20)
    copy.get("n3")


@story(
    "v1.8.1",
    minutes=36,
    section="7",
    shows="A pod moves away from a node that died: its volume comes after six minutes and some, as usual.",
    raises=[],
)
def move_from_a_dead_node(cluster: Cluster) -> None:
    """Kubernetes gives the attachment on the dead node up after six minutes."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(5, "n1 dies")
    volume.die()
    cluster.node("n1").lose_contact()
    cluster.at(10, "the pod is made anew on n2, and asks for the volume")
    volume.ask("n2")
    cluster.at(16.1, "Kubernetes gives the old attachment up")
    volume.let_go()
    cluster.wait(5)
    volume.get("n2")
    cluster.at(18, "n1 is back")
    cluster.node("n1").come_back()
    cluster.wait(10)
    volume.rebuild(volume.on("n1"))


@story(
    "v1.7.2",
    minutes=40,
    section="6.5",
    shows="A pod that waits because the volume is held on a node that died, and nobody gives it up.",
    raises=[critical("VolumeAttachStuck", "vol-db")],
)
def attach_held_by_a_dead_node(cluster: Cluster) -> None:
    """The old pod never ends, and its VolumeAttachment is deleted by hand after 22 minutes."""
    volume = cluster.volume("vol-db", "n1 n2 n3")
    volume.attach("n1")
    cluster.at(7, "n1 dies")
    volume.die()
    cluster.node("n1").lose_contact()
    cluster.at(10, "the pod is made anew on n2, and asks for the volume")
    volume.ask("n2")
    cluster.at(32, "the old attachment is deleted by hand")
    volume.let_go()
    cluster.wait(5)
    volume.get("n2")
    cluster.at(33, "n1 is back, and its replica rebuilt")
    cluster.node("n1").come_back()
    cluster.wait(10)
    volume.rebuild(volume.on("n1"))
