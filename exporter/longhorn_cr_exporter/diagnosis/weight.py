"""What a volume, or a node itself, weighs on a node's drain: its share without the words, kept for the whole fleet."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..cluster.state import ClusterState
from ..model.volume import Volume
from .outlook import Outlook, Share
from .standing import Standing
from .volume_drain import ARMS, DEGRADES, loss_of_one, volume_share


class Burden(NamedTuple):
    """A blocker's reason or an effect, without the words; an effect blocks nothing."""

    what: str
    clears: bool
    blocks: bool


Weight = tuple[Burden, ...]


def burdens(share: Share) -> Weight:
    """Return what a share weighs."""
    held = [Burden(blocker.reason, blocker.clears_by_itself, blocks=True) for blocker in share.blockers]
    return (*held, *[Burden(effect.effect, clears=True, blocks=False) for effect in share.effects])


def volume_weights(standing: Standing, outlook: Outlook) -> dict[str, Weight]:
    """Return what the volume weighs, by node; nodes on which that is nothing are absent."""
    volume = standing.volume
    if volume is not None and _sound(volume, standing, outlook):
        return _sound_weights(volume, standing, outlook)
    nodes = nodes_of(standing.name, outlook.state)
    weights = {node: burdens(volume_share(standing, node, outlook)) for node in nodes}
    return {node: weight for node, weight in weights.items() if weight}


def _sound(volume: Volume, standing: Standing, outlook: Outlook) -> bool:
    """Whether no drain can be held up for the volume's sake, nor take more than one good replica of it."""
    name, replicas = standing.name, standing.replicas
    if len(replicas) < 2 or len(outlook.state.replicas_labelled.of(name)) != len(replicas):  # noqa: PLR2004  # one covers another
        return False
    return outlook.calm.holds(name, replicas) and not outlook.armed(volume)


def _sound_weights(volume: Volume, standing: Standing, outlook: Outlook) -> dict[str, Weight]:
    """Return what ``volume_share`` comes to on each node of a sound volume: one replica less."""
    if len(standing.replicas) > volume.spec.number_of_replicas:
        return {}
    nodes = [replica.spec.node_id for replica in standing.replicas]
    return {node: _EFFECTS[loss_of_one(volume, standing, node, outlook)] for node in nodes}


_EFFECTS: Final = {effect: (Burden(effect, clears=True, blocks=False),) for effect in (DEGRADES, ARMS)}


def nodes_of(volume: str, state: ClusterState) -> set[str]:
    """Return the nodes in whose drain the volume has a part: the reverse of ``drain.volumes_on``."""
    replicas, engines = state.replicas_of.of(volume).values(), state.engines_of.of(volume).values()
    labels = {replica.metadata.labels.longhornnode for replica in replicas if replica.metadata.labels is not None}
    return (labels | {r.spec.node_id for r in replicas} | {e.spec.node_id for e in engines}) - {""}
