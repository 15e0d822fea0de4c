"""What holds a node's drain up whatever the volumes' redundancy: its instance managers, and the engines they list.

A running engine is no blocker where it leaves with the workload that the drain evicts. Every other record keeps the
budgets of all the node's instance managers, be its volume attached by hand or busy with a job, or be it forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ..model.engine import Engine
from ..model.node import InstanceManager
from ..model.volume import Volume
from .cover import Flaw
from .default_image import RUNNING
from .drain_rule import KNOWN_TYPES, WITH_ENGINES, engine_records
from .fact import BlockerFact
from .hold import DAEMON, ELSEWHERE, JOB, MANUAL, NOBODY, WORKLOAD, holder, ticket_types
from .outlook import Outlook, Share
from .record import is_leaked
from .redundancy import node_ready
from .setting import NODE_DRAIN_POLICY
from .volume_drain import INSTANCE_MANAGER_NOT_RUNNING, LAST_REPLICA, REPLICA_ON_MISSING_NODE, flaw_blocker

RUNNING_ENGINE: Final = "running_engine"
ORPHAN_ENGINE_RECORD: Final = "orphan_engine_record"
MANUAL_ATTACHMENT: Final = "manual_attachment"

_FRONTEND: Final = re.compile(r"(.+)-ef-\d+")


def node_share(node: str, outlook: Outlook) -> Share:
    """Return what the node itself adds to its drain."""
    managers = [manager for _, manager in sorted(outlook.state.instance_managers_on.of(node).items())]
    holding = [manager for manager in managers if manager.name in outlook.state.disruption_budgets]
    if holding and node not in outlook.state.kubernetes_nodes:
        return Share((_node_gone(node),))
    blockers = [*_managers(holding, node, outlook), *_policy(node, outlook)]
    if any(manager.status.current_state == RUNNING for manager in holding):
        blockers += _records(managers, node, outlook)
    return Share(tuple(dict.fromkeys(blockers)))


def _node_gone(node: str) -> BlockerFact:
    message = f"Kubernetes node {node} is gone: there is nothing to drain, and what is left of it holds others up"
    return BlockerFact(REPLICA_ON_MISSING_NODE, "Node", node, message, clears_by_itself=False)


def _policy(node: str, outlook: Outlook) -> Iterator[BlockerFact]:
    if not outlook.rule.policy and outlook.guarded(node):
        message = "the setting node-drain-policy is empty: Longhorn's check fails, and every budget stays"
        yield BlockerFact(LAST_REPLICA, "Setting", NODE_DRAIN_POLICY, message, clears_by_itself=False)


def _managers(holding: Iterable[InstanceManager], node: str, outlook: Outlook) -> Iterator[BlockerFact]:
    """Yield instance managers whose budget stays: they do not run, or are of a type that Longhorn's check refuses.

    On a node that is Ready and not cordoned they start again within seconds.
    """
    kubernetes = outlook.state.kubernetes_nodes.get(node)
    open_ = kubernetes is not None and node_ready(kubernetes) and not kubernetes.spec.unschedulable
    for manager in holding:
        name, state = manager.name, manager.status.current_state or "new"
        if state != RUNNING:
            message = (
                f"instance manager {name} is {state}: its PodDisruptionBudget stays, and holds its pod if that runs"
            )
            clears = open_ or state == "starting"
            yield BlockerFact(INSTANCE_MANAGER_NOT_RUNNING, "InstanceManager", name, message, clears_by_itself=clears)
        elif manager.spec.type not in KNOWN_TYPES:
            message = f"instance manager {name} is of the unknown type {manager.spec.type!r}"
            yield flaw_blocker(Flaw("InstanceManager", name, message))


def _records(managers: Iterable[InstanceManager], node: str, outlook: Outlook) -> list[BlockerFact]:
    found = (
        _record(name, manager, node, outlook)
        for manager in managers
        if manager.spec.type in WITH_ENGINES
        for name, _ in engine_records(manager, outlook.rule.version)
    )
    return [blocker for blocker in found if blocker is not None]


def _record(name: str, manager: InstanceManager, node: str, outlook: Outlook) -> BlockerFact | None:
    """Return why one engine record would outlast the workloads, None where it leaves with them."""
    frontend = _FRONTEND.fullmatch(name)
    if frontend:
        volume = outlook.state.volumes.get(frontend[1])
        orphan = volume is None or (volume.status.current_node_id or node) != node
    else:
        engine = outlook.state.engines.get(name)
        volume = outlook.state.volumes.get(engine.spec.volume_name) if engine else None
        orphan = is_leaked(manager, engine) and not _starting(engine, node)
    if orphan:
        return _orphan(name, manager)
    if volume is None:
        return _engine(name, f"engine {name} runs on {node} without a volume", clears=False)
    return _attached(name, volume, node, outlook)


def _starting(engine: Engine | None, node: str) -> bool:
    """Whether the engine is wanted on the node: its own state lags behind the record while it starts."""
    return engine is not None and engine.spec.node_id == node and engine.spec.desire_state == RUNNING


def _orphan(name: str, manager: InstanceManager) -> BlockerFact:
    message = f"instance manager {manager.name} still lists {name}, which does not run there: its budget stays"
    return BlockerFact(ORPHAN_ENGINE_RECORD, "InstanceManager", manager.name, message, clears_by_itself=False)


def _attached(name: str, volume: Volume, node: str, outlook: Outlook) -> BlockerFact | None:
    held_by = holder(volume, node, outlook.state)
    if held_by == WORKLOAD:
        return None
    if held_by == MANUAL:
        message = f"volume {volume.name} is attached to {node} by hand, and stays when its workloads go"
        return BlockerFact(MANUAL_ATTACHMENT, "Volume", volume.name, message, clears_by_itself=outlook.lets_go)
    jobs = ", ".join(sorted(ticket_types(volume.name, node, outlook.state)))
    why = {
        DAEMON: "for a DaemonSet's pod, which a drain leaves in place",
        JOB: f"for {jobs}, until that is done",
        NOBODY: "for nobody any more, and is about to stop",
        ELSEWHERE: "for a workload on another node",
    }
    return _engine(
        name, f"engine {name} of volume {volume.name} runs on {node} {why[held_by]}", clears=held_by in _PASSES
    )


_PASSES: Final = frozenset({JOB, NOBODY})


def _engine(name: str, message: str, *, clears: bool) -> BlockerFact:
    return BlockerFact(RUNNING_ENGINE, "Engine", name, message, clears_by_itself=clears)
