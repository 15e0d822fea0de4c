"""Longhorn's own rule: may the PodDisruptionBudget of an instance manager go, and with it a drain get past its pod?

Compared with longhorn-manager's ``canDeleteInstanceManagerPDB`` and ``syncInstanceManagerPDB``, release by release; a
sample of that comparison is in tests/oracle. The rule is per node, not per instance manager: a lone v2 replica holds
the v1 instance manager's budget too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ..cluster.state import ClusterState
from ..model.node import InstanceManager, Process
from ..model.replica import Replica
from ..model.setting import Setting
from .cover import Cover, Flaw, cover_of
from .default_image import ALL_IN_ONE, RUNNING
from .fact import Fact, PdbFact
from .setting import CLUSTER_AUTOSCALER, NODE_DRAIN_POLICY, bool_setting, setting
from .version import Version

MAY_GO: Final = "may_go"
STAYS: Final = "stays"
ERROR: Final = "error"

ALWAYS_ALLOW: Final = "always-allow"
ALLOW_IF_STOPPED: Final = "allow-if-replica-is-stopped"
BLOCK_FOR_EVICTION: Final = "block-for-eviction"
BLOCK_FOR_EVICTION_OF_LAST: Final = "block-for-eviction-if-contains-last-replica"
EVICTING: Final = frozenset({BLOCK_FOR_EVICTION, BLOCK_FOR_EVICTION_OF_LAST})

LEGACY_ENGINE: Final = "engine"
WITH_REPLICAS: Final = frozenset({"replica", ALL_IN_ONE})
WITH_ENGINES: Final = frozenset({LEGACY_ENGINE, ALL_IN_ONE})
KNOWN_TYPES: Final = WITH_REPLICAS | WITH_ENGINES
_OLD_RECORDS_UNTIL: Final = Version(1, 11, 0)
_FRONTENDS_SINCE: Final = Version(1, 12, 0)


class DrainRule(Fact, frozen=True):
    """What the release and the settings make of the rule. ``autoscaler`` is None for a value that is no boolean."""

    version: Version
    policy: str
    autoscaler: bool | None


def drain_rule(settings: Mapping[str, Setting], version: Version) -> DrainRule:
    """Return the rule that holds at that release with these settings."""
    return DrainRule(
        version=version,
        policy=setting(settings, NODE_DRAIN_POLICY),
        autoscaler=bool_setting(settings, CLUSTER_AUTOSCALER),
    )


class Ruling(NamedTuple):
    """What the rule finds: engine records on the node, replicas without cover elsewhere, why Longhorn's check fails.

    Where a replica is uncovered and another makes the check fail, Longhorn's answer hangs on the order of a map.
    """

    engines: bool = False
    uncovered: tuple[Replica, ...] = ()
    flaws: tuple[Flaw, ...] = ()

    @property
    def allowed(self) -> bool | None:
        """The rule's answer: may the budget go? None where Longhorn's check fails; false where it may be either."""
        if self.engines or self.uncovered:
            return False
        return None if self.flaws else True


_YES: Final = Ruling()
_ENGINES: Final = Ruling(engines=True)


def engine_records(manager: InstanceManager, version: Version) -> Iterator[tuple[str, Process]]:
    """Yield the engine processes in the instance manager's list, by name, that the rule counts at that release.

    They are records, not Engine CRs: one left behind counts too.
    """
    status = manager.status
    yield from (status.instance_engines or {}).items()
    if version < _OLD_RECORDS_UNTIL:
        yield from (status.instances or {}).items()
    if version >= _FRONTENDS_SINCE and manager.spec.type != LEGACY_ENGINE:
        yield from (status.instance_engine_frontends or {}).items()


def has_engine_records(manager: InstanceManager, version: Version) -> bool:
    """Whether the instance manager lists any engine process."""
    return next(engine_records(manager, version), None) is not None


def rule_replicas(node: str, state: ClusterState, rule: DrainRule, *, cordoned: bool) -> Ruling:
    """Return what the rule says of all replicas whose label names the node: terminating and failed ones too."""
    if not rule.policy:
        return Ruling(flaws=(Flaw("Setting", NODE_DRAIN_POLICY, "the setting node-drain-policy is empty"),))
    by_volume: dict[str, list[Replica]] = {}
    for replica in state.replicas_labelled_on.of(node).values():
        by_volume.setdefault(replica.spec.volume_name, []).append(replica)
    rulings = [rule_volume(v, replicas, node, state, rule, cordoned=cordoned) for v, replicas in by_volume.items()]
    return Ruling(
        uncovered=tuple(replica for ruling in rulings for replica in ruling.uncovered),
        flaws=tuple(flaw for ruling in rulings for flaw in ruling.flaws),
    )


def rule_volume(
    volume: str, replicas: Iterable[Replica], node: str, state: ClusterState, rule: DrainRule, *, cordoned: bool
) -> Ruling:
    """Return what the rule says of one volume's replicas whose label names the node."""
    guarded = [replica for replica in replicas if _asked_about(replica, rule.policy)]
    if not guarded:
        return _YES
    if rule.policy == BLOCK_FOR_EVICTION:
        return Ruling(uncovered=tuple(guarded))
    cover = cover_of(volume, state, rule.version, cordoned=node if cordoned else "")
    if cover.flaw is not None:
        return Ruling(flaws=(cover.flaw,))
    return Ruling(uncovered=tuple(replica for replica in guarded if not _covered(replica, node, cover)))


def _asked_about(replica: Replica, policy: str) -> bool:
    if policy == ALLOW_IF_STOPPED:
        return replica.spec.desire_state != "stopped" or replica.status.current_state != "stopped"
    return policy != ALWAYS_ALLOW


def _covered(replica: Replica, node: str, cover: Cover) -> bool:
    """Whether the node may lose the replica: it was never used, or another node has protected data of its volume."""
    spec = replica.spec
    unused = not spec.healthy_at and not spec.failed_at and spec.node_id == node
    return unused or any(other != node for other in cover.nodes)


class NodeRule:
    """The rule asked for one node: what all its instance managers share is worked out once, when first needed.

    ``cordoned`` asks as if the node were unschedulable, ``without_engines`` as if no engine record were left on it.
    """

    __slots__ = ("_cordoned", "_engines", "_node", "_replicas", "_rule", "_state", "_without_engines")

    def __init__(
        self, node: str, state: ClusterState, rule: DrainRule, *, cordoned: bool, without_engines: bool = False
    ) -> None:
        self._node = node
        self._state = state
        self._rule = rule
        self._cordoned = cordoned
        self._without_engines = without_engines
        self._engines: bool | None = None
        self._replicas: Ruling | None = None

    def decide(self, manager: InstanceManager) -> bool | None:
        """Return whether Longhorn would remove this instance manager's budget; None where its check fails.

        On a schedulable node it asks the rule only where the cluster autoscaler is said to be in use.
        """
        if not self._cordoned and not self._rule.autoscaler:
            return self._rule.autoscaler
        return self.may_go(manager).allowed

    def may_go(self, manager: InstanceManager) -> Ruling:
        """Return what the rule says of this instance manager's budget."""
        kind = manager.spec.type
        if kind == LEGACY_ENGINE:
            return _ENGINES if self._has_records(manager) else _YES
        if kind not in WITH_REPLICAS:
            message = f"instance manager {manager.name} is of the unknown type {kind!r}"
            return Ruling(flaws=(Flaw("InstanceManager", manager.name, message),))
        return _ENGINES if self._any_engine() else self.replicas()

    def replicas(self) -> Ruling:
        """Return what the rule says of the node's replicas."""
        if self._replicas is None:
            self._replicas = rule_replicas(self._node, self._state, self._rule, cordoned=self._cordoned)
        return self._replicas

    def _any_engine(self) -> bool:
        if self._engines is None:
            managers = self._state.instance_managers_on.of(self._node).values()
            self._engines = any(m.spec.type in WITH_ENGINES and self._has_records(m) for m in managers)
        return self._engines

    def _has_records(self, manager: InstanceManager) -> bool:
        return not self._without_engines and has_engine_records(manager, self._rule.version)


def pdb_answers(node: str, state: ClusterState, rule: DrainRule) -> dict[str, PdbFact]:
    """Return what becomes of each instance manager's budget on the node: now, cordoned, and with its workloads gone."""
    kubernetes = state.kubernetes_nodes.get(node)
    cordoned = NodeRule(node, state, rule, cordoned=True)
    emptied = NodeRule(node, state, rule, cordoned=True, without_engines=True)
    as_it_is = cordoned if kubernetes and kubernetes.spec.unschedulable else NodeRule(node, state, rule, cordoned=False)
    return {
        name: PdbFact(
            now=_answer(manager, state, as_it_is),
            if_cordoned=_answer(manager, state, cordoned),
            if_cordoned_and_workloads_gone=_answer(manager, state, emptied),
        )
        for name, manager in sorted(state.instance_managers_on.of(node).items())
    }


def _answer(manager: InstanceManager, state: ClusterState, asked: NodeRule) -> str:
    """Return may_go, stays or error, as Longhorn's controller would act."""
    if manager.name not in state.disruption_budgets:
        return MAY_GO
    if manager.status.current_state != RUNNING:
        return STAYS
    if manager.spec.node_id not in state.kubernetes_nodes:
        return ERROR
    return _decision(asked.decide(manager))


def _decision(allowed: bool | None) -> str:  # noqa: FBT001 - the rule's three answers
    return ERROR if allowed is None else MAY_GO if allowed else STAYS


def node_answer(answers: Iterable[PdbFact]) -> PdbFact:
    """Return the answers of all instance managers of a node together: an error, else what stays, else may_go."""
    held = list(answers)
    return PdbFact(
        now=_together({answer.now for answer in held}),
        if_cordoned=_together({answer.if_cordoned for answer in held}),
        if_cordoned_and_workloads_gone=_together({answer.if_cordoned_and_workloads_gone for answer in held}),
    )


def _together(answers: set[str]) -> str:
    return ERROR if ERROR in answers else STAYS if STAYS in answers else MAY_GO
