"""What is said of how a volume's replicas are spread, and of replica CRs that pile up."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ..model.replica import Replica
from ..model.time import parse_time
from ..model.volume import Volume
from . import advice
from .fact import VolumeFacts
from .pattern import INFO, WARNING, Finding, Pattern, View
from .redundancy import holds_data
from .wording import count, lasting, listed, sentence, volume_words

_LEAKING_FOR: Final = 3600.0
_UPGRADED_WITHIN: Final = 3600.0


def spread_findings(facts: VolumeFacts, volume: Volume, view: View) -> Iterator[Finding]:
    """Yield what the volume's replica CRs give cause to say."""
    replicas = view.state.replicas_of.of(facts.name).values()
    if facts.desired_replicas == 1:
        yield _single(facts, view)
    shared = _shared(facts, replicas, view)
    if shared:
        yield shared
    piled = _leak(facts, replicas, view) or _left_over(facts, volume, replicas, view)
    if piled:
        yield piled


def _single(facts: VolumeFacts, view: View) -> Finding:
    message = f"{sentence(volume_words(facts))} keeps one replica: its node takes it along when it goes"
    if facts.data_locality == "strict-local":
        action = f"Strict locality allows no more; see that its workload keeps copies: {_show(facts, view)}"
    else:
        two = advice.patch(view, "volumes.longhorn.io", facts.name, {"spec": {"numberOfReplicas": 2}})
        action = f"Where its workload does not keep copies of its own, want two: {two}"
    return Pattern.SINGLE_REPLICA.found(INFO, "Volume", facts.name, message=message, action=action)


def _shared(facts: VolumeFacts, replicas: Collection[Replica], view: View) -> Finding | None:
    usable, nodes, zones = facts.usable_replicas or 0, facts.replica_nodes or 0, facts.replica_zones or 0
    if nodes < usable:
        what = f"{usable} usable replicas on {count(nodes, 'node')}"
    elif usable > 1 and zones == 1 and _several_zones(view):
        what = f"its {usable} usable replicas in one zone"
    else:
        return None
    on = {replica.spec.node_id for replica in replicas if holds_data(replica)}
    return Pattern.FALSE_REDUNDANCY.found(
        INFO,
        "Volume",
        facts.name,
        message=f"{sentence(volume_words(facts))} has {what} ({listed(on)}): they are lost together",
        action=f"Let Longhorn balance them: {_balance(facts, view)}",
    )


def _several_zones(view: View) -> bool:
    return len({node.status.zone for node in view.state.longhorn_nodes.values()}) > 1


def _balance(facts: VolumeFacts, view: View) -> str:
    return advice.patch(view, "volumes.longhorn.io", facts.name, {"spec": {"replicaAutoBalance": "least-effort"}})


def _show(facts: VolumeFacts, view: View) -> str:
    return advice.show_replicas(view, facts.name)


def _leak(facts: VolumeFacts, replicas: Collection[Replica], view: View) -> Finding | None:
    """Return that more than 2N+2 CRs of one volume are older than an hour (longhorn/longhorn #13152)."""
    allowed = 2 * facts.desired_replicas + 2
    made = sorted(time for r in replicas if (time := parse_time(r.metadata.creation_timestamp)) is not None)
    if len(made) <= allowed or view.age(made[allowed]) <= _LEAKING_FOR:
        return None
    message = (
        f"{sentence(volume_words(facts))} has {len(replicas)} replica CRs for {facts.desired_replicas} wanted, more "
        f"than {allowed}{lasting(made[allowed], view.now)}: Longhorn makes them and does not clean up"
    )
    return Pattern.REPLICA_LEAK.found(
        WARNING,
        "Volume",
        facts.name,
        message=message,
        action=f"See why they fail before they pile up further: {_show(facts, view)}",
        since=made[allowed],
    )


def _left_over(facts: VolumeFacts, volume: Volume, replicas: Collection[Replica], view: View) -> Finding | None:
    """Return that inactive copies outlive their migration or engine upgrade by an hour.

    Either makes copies when it begins: where the youngest replica is older, none began since.
    """
    inactive = [replica.name for replica in replicas if not replica.spec.active]
    made = [parse_time(replica.metadata.creation_timestamp) for replica in replicas]
    known = [time for time in made if time is not None]
    if not inactive or volume.spec.migration_node_id or len(known) < len(made):
        return None
    if view.age(max(known)) <= _UPGRADED_WITHIN:
        return None
    message = (
        f"{sentence(volume_words(facts))} has {count(len(inactive), 'inactive replica')} ({listed(inactive)}), and no "
        f"engine upgrade or migration began{lasting(max(known), view.now)}"
    )
    return Pattern.REPLICAS_LEFT_OVER.found(
        WARNING,
        "Volume",
        facts.name,
        message=message,
        action=f"See whether its engine upgrade went through: {advice.show(view, 'volumes', facts.name)}",
        since=max(known),
    )
