"""The facts of everything, kept current: only what an event concerns is judged again."""

from __future__ import annotations

import heapq
import sys
from collections import defaultdict

from ..cluster.change import Changes
from ..cluster.state import ClusterState
from ..model.volume import Volume
from .cluster import cluster_facts, degraded_allowed, rules_version, version_text
from .default_image import default_label
from .drain import drain_facts, drainable
from .drain_book import DrainBook
from .engine import engine_facts
from .fact import (
    ClusterFacts,
    DrainFacts,
    DrainSummary,
    EngineFacts,
    InstanceManagerFacts,
    NodeFacts,
    ReplicaFacts,
    VolumeFacts,
)
from .fleet import Fleet, Shift
from .instance_manager import instance_manager_facts
from .ledger import Ledger, NeededReplicas, Queue
from .node import node_exists, node_facts
from .outlook import outlook
from .replica import replica_facts
from .stage import ARMED
from .standing import Standing
from .version import NEWEST
from .volume import Rules, volume_facts


class Assessment:
    """All facts of a ClusterState. ``advance`` judges what is pending, a bounded number of objects at a time.

    ``cluster`` is None until the first ``advance``.
    """

    def __init__(self, state: ClusterState, version_override: str | None = None) -> None:
        self._state = state
        self._override = version_override
        self._fleet = Fleet(state, NEWEST)
        self._rules = Rules(NEWEST, degraded_allowed=True, placement=self._fleet.rule)
        self._needed = NeededReplicas()
        self._outlook = outlook(state, NEWEST, self._fleet, self._armed)
        self._book = DrainBook()
        self._default_image = ""
        self._due: list[tuple[float, str]] = []
        self._waiting_on: defaultdict[str, set[str]] = defaultdict(set)
        self.cluster: ClusterFacts | None = None
        self.volumes: Ledger[VolumeFacts] = Ledger()
        self.engines: Ledger[EngineFacts] = Ledger()
        self.replicas: Ledger[ReplicaFacts] = Ledger()
        self.instance_managers: Ledger[InstanceManagerFacts] = Ledger()
        self.nodes: Ledger[NodeFacts] = Ledger()
        self.drains: Ledger[DrainSummary] = Ledger()
        self._weights = Queue()
        self._shares = Queue()
        self._later = Queue()

    @property
    def pending(self) -> int:
        """How many objects are still to be judged, in all."""
        return self._urgent + len(self._later.pending)

    @property
    def _urgent(self) -> int:
        ledgers = (self.nodes, self.instance_managers, self.volumes, self.engines, self.replicas, self.drains)
        return len(self._weights.pending) + len(self._shares.pending) + sum(len(ledger.pending) for ledger in ledgers)

    def advance(self, limit: int, now: float) -> bool:
        """Take in what changed and what is due, and judge up to about ``limit`` objects.

        Return whether everything is judged that an event is about. What a node's change may mean for volumes elsewhere
        (one place more or less for a replica) can be the whole fleet, and comes after that, while there is room.
        """
        self._take(self._state.take_changes())
        self._take_due(now)
        left = self._judge(limit, now)
        if self._urgent:
            return False
        others = self._later.take(left // 2)
        self.volumes.ask(others)
        self._judge(sys.maxsize, now)
        return True

    def _judge(self, limit: int, now: float) -> int:
        """Judge up to about ``limit`` objects; return what is left of the limit.

        Nodes come first: they are few, and a cordon must be told at once. Volumes come before instance managers, whose
        needed replicas they count, and before drains, which they weigh on.
        """
        left = limit
        left -= self.nodes.judge(self._node, left)
        left -= self.volumes.work(lambda name: self._judge_volume(name, now), left)
        left -= self.instance_managers.judge(self._instance_manager, left)
        left -= self.engines.judge(self._engine, left)
        left -= self.replicas.judge(self._replica, left)
        left -= self._shares.work(self._weigh_node, left)
        left -= self._weights.work(lambda name: self._weigh(self._standing(name, now)), left)
        return left - self.drains.judge(self._drain, left)

    def _take(self, changes: Changes) -> None:
        if changes.everything or (changes.nodes and default_label(self._state) != self._default_image):
            self._take_everything()
        self.volumes.ask(changes.volumes)
        self.engines.ask(changes.engines)
        self.replicas.ask(changes.replicas)
        self.instance_managers.ask(changes.instance_managers)
        self.nodes.ask(changes.nodes)
        self._weights.ask(changes.drains)
        self._shares.ask(changes.node_shares)
        for node in changes.nodes:
            self._take_node(node)

    def _take_everything(self) -> None:
        state = self._state
        version = rules_version(version_text(state, self._override))
        self._default_image = default_label(state)
        self._fleet = Fleet(state, version)
        self._rules = Rules(version, degraded_allowed(state), self._fleet.rule)
        self._outlook = outlook(state, version, self._fleet, self._armed)
        self.cluster = cluster_facts(state, self._override)
        self.volumes.ask(state.volumes)
        self.engines.ask(state.engines)
        self.replicas.ask(state.replicas)
        self.instance_managers.ask(state.instance_managers)
        nodes = [*state.longhorn_nodes, *state.kubernetes_nodes, *state.instance_managers_on.owners()]
        self.nodes.ask(nodes)
        self._shares.ask(nodes)
        self._weights.ask(name for name in state.replicas_of.owners() if name not in state.volumes)
        self._weights.ask(name for name in state.engines_of.owners() if name not in state.volumes)

    def _take_node(self, node: str) -> None:
        """A node concerns the volumes that it now offers a place, or no more, and those that wait for it."""
        self._outlook.calm.refresh(node, self._state)
        shift = self._fleet.refresh(node, self._state)
        if shift is not None:
            self._take_shift(shift, node)
        self.volumes.ask(self._waiting_on.get(node, ()))

    def _take_shift(self, shift: Shift, node: str) -> None:
        volumes = self._state.volumes.items() if shift.may_concern(self._state) else ()
        concerned = [name for name, volume in volumes if shift.concerns(volume)]
        if not shift.free_space_alone:
            concerned += [replica.spec.volume_name for replica in self._state.replicas_on.of(node).values()]
        self._later.ask(concerned)

    def _take_due(self, now: float) -> None:
        while self._due and self._due[0][0] < now:
            self.volumes.ask([heapq.heappop(self._due)[1]])

    def _standing(self, name: str, now: float) -> Standing:
        return Standing(name, self._state, self._fleet, now)

    def _judge_volume(self, name: str, now: float) -> None:
        standing = self._standing(name, now)
        self.volumes.put(name, self._volume(standing))
        self._weigh(standing)
        self._weights.forget(name)

    def _volume(self, standing: Standing) -> VolumeFacts | None:
        name, volume = standing.name, standing.volume
        before = self.volumes.facts.get(name)
        facts = volume_facts(volume, standing, self._state, self._rules, before=before) if volume else None
        for node in self._needed.move(before, facts):
            self.instance_managers.ask(self._state.instance_managers_on.of(node))
        self._note_waiting(name, before, facts)
        if facts is not None and facts.recheck_at is not None and (not before or before.recheck_at != facts.recheck_at):
            heapq.heappush(self._due, (facts.recheck_at, name))
        return facts

    def _note_waiting(self, name: str, before: VolumeFacts | None, after: VolumeFacts | None) -> None:
        if before and before.attach:
            self._waiting_on[before.attach.node].discard(name)
        if after and after.attach:
            self._waiting_on[after.attach.node].add(name)

    def _engine(self, name: str) -> EngineFacts | None:
        engine = self._state.engines.get(name)
        return engine_facts(engine, self._state) if engine else None

    def _replica(self, name: str) -> ReplicaFacts | None:
        replica = self._state.replicas.get(name)
        return replica_facts(replica, self._state, self._rules.version) if replica else None

    def _instance_manager(self, name: str) -> InstanceManagerFacts | None:
        manager = self._state.instance_managers.get(name)
        if manager is None:
            return None
        needed = self._needed.count(manager.spec.node_id, manager.spec.data_engine or "v1")
        return instance_manager_facts(manager, self._state, needed)

    def _node(self, name: str) -> NodeFacts | None:
        self.drains.ask([name])
        return node_facts(name, self._state) if node_exists(name, self._state) else None

    def _armed(self, volume: Volume) -> bool:
        facts = self.volumes.facts.get(volume.name)
        return facts is not None and facts.stage == ARMED

    def _weigh(self, standing: Standing) -> None:
        self.drains.ask(self._book.weigh_volume(standing, self._outlook))

    def _weigh_node(self, node: str) -> None:
        self.drains.ask(self._book.weigh_node(node, self._outlook))

    def _drain(self, node: str) -> DrainSummary | None:
        return self._book.summary(node) if drainable(node, self._state) else None

    def drain(self, node: str, now: float) -> DrainFacts | None:
        """Return the verdict on one node's drain with every reason; None for a node that is none of Longhorn's."""
        return drain_facts(node, self._outlook, now)
