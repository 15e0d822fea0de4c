"""May this node be drained? The verdict before the cordon, and the reasons.

It is asked as the node will be once it is cordoned and its workloads have left:

- ``unsafe``: a volume would lose its last usable replica, and Longhorn's rule does not hold the drain up for it; or an
  armed volume would detach, and could not be attached again (longhorn/longhorn #9938). The latter comes about once the
  workload is evicted, whatever else holds the drain up.
- ``blocked``: the drain would hang on a PodDisruptionBudget for a reason that does not clear by itself.
- ``degrading``: it goes through, at once or after waiting, and leaves volumes with fewer replicas than they want.
- ``safe``: it goes through, and no volume misses anything.

A blocker that clears by itself is told, and does not change the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..cluster.state import ClusterState
from ..model.resource import DISRUPTION_BUDGETS, INSTANCE_MANAGERS, KUBERNETES_NODES, REPLICAS, VOLUMES
from .drain_rule import node_answer, pdb_answers
from .fact import DrainFacts
from .node_drain import node_share
from .outlook import Outlook
from .standing import Standing
from .volume_drain import (
    ARMS,
    DEGRADES,
    INTERRUPTS_REBUILD,
    WOULD_DEADLOCK,
    WOULD_LOSE_LAST_USABLE_REPLICA,
    volume_share,
)
from .weight import Burden, burdens

SAFE: Final = "safe"
DEGRADING: Final = "degrading"
BLOCKED: Final = "blocked"
UNSAFE: Final = "unsafe"

_UNSAFE: Final = frozenset({WOULD_DEADLOCK, WOULD_LOSE_LAST_USABLE_REPLICA})
_DEGRADING: Final = frozenset({ARMS, DEGRADES, INTERRUPTS_REBUILD})
NEEDED: Final = (VOLUMES, REPLICAS, INSTANCE_MANAGERS, DISRUPTION_BUDGETS, KUBERNETES_NODES)


def drain_facts(node: str, outlook: Outlook, now: float) -> DrainFacts | None:
    """Judge the drain of one node in full, ``now`` in Unix seconds; None where there is none to judge."""
    if not drainable(node, outlook.state):
        return None
    shares = [node_share(node, outlook)]
    names = sorted(volumes_on(node, outlook.state))
    standings = [Standing(name, outlook.state, outlook.fleet, now) for name in names]
    shares += [volume_share(standing, node, outlook) for standing in standings]
    answers = pdb_answers(node, outlook.state, outlook.rule)
    return DrainFacts(
        node=node,
        verdict=verdict(burden for share in shares for burden in burdens(share)),
        pdb=node_answer(answers.values()),
        instance_managers=tuple(answers.items()),
        blockers=tuple(blocker for share in shares for blocker in share.blockers),
        effects=tuple(effect for share in shares for effect in share.effects),
    )


def drainable(node: str, state: ClusterState) -> bool:
    """Whether there is a drain to judge: all it hangs on can be read, and Longhorn has, or had, a part in the node."""
    if not all(state.known(resource) for resource in NEEDED):
        return False
    return node in state.longhorn_nodes or bool(state.instance_managers_on.of(node))


def verdict(held: Iterable[Burden]) -> str:
    """Return the verdict on a node that bears all of these."""
    weights = set(held)
    whats = {burden.what for burden in weights}
    if whats & _UNSAFE:
        return UNSAFE
    if not all(burden.clears for burden in weights):
        return BLOCKED
    return DEGRADING if whats & _DEGRADING else SAFE


def volumes_on(node: str, state: ClusterState) -> set[str]:
    """Return the names of the volumes that have a part in the node's drain: a replica there, or their engine."""
    replicas = [*state.replicas_labelled_on.of(node).values(), *state.replicas_on.of(node).values()]
    engines = state.engines_on.of(node).values()
    return {replica.spec.volume_name for replica in replicas} | {engine.spec.volume_name for engine in engines}
