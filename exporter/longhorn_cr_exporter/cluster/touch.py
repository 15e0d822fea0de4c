"""What an event concerns besides its own object, as far as several resources have it in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..model.engine import Engine
from ..model.meta import Object
from ..model.replica import Replica

if TYPE_CHECKING:
    from .state import ClusterState


class Seen(NamedTuple):
    """When an object was seen and, where it tells, when its status was last written. Unix seconds."""

    at: float
    status_written: float | None


def name_of(before: Object | None, after: Object | None, *, forget: Callable[[str], None] | None = None) -> str:
    """Return the name of either; an object that is gone is forgotten."""
    if after is not None:
        return after.name
    assert before is not None  # noqa: S101  # one of the two is there
    if forget is not None:
        forget(before.name)
    return before.name


def touch_homes(state: ClusterState, engines: Iterable[Engine]) -> None:
    """What is known of engines changed: it concerns the instance managers that may list them, and their nodes."""
    for engine in engines:
        home = state.instance_managers.get(engine.status.instance_manager_name)
        if home is not None:
            state.changes.instance_managers.add(home.name)
            state.changes.node_shares.add(home.spec.node_id)
        if engine.spec.node_id:
            state.changes.instance_managers.update(state.instance_managers_on.of(engine.spec.node_id))
            state.changes.node_shares.add(engine.spec.node_id)


def touch_volumes_of(state: ClusterState, pv: str) -> None:
    """A PersistentVolume is wanted, or no more: it concerns its volume and that one's engines."""
    for volume in state.volumes_of_pv.of(pv):
        state.changes.volumes.add(volume)
        state.changes.engines.update(state.engines_of.of(volume))


def touch_protection(state: ClusterState, node: str) -> None:
    """What protects the replicas of a node changed: its drain, and that of every node which shares a volume with it.

    Longhorn looks for the replicas of a node, and of a volume, by their labels, which may be behind their specs.
    """
    state.changes.nodes.add(node)
    state.changes.node_shares.add(node)
    for index in (state.replicas_on, state.replicas_labelled_on):
        for replica in index.of(node).values():
            state.changes.drains.update(volumes_named(replica))


def volumes_named(replica: Replica) -> Iterator[str]:
    """Yield the volume that a replica is of, and the one that its label names."""
    yield replica.spec.volume_name
    if labels := replica.metadata.labels:
        yield labels.longhornvolume


def touch_volumes_on(state: ClusterState, node: str) -> None:
    """Replicas on the node may be usable, or where they are may count, otherwise: it concerns their volumes."""
    state.changes.volumes.update(replica.spec.volume_name for replica in state.replicas_on.of(node).values())
