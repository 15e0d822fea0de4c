"""Copies of a volume's engine and replicas that are not active: a live migration, an engine upgrade."""

from __future__ import annotations

from .cluster import Cluster
from .node import ENGINES
from .replica import Replica
from .shape import ENGINE, Json
from .volume import Volume


class Copies:
    """The copies of a volume's replicas beside the ones in use and, for a migration, of its engine."""

    def __init__(self, cluster: Cluster, volume: Volume) -> None:
        self._cluster, self._journal, self._volume = cluster, cluster.journal, volume
        self._before = list(volume.replicas)
        self._engine: Json | None = None
        for replica in self._before:
            copy = volume.add_replica(replica.obj["spec"]["nodeID"], active=False)
            copy.start()
            copy.heal()

    def migrate(self, node: str) -> None:
        """A second engine starts on the node that the volume moves to."""
        self._engine = self._cluster.shapes.make(
            ENGINE, self._volume.names | self._cluster.node(node).names(), working=True
        )
        self._engine["metadata"]["name"] = f"{self._volume.name}-e-1"
        self._engine["spec"]["active"] = False
        self._journal.add(self._engine)
        self._cluster.node(node).host(ENGINES, self._engine["metadata"]["name"])
        self._volume.obj["spec"]["migrationNodeID"] = node
        self._volume.obj["status"]["currentMigrationNodeID"] = node
        self._volume.change()

    def take_over(self) -> None:
        """The copies take the place of what they were made from, which goes."""
        for copy in self._volume.replicas[len(self._before) :]:
            self._activate(copy)
        if self._engine is not None:
            self._move(self._engine)
        for replica in self._before:
            replica.stop()
            self._volume.drop(replica)
        self._volume.tell_engine()

    def _activate(self, copy: Replica) -> None:
        copy.obj["spec"]["active"] = True
        self._journal.change(copy.obj)

    def _move(self, engine: Json) -> None:
        """The second engine is the volume's own now."""
        self._cluster.node(self._volume.obj["spec"]["nodeID"]).unhost(ENGINES, self._volume.engine["metadata"]["name"])
        self._journal.delete(self._volume.engine)
        engine["spec"]["active"] = True
        self._journal.change(engine)
        self._volume.engine = engine
        node = engine["spec"]["nodeID"]
        self._volume.obj["spec"] |= {"nodeID": node, "migrationNodeID": ""}
        self._volume.obj["status"] |= {"currentNodeID": node, "currentMigrationNodeID": ""}
