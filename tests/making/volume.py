"""A volume of a story: what workloads do with it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from .longhorn_volume import LonghornVolume
from .shape import CSI_ATTACHMENT, Json


class Volume(LonghornVolume):
    """A volume, and the wish of a pod to have it: Kubernetes' VolumeAttachment."""

    _wish: Json | None = None
    _left_behind: Json | None = None

    def attach(self, node: str) -> None:
        """A pod on a node asks for it, and gets it within seconds."""
        self.ask(node)
        self._cluster.wait(1)
        self.get(node)

    def ask(self, node: str, *, refused: bool = False) -> None:
        """A pod on a node asks for it; ``refused``: CSI says at once that it is not ready for workloads."""
        self._wish = self._cluster.shapes.make(CSI_ATTACHMENT, self.names, working=True)
        name = "csi-" + sha256(f"{self.name} {node} {self._journal.clock}".encode()).hexdigest()
        self._wish["metadata"] |= {"name": name, "annotations": {"csi.alpha.kubernetes.io/node-id": node}}
        self._wish["spec"]["nodeName"] = node
        self._wish["status"] = {"attached": False}
        if refused:
            message = f"rpc error: code = Aborted desc = volume {self.name} is not ready for workloads"
            self._wish["status"]["attachError"] = {"time": self._journal.clock, "message": message}
        self._journal.add(self._wish)
        self._pod("Pending")
        self.claim(workload_waiting=True, refused_since=self._journal.clock if refused else "")

    def get(self, node: str) -> None:
        """The pod that asked gets it."""
        if self._wish is None:
            raise ValueError(f"nobody asked for {self.name}")
        self.hold("csi-attacher", node, ticket=self._wish["metadata"]["name"])
        self._wish["status"] = {"attached": True}
        self._journal.change(self._wish)
        self._pod("Running")
        self.claim(workload_waiting=False, refused_since="")

    def leave(self, **left: Any) -> None:
        """The pod goes, and the volume is detached; ``left`` is what is true then (otherwise it is ready)."""
        if self._wish is None:
            raise ValueError(f"nobody has {self.name}")
        self._end_wish()
        self.release(**left)

    def die(self) -> None:
        """The node that has it is dead: what its pod got is left behind for some minutes, and keeps others out."""
        self._left_behind, self._wish = self._wish, None
        self.engine["status"]["currentState"] = "unknown"
        self._journal.change(self.engine)
        self.obj["status"]["robustness"] = "unknown"
        self.change()

    def let_go(self) -> None:
        """Kubernetes gives the dead pod's attachment up, and the volume is detached from its node."""
        if self._left_behind is None:
            raise ValueError(f"nobody left {self.name} behind")
        self._journal.delete(self._left_behind)
        self._left_behind = None
        self.release()

    def stall(self, node: str) -> None:
        """Longhorn took the ticket of the pod that asked, and does not get the volume attached."""
        if self._wish is None:
            raise ValueError(f"nobody asked for {self.name}")
        self.give_ticket("csi-attacher", node, ticket=self._wish["metadata"]["name"], satisfied=False)
        self._turn_volume(node)

    def give_up(self) -> None:
        """The pod that waits goes, with nothing got."""
        self._end_wish()
        self.claim(workload_waiting=False, refused_since="")

    def _end_wish(self) -> None:
        if self._wish is not None:
            self._wish["metadata"] |= {"deletionTimestamp": self._journal.clock, "deletionGracePeriodSeconds": 0}
            self._journal.change(self._wish)
            self.claim(workload_waiting=False)
            self._cluster.wait(1)
            self._journal.delete(self._wish)
        self._wish = None
        self.obj["status"]["kubernetesStatus"]["lastPodRefAt"] = self._journal.clock
        self.change()

    def _pod(self, status: str) -> None:
        pod = {
            "podName": f"{self.name}-0",
            "podStatus": status,
            "workloadName": self.name,
            "workloadType": "StatefulSet",
        }
        self.obj["status"]["kubernetesStatus"] |= {"workloadsStatus": [pod], "lastPodRefAt": ""}
        self.change()
