"""The facts of everything, kept current: only what an event concerns is judged again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Generic, TypeVar

from ..cluster.change import Changes
from ..cluster.state import ClusterState
from .cluster import cluster_facts, rules_version, version_text
from .engine import engine_facts
from .fact import ClusterFacts, EngineFacts, Fact, InstanceManagerFacts, NodeFacts, ReplicaFacts, VolumeFacts
from .instance_manager import instance_manager_facts
from .node import node_exists, node_facts
from .replica import replica_facts
from .version import NEWEST
from .volume import volume_facts

F = TypeVar("F", bound=Fact)


class Ledger(Generic[F]):
    """Facts of one kind by name, the names still to be judged, and the names whose facts changed since asked.

    Both sets of names are dicts: what came first is judged and shown first, the same in every run.
    """

    __slots__ = ("_updated", "facts", "pending")

    def __init__(self) -> None:
        self.facts: dict[str, F] = {}
        self.pending: dict[str, None] = {}
        self._updated: dict[str, None] = {}

    def ask(self, names: Iterable[str]) -> None:
        """Have the names judged again."""
        self.pending.update(dict.fromkeys(names))

    def judge(self, judge: Callable[[str], F | None], limit: int) -> int:
        """Judge up to ``limit`` pending names (None from ``judge``: gone); return how many were."""
        names = list(islice(self.pending, max(limit, 0)))
        for name in names:
            del self.pending[name]
            self._set(name, judge(name))
        return len(names)

    def _set(self, name: str, new: F | None) -> None:
        old = self.facts.get(name)
        if new == old:
            return
        if new is None:
            del self.facts[name]
        else:
            self.facts[name] = new
        self._updated[name] = None

    def take_updated(self) -> Iterator[tuple[str, F | None]]:
        """Yield what changed since the last call: each name with its facts, None for one that is gone."""
        updated, self._updated = self._updated, {}
        for name in updated:
            yield name, self.facts.get(name)


@dataclass(slots=True)
class Tally:
    """How many needed replicas stand on each (node, data engine), the sum of what each volume says."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def move(self, old: VolumeFacts | None, new: VolumeFacts | None) -> set[str]:
        """Replace one volume's share; return the nodes whose count may have changed."""
        before = _share(old)
        after = _share(new)
        if before == after:
            return set()
        self.counts.subtract(before)
        self.counts.update(after)
        return {node for node, _ in (*before, *after)}


def _share(facts: VolumeFacts | None) -> list[tuple[str, str]]:
    return [(node, facts.data_engine) for node in facts.needed_on] if facts else []


class Assessment:
    """All facts of a ClusterState. ``advance`` judges what is pending, a bounded number of objects at a time."""

    def __init__(self, state: ClusterState, version_override: str | None = None) -> None:
        self._state = state
        self._override = version_override
        self._version = NEWEST
        self._needed = Tally()
        self.cluster: ClusterFacts | None = None
        self.volumes: Ledger[VolumeFacts] = Ledger()
        self.engines: Ledger[EngineFacts] = Ledger()
        self.replicas: Ledger[ReplicaFacts] = Ledger()
        self.instance_managers: Ledger[InstanceManagerFacts] = Ledger()
        self.nodes: Ledger[NodeFacts] = Ledger()

    @property
    def pending(self) -> int:
        """How many objects are still to be judged."""
        ledgers = (self.nodes, self.instance_managers, self.volumes, self.engines, self.replicas)
        return sum(len(ledger.pending) for ledger in ledgers)

    def advance(self, limit: int, now: float) -> bool:
        """Take in what changed and judge up to about ``limit`` objects; return whether all are judged.

        Nodes and instance managers come first: they are few, and a cordon must be told at once.
        """
        self._take(self._state.take_changes())
        left = limit
        left -= self.nodes.judge(self._node, left)
        left -= self.volumes.judge(self._volume, left)
        left -= self.instance_managers.judge(self._instance_manager, left)
        left -= self.engines.judge(self._engine, left)
        left -= self.replicas.judge(self._replica, left)
        return self.pending == 0

    def _take(self, changes: Changes) -> None:
        if changes.everything:
            self._take_everything()
        self.volumes.ask(changes.volumes)
        self.engines.ask(changes.engines)
        self.replicas.ask(changes.replicas)
        self.instance_managers.ask(changes.instance_managers)
        self.nodes.ask(changes.nodes)

    def _take_everything(self) -> None:
        state = self._state
        self._version = rules_version(version_text(state, self._override))
        self.cluster = cluster_facts(state, self._override)
        self.volumes.ask(state.volumes)
        self.engines.ask(state.engines)
        self.replicas.ask(state.replicas)
        self.instance_managers.ask(state.instance_managers)
        self.nodes.ask(chain(state.longhorn_nodes, state.kubernetes_nodes))

    def _volume(self, name: str) -> VolumeFacts | None:
        volume = self._state.volumes.get(name)
        facts = volume_facts(volume, self._state, self._version) if volume else None
        for node in self._needed.move(self.volumes.facts.get(name), facts):
            self.instance_managers.ask(self._state.instance_managers_on.of(node))
        return facts

    def _engine(self, name: str) -> EngineFacts | None:
        engine = self._state.engines.get(name)
        return engine_facts(engine, self._state) if engine else None

    def _replica(self, name: str) -> ReplicaFacts | None:
        replica = self._state.replicas.get(name)
        return replica_facts(replica, self._state) if replica else None

    def _instance_manager(self, name: str) -> InstanceManagerFacts | None:
        manager = self._state.instance_managers.get(name)
        if manager is None:
            return None
        needed = self._needed.counts[manager.spec.node_id, manager.spec.data_engine or "v1"]
        return instance_manager_facts(manager, self._state, needed)

    def _node(self, name: str) -> NodeFacts | None:
        return node_facts(name, self._state) if node_exists(name, self._state) else None
