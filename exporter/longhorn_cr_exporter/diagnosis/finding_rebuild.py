"""What is said of rebuilds that stand still, and of failed replicas about to be deleted.

A rebuild can stand still for weeks without a word (longhorn/longhorn #13571): the volume is degraded and nothing is
rebuilding, or a replica runs and its engine does not know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..model.replica import Replica
from ..model.time import format_time, parse_time
from ..model.volume import Volume
from . import advice
from .fact import ReplicaFacts, VolumeFacts
from .finding_redundancy import exceeds_nodes
from .pattern import WARNING, Finding, Pattern, View
from .redundancy import active_engine, unadopted
from .setting import REBUILD_LIMIT, int_setting
from .wording import lasting, sentence, volume_words

_STALLED_FOR: Final = 15 * 60.0
_IMMINENT: Final = 10 * 60.0


def rebuild_finding(facts: VolumeFacts, volume: Volume, view: View) -> Finding | None:
    """Return that an attached volume has been degraded for long and nothing is rebuilding.

    Not during a live migration, when Longhorn replaces nothing; nor where there is no node left to rebuild on, for
    which the volume simply asks too much.
    """
    since = _quiet_since(volume, view)
    if facts.state != "attached" or facts.robustness != "degraded" or view.age(since) <= _STALLED_FOR:
        return None
    if facts.replicas is None or facts.replicas.get("rebuilding") or volume.spec.migration_node_id:
        return None
    if exceeds_nodes(facts, volume, view):
        return None
    message = (
        f"{sentence(volume_words(facts))} is degraded{lasting(since, view.now)}, and no replica is rebuilding: "
        f"{_why_stalled(facts, view)}"
    )
    return Pattern.REBUILD_STALLED.found(
        WARNING, "Volume", facts.name, message=message, action=_go_on(facts, view), since=since
    )


def _quiet_since(volume: Volume, view: View) -> float | None:
    """Return since when the volume is degraded without that a replica was made, failed, or was healthy again."""
    degraded = parse_time(volume.status.last_degraded_at)
    if degraded is None:
        return None
    replicas = view.state.replicas_of.of(volume.name).values()
    steps = ((r.metadata.creation_timestamp, r.spec.failed_at, r.spec.healthy_at) for r in replicas)
    return max([degraded, *(time for step in steps for text in step if (time := parse_time(text)) is not None)])


def _why_stalled(facts: VolumeFacts, view: View) -> str:
    if _rebuilding_off(view):
        return f"the setting {REBUILD_LIMIT} is 0"
    if facts.replacement_nodes == 0:
        return "no node could take a replica"
    return "Longhorn gives no reason"


def _go_on(facts: VolumeFacts, view: View) -> str:
    if _rebuilding_off(view):
        return f"Let Longhorn rebuild again: {advice.set_setting(view, REBUILD_LIMIT, '5')}"
    if facts.replacement_nodes == 0:
        return f"Uncordon or add a node with room for it: {advice.in_longhorn(view, 'get', 'nodes.longhorn.io')}"
    return f"See what its conditions and events say: {advice.show(view, 'volumes', facts.name)}"


def _rebuilding_off(view: View) -> bool:
    return int_setting(view.state.settings, REBUILD_LIMIT) == 0


def unadopted_findings(facts: VolumeFacts, volume: Volume, view: View) -> Iterator[Finding]:
    """Yield the replicas that run for long and that the running engine does not know."""
    if not facts.unadopted_replicas or volume.status.state != "attached":
        return
    engine = active_engine(view.state.engines_of.of(facts.name).values())
    for replica in view.state.replicas_of.of(facts.name).values():
        since = _unadopted_since(replica, volume)
        if unadopted(replica, engine) and view.age(since) > _STALLED_FOR:
            message = (
                f"Replica {replica.name} of {volume_words(facts)} on {replica.spec.node_id} runs"
                f"{lasting(since, view.now)} and was never healthy, and its engine does not know it"
            )
            yield Pattern.UNADOPTED.found(
                WARNING,
                "Replica",
                replica.name,
                message=message,
                action="Delete it; it holds no data, and Longhorn makes another: "
                + advice.delete(view, "replicas", replica.name),
                since=since,
            )


def _unadopted_since(replica: Replica, volume: Volume) -> float | None:
    """Return since when it may be waiting: since it was made or, if later, since the volume is degraded."""
    made = parse_time(replica.metadata.creation_timestamp)
    degraded = parse_time(volume.status.last_degraded_at)
    return max((time for time in (made, degraded) if time is not None), default=None)


def deletion_finding(facts: ReplicaFacts, view: View) -> Finding | None:
    """Return that a failed replica of a volume that lacks usable ones goes soon, on a release that has the deadlock.

    Until then its node may come back, and with it the replica. Nothing is said of one that was never healthy.
    """
    due, volume = facts.deletion_at, view.assessment.volumes.facts.get(facts.volume)
    if due is None or due - view.now > _IMMINENT or volume is None or not volume.redundancy_deficit:
        return None
    if facts.node_missing or not _worth_keeping(view.state.replicas.get(facts.name)):
        return None
    when = "at the next sync" if due <= view.now else f"at {format_time(due)}"
    message = (
        f"Replica {facts.name} of {volume_words(volume)} on {facts.node or 'no node'} failed"
        f"{lasting(facts.failed_since, view.now)}, and Longhorn deletes it {when}, while the volume lacks usable ones"
    )
    keep = advice.patch(view, "volumes.longhorn.io", facts.volume, {"spec": {"staleReplicaTimeout": 0}})
    action = f"Bring {facts.node or 'its node'} back before that, or have failed replicas kept meanwhile: {keep}"
    return Pattern.DELETION_IMMINENT.found(
        WARNING, "Replica", facts.name, message=message, action=action, since=facts.failed_since
    )


def _worth_keeping(replica: Replica | None) -> bool:
    return replica is not None and replica.spec.healthy_at != "" and not replica.terminating
