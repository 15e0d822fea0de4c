"""A volume's objects, and what Longhorn does with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from .node import ENGINES
from .replica import Replica
from .shape import ATTACHMENT, ENGINE, VOLUME, Json

if TYPE_CHECKING:
    from .cluster import Cluster

_OUTLIVING: Final = ("conditions", "snapshots", "currentSize", "currentReplicaAddressMap", "replicaAddressMap")
"""What an engine keeps when it stops."""


class LonghornVolume:
    """A volume by name, detached at first, with replicas on nodes ("" for one that found no place).

    ``spec`` are fields of its spec; ``numberOfReplicas`` is otherwise that of the replicas. ``status`` are fields of
    its status, and ``ready`` what is true of it when it is made.
    """

    def __init__(
        self, cluster: Cluster, name: str, on: Sequence[str], *, status: Json, ready: bool, **spec: Any
    ) -> None:
        self._cluster, self._journal = cluster, cluster.journal
        self.name, self.names = name, {"vol-rwo3": name}
        self.obj = cluster.shapes.make(VOLUME, self.names)
        self.obj["spec"] |= {"numberOfReplicas": len(on), **spec}
        self.obj["status"] |= {"state": "creating", "robustness": "", **status}
        self._restamp(self.obj)
        self._attachment = cluster.shapes.make(ATTACHMENT, self.names)
        self.engine = cluster.shapes.make(ENGINE, self.names)
        self._restamp(self.engine)
        self._made = 0
        self.replicas: list[Replica] = []
        for obj in (self.obj, self._attachment, self.engine):
            self._journal.add(obj)
        for node in on:
            self.add_replica(node)
        self.claim()
        cluster.wait(2)
        self.obj["status"] |= {"state": "detached", "robustness": "unknown"}
        self.change()
        self.claim(ready=ready)

    # What the script says is true, and what is plainly seen.

    def claim(self, **changes: Any) -> None:
        """Say what is true of it: ready, latched, armed, workload_waiting, refused_since."""
        self._cluster.account.claim(self.name, **changes)

    def seen(self) -> Json:
        """Return what stands plainly in its objects."""
        status, spec = self.obj["status"], self.obj["spec"]
        scheduled = [each["status"] for each in status["conditions"] if each["type"] == "Scheduled"]
        without = sum(replica.obj["spec"]["nodeID"] == "" for replica in self.replicas)
        counts = {"replicas": len(self.replicas), "replicas_without_node": without}
        wanted = {"numberOfReplicas": spec["numberOfReplicas"], "scheduled": "".join(scheduled)}
        return {**counts, **wanted, "state": status["state"], "robustness": status["robustness"]}

    # What Longhorn does.

    def hold(self, ticket_type: str, node: str, *, ticket: str = "") -> None:
        """Somebody's ticket has it attached to a node: ``csi-attacher``, ``longhorn-api`` and the like."""
        self.give_ticket(ticket_type, node, ticket=ticket or f"{ticket_type}-{self.name}", satisfied=True)
        self._turn_volume(node)
        self._cluster.wait(1)
        for replica in self.replicas:
            if replica.lost:
                replica.fail()
            elif replica.can_run:
                replica.start()
        self._cluster.wait(2)
        self._turn_engine(node)

    def give_ticket(self, ticket_type: str, node: str, *, ticket: str, satisfied: bool) -> None:
        """Write a ticket into Longhorn's own VolumeAttachment, and whether it is satisfied."""
        model, status = self._cluster.shapes.ticket()
        self._attachment["spec"]["attachmentTickets"] = {
            ticket: model | {"id": ticket, "type": ticket_type, "nodeID": node}
        }
        condition = status["conditions"][0] | {"status": str(satisfied), "lastTransitionTime": self._journal.clock}
        told = status | {"id": ticket, "satisfied": satisfied, "conditions": [condition]}
        self._attachment["status"]["attachmentTicketStatuses"] = {ticket: told}
        self._journal.change(self._attachment)

    def release(self, **left: Any) -> None:
        """The ticket goes, and the volume is detached; ``left`` is what is true then (otherwise it is ready)."""
        self._attachment["spec"]["attachmentTickets"] = {}
        self._attachment["status"]["attachmentTicketStatuses"] = {}
        self._journal.change(self._attachment)
        host = self._cluster.node(self.obj["spec"]["nodeID"])
        self._turn_volume("", state="detaching")
        self.claim(ready=False, armed=False)
        self._cluster.wait(1)
        if self.engine["status"]["currentState"] == "running":
            host.unhost(ENGINES, self.engine["metadata"]["name"])
        self._turn_engine("")
        for replica in self.replicas:
            replica.stop()
        self._cluster.wait(2)
        self.obj["status"] |= {"state": "detached", "currentNodeID": ""}
        self.change()
        self.claim(**{"ready": True, **left})

    def fail(self, node: str) -> None:
        """Its replica on a node fails, where one runs there; where its engine is out of reach too, nobody notes it."""
        noted = self.engine["status"]["currentState"] == "running"
        for replica in self.replicas:
            if replica.obj["spec"]["nodeID"] == node and replica.running:
                if noted:
                    replica.fail()
                else:
                    replica.lose_touch()
        self.tell_engine()

    def add_replica(self, node: str, *, active: bool = True) -> Replica:
        """Make a replica on a node ("": without a place), as yet empty and stopped."""
        self._made += 1
        replica = Replica(self._cluster, self.name, node, self._made, active=active)
        self.replicas.append(replica)
        return replica

    def replace(self, node: str, *, seconds: int = 15) -> None:
        """Rebuild it on another node."""
        self.rebuild(self.add_replica(node), seconds=seconds)

    def rebuild(self, replica: Replica, *, seconds: int = 15) -> None:
        """Rebuild a replica: it runs, is written to, and is whole."""
        replica.start(anew=True)
        self.tell_engine(writing=[replica])
        self._cluster.wait(seconds)
        replica.heal()
        self.tell_engine()

    def on(self, node: str) -> Replica:
        """Return its replica on a node."""
        return next(replica for replica in self.replicas if replica.obj["spec"]["nodeID"] == node)

    def drop(self, replica: Replica) -> None:
        """Longhorn deletes a replica."""
        self.replicas.remove(replica)
        replica.delete()

    def schedule(self, status: str, reason: str = "", message: str = "") -> None:
        """Set the condition Scheduled."""
        for condition in self.obj["status"]["conditions"]:
            if condition["type"] == "Scheduled":
                moved = {} if condition["status"] == status else {"lastTransitionTime": self._journal.clock}
                condition |= {"status": status, "reason": reason, "message": message, **moved}
        self.change()

    def fail_precheck(self) -> None:
        """Longhorn finds no place for a replacement while the volume is attached: Scheduled becomes False."""
        self.schedule("False", "ReplicaSchedulingFailure", "precheck new replica failed")

    def recover(self) -> None:
        """Scheduled is True again: the volume can be attached, and nobody is refused any more."""
        self.schedule("True")
        self.claim(ready=True, latched=False, refused_since="")

    def change(self) -> None:
        """Write the volume."""
        self._journal.change(self.obj)

    def tell_engine(self, writing: Sequence[Replica] = ()) -> None:
        """Let the engine, where it runs, know its replicas and the volume its robustness."""
        if self.engine["status"]["currentState"] != "running":
            return
        writes = [replica.name for replica in writing]
        modes = {each.name: "WO" if each.name in writes else "RW" for each in self.replicas if each.serving}
        addresses = {each.name: each.address for each in self.replicas if each.name in modes}
        self.engine["spec"]["replicaAddressMap"] = addresses
        self.engine["status"] |= {"currentReplicaAddressMap": addresses, "replicaModeMap": modes}
        self.engine["status"]["replicaTransitionTimeMap"] = dict.fromkeys(modes, self._journal.clock)
        self._journal.change(self.engine)
        whole = sum(mode == "RW" for mode in modes.values()) >= self.obj["spec"]["numberOfReplicas"]
        since = "" if whole else self.obj["status"]["lastDegradedAt"] or self._journal.clock
        self.obj["status"] |= {"robustness": "healthy" if whole else "degraded", "lastDegradedAt": since}
        self.change()

    def _turn_volume(self, node: str, *, state: str = "attaching") -> None:
        names = {**self.names, "n1": node or "n1"}
        turned = self._cluster.shapes.turned(VOLUME, names, working=bool(node))
        for key in ("conditions", "kubernetesStatus", "actualSize", "currentNodeID"):
            turned["status"].pop(key, None)
        self.obj["spec"] |= turned["spec"]
        self.obj["status"] |= turned["status"] | {"state": state, "robustness": "unknown", "lastDegradedAt": ""}
        self.change()

    def _turn_engine(self, node: str) -> None:
        names = {**self.names, **(self._cluster.node(node).names() if node else {})}
        turned = self._cluster.shapes.turned(ENGINE, names, working=bool(node))
        for key in ("conditions", "snapshots") if node else _OUTLIVING:
            turned["status"].pop(key, None)
            turned["spec"].pop(key, None)
        self.engine["metadata"]["labels"]["longhornnode"] = node
        self.engine["spec"] |= turned["spec"]
        self.engine["status"] |= turned["status"]
        if not node:
            self._journal.change(self.engine)
            return
        self._cluster.node(node).host(ENGINES, self.engine["metadata"]["name"])
        self.obj["status"] |= {"state": "attached", "currentNodeID": node, "actualSize": 104_857_600}
        for replica in self.replicas:
            if replica.running:
                replica.heal()
        self.tell_engine()

    def _restamp(self, obj: Json) -> None:
        """Give a new object's conditions its own times."""
        for condition in obj["status"]["conditions"]:
            condition["lastTransitionTime"] = self._journal.clock
