"""What drains are judged by, for all nodes alike: the state, and what release and settings make of the rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ..cluster.state import ClusterState
from ..model.volume import Volume
from .calm import Calm
from .drain_rule import WITH_REPLICAS, DrainRule, drain_rule
from .fact import BlockerFact, EffectFact
from .fleet import Fleet
from .setting import DEGRADED_AVAILABILITY, DETACH_MANUALLY_ATTACHED, REBUILD_LIMIT, bool_setting, int_setting
from .version import LATCHED, Version, deadlock_gate


class Outlook(NamedTuple):
    """``armed`` tells whether a volume's next detach is terminal; ``latches`` whether any volume's may become so.

    ``rebuilds``: Longhorn may build replicas at all. ``lets_go``: it detaches what was attached by hand to a node that
    is cordoned.
    """

    state: ClusterState
    rule: DrainRule
    calm: Calm
    fleet: Fleet
    armed: Callable[[Volume], bool]
    latches: bool
    rebuilds: bool
    lets_go: bool

    def guarded(self, node: str) -> bool:
        """Whether some instance manager has a budget to keep, and to hold a drain up with, for its node's replicas.

        While it does not run its budget stays in any case; when it runs again the rule is asked.
        """
        if node not in self.state.kubernetes_nodes:
            return False
        managers = self.state.instance_managers_on.of(node).values()
        return any(m.spec.type in WITH_REPLICAS and m.name in self.state.disruption_budgets for m in managers)


def outlook(state: ClusterState, version: Version, fleet: Fleet, armed: Callable[[Volume], bool]) -> Outlook:
    """Return the outlook that holds at that release with the settings as they are now."""
    settings = state.settings
    rule = drain_rule(settings, version)
    return Outlook(
        state=state,
        rule=rule,
        calm=Calm(state, rule),
        fleet=fleet,
        armed=armed,
        latches=deadlock_gate(version) == LATCHED and bool_setting(settings, DEGRADED_AVAILABILITY) is False,
        rebuilds=int_setting(settings, REBUILD_LIMIT) != 0,
        lets_go=bool_setting(settings, DETACH_MANUALLY_ATTACHED) is True,
    )


class Share(NamedTuple):
    """What one volume, or the node itself, adds to a node's drain."""

    blockers: tuple[BlockerFact, ...] = ()
    effects: tuple[EffectFact, ...] = ()
