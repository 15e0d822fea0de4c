"""The drain verdict of every node, kept current volume by volume.

A verdict weighs what each volume adds to the node's drain. Judging a node anew for every replica event would cost as
much as the node holds; so each volume's weight on each node is kept, and an event weighs its own volume again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from .drain import Burden, burdens, nodes_of, verdict
from .fact import DrainSummary
from .node_drain import node_share
from .outlook import Outlook
from .volume_drain import Standing, volume_share

_THE_NODE = ""  # stands among the volumes for what the node itself adds

Weight = tuple[Burden, ...]


class DrainBook:
    """Weights by node and volume. Equal weights are one object: there are few kinds, and many volumes."""

    __slots__ = ("_kinds", "_nodes_of", "_weights")

    def __init__(self) -> None:
        self._weights: dict[str, dict[str, Weight]] = {}
        self._nodes_of: dict[str, frozenset[str]] = {}
        self._kinds: dict[Weight, Weight] = {}

    def weigh_volume(self, volume: str, outlook: Outlook, now: float) -> set[str]:
        """Weigh a volume again, on the nodes it has a part in and had one in; return those whose verdict may differ."""
        nodes = frozenset(nodes_of(volume, outlook.state))
        before = self._nodes_of.get(volume, frozenset())
        standing = Standing(volume, outlook, now)
        changed = {node for node in nodes if self._put(node, volume, burdens(volume_share(standing, node)))}
        changed |= {node for node in before - nodes if self._put(node, volume, ())}
        if nodes:
            self._nodes_of[volume] = nodes
        else:
            self._nodes_of.pop(volume, None)
        return changed

    def weigh_node(self, node: str, outlook: Outlook) -> None:
        """Weigh again what the node itself adds."""
        self._put(node, _THE_NODE, burdens(node_share(node, outlook)))

    def summary(self, node: str) -> DrainSummary:
        """Return the verdict on a node and how many blockers of each reason it has."""
        weights = self._weights.get(node, {}).values()
        held = [burden for weight in weights for burden in weight]
        counts = Counter(burden.what for burden in held if burden.blocks)
        return DrainSummary(node, verdict(held), tuple(sorted(counts.items())))

    def _put(self, node: str, volume: str, weight: Iterable[Burden]) -> bool:
        new = tuple(weight)
        volumes = self._weights.setdefault(node, {})
        if volumes.get(volume, ()) == new:
            return False
        if new:
            volumes[volume] = self._kinds.setdefault(new, new)
        else:
            del volumes[volume]
        return True
