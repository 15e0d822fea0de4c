"""A node of a story: Kubernetes' and Longhorn's objects of it, its instance manager and that one's budget."""

from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING, Final

from .shape import BUDGET, KUBERNETES_NODE, MANAGER, NODE, Json

if TYPE_CHECKING:
    from .cluster import Cluster

ENGINES: Final = "instanceEngines"
REPLICAS: Final = "instanceReplicas"
_UNREACHABLE: Final = "node.kubernetes.io/unreachable"


class Node:
    """A node by name; ``number`` gives its addresses."""

    def __init__(self, cluster: Cluster, name: str, number: int) -> None:
        self._cluster, self._journal = cluster, cluster.journal
        self.name, self.disk = name, f"d1500000-0000-4000-a000-{number:012d}"
        self.ip = f"10.42.{number}.10"
        self.manager_name = f"instance-manager-{md5(name.encode(), usedforsecurity=False).hexdigest()}"
        self._kubernetes: Json | None = self._make(KUBERNETES_NODE)
        self._longhorn: Json | None = self._make(NODE)
        self._longhorn["status"]["diskStatus"]["default-disk"] |= {"scheduledReplica": {}, "storageScheduled": 0}
        self.manager: Json | None = self._make(MANAGER)
        self._budget: Json | None = self._make(BUDGET)
        for obj in (self._kubernetes, self._longhorn, self.manager, self._budget):
            self._journal.add(obj)

    def names(self) -> dict[str, str]:
        """Return the model's names and addresses with this node's in their place."""
        shapes = self._cluster.shapes
        own = shapes.make(MANAGER, {})["metadata"]["name"]
        return {
            "n1": self.name,
            own: self.manager_name,
            "10.42.1.10": self.ip,
            "d1500000-0000-4000-a000-000000000001": self.disk,
        }

    def _make(self, kind: str) -> Json:
        return self._cluster.shapes.make(kind, self.names())

    # What people and Kubernetes do to it.

    def beat(self) -> None:
        """Let the kubelet say that it lives, where it does."""
        if self._kubernetes is not None and self.ready:
            for condition in self._kubernetes["status"]["conditions"]:
                condition["lastHeartbeatTime"] = self._journal.clock
            self._journal.change(self._kubernetes)

    @property
    def ready(self) -> bool:
        """Whether Kubernetes calls it Ready."""
        conditions = self._there()["status"]["conditions"]
        return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)

    def cordon(self) -> None:
        """Cordon it; Longhorn notes that as its node's condition Schedulable."""
        taint = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule", "timeAdded": self._journal.clock}
        self._there()["spec"] = {"taints": [taint], "unschedulable": True}
        self._journal.change(self._there())
        self._say("Schedulable", "False", "KubernetesNodeCordoned", f"Node {self.name} is cordoned")

    def drain(self) -> None:
        """Cordon it and evict its instance manager."""
        self.cordon()
        self.evict_manager()

    def uncordon(self) -> None:
        """Uncordon it: an instance manager that is down starts, and has a budget again."""
        self._there()["spec"] = {}
        self._journal.change(self._there())
        self._say("Schedulable", "True")
        if self.manager is not None and self.manager["status"]["currentState"] == "error":
            self.start_manager()
        self.give_budget()

    def lose_contact(self) -> None:
        """Its kubelet falls silent: NotReady, the instance manager unknown, and attached volumes lose its replicas."""
        taints = [
            {"key": _UNREACHABLE, "effect": each, "timeAdded": self._journal.clock}
            for each in ("NoSchedule", "NoExecute")
        ]
        self._there()["spec"] |= {"taints": taints}
        self._kubelet("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")
        self._say(
            "Ready", "False", "KubernetesNodeNotReady", f"Kubernetes node {self.name} not ready: NodeStatusUnknown"
        )
        self.say_manager("unknown")
        self._fail_replicas()

    def come_back(self, *, manager: bool = True) -> None:
        """It is Ready again after a reboot, and its instance manager starts anew, unless told otherwise."""
        self._there()["spec"].pop("taints", None)
        self._kubelet("True", "KubeletReady", "kubelet is posting ready status")
        self._say("Ready", "True", "", f"Node {self.name} is ready")
        self.clear_records()
        self.say_manager("error")
        if manager:
            self.start_manager()

    def vanish(self, *, leaves_longhorn: bool) -> None:
        """Delete the Kubernetes node. Longhorn's node and instance manager go too; from 1.10 they may stay."""
        self._journal.delete(self._there())
        self._kubernetes = None
        if leaves_longhorn:
            self._say("Ready", "False", "KubernetesNodeGone", f"Kubernetes node missing: node {self.name} not found")
            self.clear_records()
            self.say_manager("error")
        else:
            self.forget()

    def forget(self) -> None:
        """Remove all that Longhorn has of it."""
        for obj in (self._longhorn, self.manager, self._budget):
            if obj is not None:
                self._journal.delete(obj)
        self._longhorn = self.manager = self._budget = None

    # What Longhorn does on it.

    def say_disk(self, *, ready: bool, reason: str = "", message: str = "") -> None:
        """Set the condition Ready of its disk."""
        _set(
            self._disk()["conditions"],
            "Ready",
            "True" if ready else "False",
            self._journal.clock,
            reason=reason,
            message=message,
        )
        self._journal.change(self._own())

    def take_replica(self, name: str, size: str) -> None:
        """Its disk has a replica of so many bytes more."""
        self._schedule(self._disk()["scheduledReplica"] | {name: int(size)})

    def lose_replica(self, name: str) -> None:
        """Its disk has that replica no more."""
        if self._longhorn is not None:
            self._schedule({other: size for other, size in self._disk()["scheduledReplica"].items() if other != name})

    def _schedule(self, replicas: dict[str, int]) -> None:
        self._disk().update({"scheduledReplica": replicas, "storageScheduled": sum(replicas.values())})
        self._journal.change(self._own())

    def _disk(self) -> Json:
        disk: Json = self._own()["status"]["diskStatus"]["default-disk"]
        return disk

    def say_evicting(self, *, evicting: bool) -> None:
        """Longhorn moves replicas away from it, as node-drain-policy wants, or is done with that."""
        self._own()["status"]["autoEvicting"] = evicting
        self._journal.change(self._own())

    def lose_budget(self) -> None:
        """Longhorn lets the instance manager's pod be evicted."""
        if self._budget is not None:
            self._journal.delete(self._budget)
            self._budget = None

    def give_budget(self) -> None:
        """Longhorn guards the instance manager's pod again."""
        if self._budget is None:
            self._budget = self._make(BUDGET)
            self._journal.add(self._budget)

    def evict_manager(self) -> None:
        """The instance manager's pod goes: error while the node is cordoned, and attached volumes lose its replicas."""
        self.lose_budget()
        self.clear_records()
        self.say_manager("error")
        self._fail_replicas()

    def start_manager(self) -> None:
        """The instance manager starts, in seconds."""
        self.say_manager("starting")
        self._cluster.wait(1)
        self.say_manager("running")

    def add_manager(self, image: str) -> None:
        """A newer instance manager runs beside the one that still has processes."""
        made = self._make(MANAGER)
        made["metadata"]["name"] = f"{self.manager_name[:-8]}{len(image):08x}"
        made["spec"]["image"] = image
        self._journal.add(made)

    def say_manager(self, state: str) -> None:
        """Set the instance manager's state."""
        if self.manager is not None:
            self.manager["status"]["currentState"] = state
            self._journal.change(self.manager)

    def host(self, kind: str, name: str, state: str = "running") -> None:
        """The instance manager lists an engine or a replica."""
        if self.manager is not None:
            records = self.manager["status"].get(kind) or {}
            self.manager["status"][kind] = records | {name: self._cluster.shapes.record(kind, name, state)}
            self._journal.change(self.manager)

    def unhost(self, kind: str, name: str) -> None:
        """The instance manager lists it no more."""
        if self.manager is not None and (self.manager["status"].get(kind) or {}).pop(name, None):
            self._journal.change(self.manager)

    def clear_records(self) -> None:
        """Take every process from the instance manager's lists, to be written with what comes next."""
        if self.manager is not None:
            self.manager["status"] |= {kind: {} for kind in (ENGINES, REPLICAS) if kind in self.manager["status"]}

    def _fail_replicas(self) -> None:
        for volume in self._cluster.volumes.values():
            volume.fail(self.name)

    def _kubelet(self, status: str, reason: str, message: str) -> None:
        _set(
            self._there()["status"]["conditions"], "Ready", status, self._journal.clock, reason=reason, message=message
        )
        self._journal.change(self._there())

    def _say(self, kind: str, status: str, reason: str = "", message: str = "") -> None:
        if self._longhorn is not None:
            _set(
                self._longhorn["status"]["conditions"],
                kind,
                status,
                self._journal.clock,
                reason=reason,
                message=message,
            )
            self._journal.change(self._longhorn)

    def _there(self) -> Json:
        if self._kubernetes is None:
            raise ValueError(f"{self.name} is gone")
        return self._kubernetes

    def _own(self) -> Json:
        if self._longhorn is None:
            raise ValueError(f"Longhorn has no node {self.name}")
        return self._longhorn


def _set(conditions: list[Json], kind: str, status: str, clock: str, *, reason: str, message: str) -> None:
    """Set a condition as Longhorn does: the time of its last transition moves where the status does."""
    condition = next(each for each in conditions if each["type"] == kind)
    if condition["status"] != status:
        condition["lastTransitionTime"] = clock
    condition |= {"status": status, "reason": reason, "message": message}
