"""Engine records: the processes an instance manager lists, and those among them that nobody needs any more.

A record that outlives its engine keeps the node's PodDisruptionBudget (longhorn/longhorn #6552) and, on 1.12.0 and
1.12.1, keeps its volume from being attached there (#13687); on another node the volume attaches within seconds.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..model.engine import Engine
from ..model.node import InstanceManager


def leaked_engines(manager: InstanceManager, engines: Mapping[str, Engine]) -> tuple[str, ...]:
    """Return the names, sorted, of the instance manager's engine records whose Engine CR is elsewhere or stopped."""
    records = manager.status.instance_engines or {}
    return tuple(sorted(name for name in records if is_leaked(manager, engines.get(name))))


def is_leaked(manager: InstanceManager, engine: Engine | None) -> bool:
    """Whether a record of ``engine`` in the instance manager is left over: it is gone, stopped, or has another home.

    An engine that names no instance manager is on its way to one, or from one, unless it is stopped. One that is being
    started has a living process before it ceases to be called stopped.
    """
    if engine is None:
        return True
    if engine.status.current_state == "stopped":
        return not _being_started(manager, engine)
    return engine.status.instance_manager_name not in {"", manager.name}


def _being_started(manager: InstanceManager, engine: Engine) -> bool:
    process = (manager.status.instance_engines or {}).get(engine.name)
    wanted_here = engine.spec.desire_state == "running" and engine.spec.node_id == manager.spec.node_id
    return wanted_here and process is not None and process.status.state in {"starting", "running"}
