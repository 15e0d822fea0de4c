"""A volume as it stands at one moment: what its facts and its weight on each node's drain both begin with."""

from __future__ import annotations

from collections.abc import Collection

from ..cluster.state import ClusterState
from ..model.replica import Replica
from .fleet import Fleet
from .placement import Search, search_of
from .redundancy import usable


class Standing:
    """What is worked out once, however often it is asked for. ``now`` is Unix seconds.

    ``volume`` is None where only replicas name it; ``replicas`` are all of them, ``good`` those it could live on.
    """

    __slots__ = ("_fleet", "_search", "_searched", "good", "name", "now", "replicas", "volume")

    def __init__(self, name: str, state: ClusterState, fleet: Fleet, now: float) -> None:
        self.name = name
        self.now = now
        self.volume = state.volumes.get(name)
        self.replicas: Collection[Replica] = state.replicas_of.of(name).values()
        self.good = [replica for replica in self.replicas if usable(replica, state.ready_nodes)]
        self._fleet = fleet
        self._search: Search | None = None
        self._searched = False

    def search(self) -> Search | None:
        """Return the search for a place for one more replica; None where Longhorn would fail before it asked any node.

        None as well where there is no volume.
        """
        if not self._searched and self.volume is not None:
            self._search = search_of(self.volume, self.replicas, self._fleet, now=self.now)
        self._searched = True
        return self._search

    def replaceable(self, node: str) -> bool:
        """Whether another node but this one could take a replica more."""
        search = self.search()
        return search is not None and search.finds_any(node)
