"""A replica of a story's volume."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .node import REPLICAS
from .shape import REPLICA

if TYPE_CHECKING:
    from .cluster import Cluster

_FIRST_PORT: Final = 10_000
_PLACE: Final = ("nodeID", "diskID", "diskPath", "dataDirectoryName")


class Replica:
    """A replica of a volume on a node ("" for none yet), stopped and empty at first; ``number`` names it."""

    def __init__(self, cluster: Cluster, volume: str, node: str, number: int, *, active: bool = True) -> None:
        self._cluster, self._journal = cluster, cluster.journal
        self._node = cluster.node(node) if node else None
        self.name = f"{volume}-r-{number:08x}"
        self._port = _FIRST_PORT + 10 * len(cluster.volumes) + 100 * number
        self._volume = volume
        self.obj = cluster.shapes.make(REPLICA, self._names(volume))
        self.obj["spec"]["active"] = active
        for condition in self.obj["status"]["conditions"]:
            condition["lastTransitionTime"] = self._journal.clock
        if self._node is None:
            self.obj["metadata"]["labels"] |= {"longhornnode": "", "longhorndiskuuid": ""}
            self.obj["spec"] |= dict.fromkeys(_PLACE, "")
            self.obj["status"] |= {"ownerID": "", "conditions": []}
        self._journal.add(self.obj)
        if self._node is not None:
            self._node.take_replica(self.name, self.obj["spec"]["volumeSize"])

    def _names(self, volume: str) -> dict[str, str]:
        own = self._cluster.shapes.make(REPLICA, {})["metadata"]["name"]
        at = self._node.names() if self._node else {}
        return {own: self.name, "vol-rwo3": volume, **at}

    @property
    def can_run(self) -> bool:
        """Whether it has a place and has not failed."""
        return self._node is not None and not self.obj["spec"]["failedAt"]

    @property
    def lost(self) -> bool:
        """Whether nobody knows what has become of its process."""
        return bool(self.obj["status"]["currentState"] == "unknown")

    @property
    def running(self) -> bool:
        """Whether its process runs."""
        return bool(self.obj["status"]["currentState"] == "running")

    @property
    def serving(self) -> bool:
        """Whether its engine uses it."""
        return self.running and bool(self.obj["spec"]["active"])

    @property
    def address(self) -> str:
        """Where its engine reaches it."""
        return f"{self.obj['status']['ip']}:{self.obj['status']['port']}"

    def place(self, node: str) -> None:
        """Longhorn finds it a node."""
        self._node = self._cluster.node(node)
        model = self._cluster.shapes.make(REPLICA, self._names(self._volume))
        self.obj["metadata"]["labels"] = model["metadata"]["labels"]
        self.obj["spec"] |= {key: model["spec"][key] for key in _PLACE}
        self._journal.change(self.obj)
        self._node.take_replica(self.name, self.obj["spec"]["volumeSize"])

    def delete(self) -> None:
        """Longhorn deletes it."""
        self._journal.delete(self.obj)
        if self._node is not None:
            self._node.lose_replica(self.name)

    def start(self, *, anew: bool = False) -> None:
        """Its process starts; ``anew``: to be rebuilt, what it was before does not count."""
        if self._node is None:
            raise ValueError(f"{self.name} has no place")
        self._node.host(REPLICAS, self.name)
        self.obj["spec"]["desireState"] = "running"
        if anew:
            self.obj["spec"] |= {"failedAt": "", "healthyAt": ""}
        image, node = self.obj["spec"]["image"], self._node
        place = {"instanceManagerName": node.manager_name, "ip": node.ip, "storageIP": node.ip, "port": self._port}
        self.obj["status"] |= {"currentState": "running", "currentImage": image, "started": True, **place}
        self._journal.change(self.obj)

    def heal(self) -> None:
        """It holds all data."""
        self.obj["spec"] |= {"lastHealthyAt": self._journal.clock, "rebuildRetryCount": 0}
        self.obj["spec"]["healthyAt"] = self.obj["spec"]["healthyAt"] or self._journal.clock
        self._journal.change(self.obj)

    def bind(self, node: str) -> None:
        """It may be nowhere else: the workload's node, for data locality."""
        self.obj["spec"]["hardNodeAffinity"] = node
        self._journal.change(self.obj)

    def evict(self) -> None:
        """Longhorn is to move it to another node."""
        self.obj["spec"]["evictionRequested"] = True
        self._journal.change(self.obj)

    def stop(self) -> None:
        """Its process ends."""
        if self.running and self._node is not None:
            self._node.unhost(REPLICAS, self.name)
            self._end()

    def lose_touch(self) -> None:
        """Its node is out of reach."""
        self.obj["status"] |= {"currentState": "unknown", "ip": "", "storageIP": "", "port": 0}
        self._journal.change(self.obj)

    def fail(self, **fields: str | int) -> None:
        """It fails: its process ends, and it counts no more; ``fields`` are those of its spec besides."""
        clock = self._journal.clock
        self.obj["spec"] |= {"failedAt": clock, "lastFailedAt": clock, **fields}
        if self._node is not None:
            self._node.unhost(REPLICAS, self.name)
        self._end()

    def _end(self) -> None:
        self.obj["spec"]["desireState"] = "stopped"
        place = {"instanceManagerName": "", "ip": "", "storageIP": "", "port": 0}
        self.obj["status"] |= {"currentState": "stopped", "currentImage": "", "started": False, **place}
        self._journal.change(self.obj)
