"""What is said of instance managers that do not run, and of engines they list that are not theirs.

On a cordoned node an instance manager that lost its pod does not come back; elsewhere it does within seconds. Nothing
is said of one whose node has another for the same data engine: an upgrade leaves two for a while.
"""

from __future__ import annotations

from typing import Final

from ..model.time import parse_time
from . import advice
from .fact import InstanceManagerFacts, NodeFacts
from .finding_node import open_since, without_manager
from .outage import ready_since, running_manager, unserved_since
from .pattern import INFO, WARNING, Finding, Pattern, View
from .record import leaked_engines
from .wording import count, lasting, listed

_DOWN_WHEN_CORDONED: Final = 2 * 60.0
_DOWN_WHEN_OPEN: Final = 10 * 60.0
_LEAKED_FOR: Final = 5 * 60.0


def instance_manager_finding(facts: InstanceManagerFacts, view: View) -> Finding | None:
    """Return that it has not run for long although it should, or although volumes need what is there."""
    node = view.assessment.nodes.facts.get(facts.node)
    if node is None or running_manager(facts.node, view.state, facts.data_engine):
        return None
    return _on_cordoned_node(facts, node, view) if node.cordoned else _on_open_node(facts, node, view)


def _on_cordoned_node(facts: InstanceManagerFacts, node: NodeFacts, view: View) -> Finding | None:
    missed = _volumes_that_miss_it(facts, view) if facts.needed_replicas else 0
    if not missed:
        return None
    since = _down_since(facts, node, view)
    if view.age(since) <= _DOWN_WHEN_CORDONED:
        return None
    message = (
        f"Instance manager {facts.name} on {facts.node} is {facts.state or 'new'}{lasting(since, view.now)}, its node "
        f"is cordoned, so that it does not start again, and {count(missed, 'attached volume')} "
        f"with a replica there {'lacks' if missed == 1 else 'lack'} redundancy"
    )
    action = f"Finish the work on the node and uncordon it before you cordon another: {advice.uncordon(facts.node)}"
    return _down(facts, message, action, since)


def _volumes_that_miss_it(facts: InstanceManagerFacts, view: View) -> int:
    """Return how many attached volumes of its data engine have a replica there and too few that are usable.

    Detached ones miss nothing: a node that was drained for good may stay as it is.
    """
    names = {replica.spec.volume_name for replica in view.state.replicas_on.of(facts.node).values()}
    volumes = (view.assessment.volumes.facts.get(name) for name in names)
    return sum(
        v is not None and v.state == "attached" and bool(v.redundancy_deficit) and v.data_engine == facts.data_engine
        for v in volumes
    )


def _down_since(facts: InstanceManagerFacts, node: NodeFacts, view: View) -> float | None:
    """Return since when it is down: seen here, or since its replicas failed on the cordoned node, or since the cordon.

    Under a cordon none starts again, so that the first failure since is the latest that it can have gone. Where it was
    down when first seen and no replica tells, as after its volumes were detached, the cordon stands for it.
    """
    seen = view.state.instance_manager_down.since(facts.name)
    if seen is not None or node.cordoned_since is None:
        return seen
    failures = (parse_time(r.spec.failed_at) for r in view.state.replicas_on.of(facts.node).values())
    return min((time for time in failures if time and time >= node.cordoned_since), default=node.cordoned_since)


def _on_open_node(facts: InstanceManagerFacts, node: NodeFacts, view: View) -> Finding | None:
    kubernetes = view.state.kubernetes_nodes.get(facts.node)
    if kubernetes is None or not node.kubernetes_ready or without_manager(node, view):
        return None  # a node without any is told as such
    times = [ready_since(kubernetes), open_since(node), unserved_since(facts.node, view.state, facts.data_engine)]
    since = max((time for time in times if time is not None), default=None)
    if view.age(since) <= _DOWN_WHEN_OPEN:
        return None
    message = (
        f"Instance manager {facts.name} on {facts.node} is {facts.state or 'new'}{lasting(since, view.now)}, although "
        f"the node is Ready and not cordoned: no volume with the data engine {facts.data_engine} can use it"
    )
    return _down(facts, message, f"See why it does not start: {advice.show_managers(view, facts.node)}", since)


def _down(facts: InstanceManagerFacts, message: str, action: str, since: float | None) -> Finding:
    return Pattern.INSTANCE_MANAGER_DOWN.found(
        WARNING, "InstanceManager", facts.name, message=message, action=action, since=since
    )


def leaked_record_finding(facts: InstanceManagerFacts, view: View) -> Finding | None:
    """Return that a running instance manager lists engines which are not there (longhorn/longhorn #6552, #13687).

    One that stopped within 5 minutes is still being tidied away; of a node that is down the list is merely old.
    """
    manager = view.state.instance_managers.get(facts.name)
    if not facts.leaked_engines or facts.state != "running" or manager is None:
        return None
    names = [name for name in leaked_engines(manager, view.state.engines) if _old(name, view)]
    if not names:
        return None
    message = (
        f"Instance manager {facts.name} on {facts.node} still lists {listed(names)}, which does not run there: the "
        "node cannot be drained, and on 1.12.0 and 1.12.1 the volume cannot be attached there"
    )
    show = advice.show_managers(view, facts.node)
    action = f"Look at its list; restarting its pod, once nothing else runs in it, clears it: {show}"
    return Pattern.ENGINE_RECORD_LEAKED.found(INFO, "InstanceManager", facts.name, message=message, action=action)


def _old(engine: str, view: View) -> bool:
    """Whether a record is no mere trace of an engine that has just stopped; of a dump's engines nothing tells."""
    stopped = view.state.engine_stopped.since(engine)
    return stopped is None or stopped >= view.now or view.age(stopped) > _LEAKED_FOR
