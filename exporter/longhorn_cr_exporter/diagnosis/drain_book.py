"""The drain verdict of every node, kept current volume by volume.

A verdict weighs what each volume adds to the node's drain. Judging a node anew for every replica event would cost as
much as the node holds; so each volume's weight on each node is kept, and an event weighs its own volume again. Of a
node's weights only the kinds are told apart and counted: there are few kinds, and many volumes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from .drain import verdict
from .fact import DrainSummary
from .node_drain import node_share
from .outlook import Outlook
from .standing import Standing
from .weight import Weight, burdens, volume_weights

_NONE: Final[Mapping[str, Weight]] = {}


class DrainBook:
    """Weights by volume and node, and their sum by node."""

    __slots__ = ("_kinds", "_nodes", "_sums", "_volumes")

    def __init__(self) -> None:
        self._volumes: dict[str, Mapping[str, Weight]] = {}
        self._nodes: dict[str, Mapping[str, Weight]] = {}
        self._sums: defaultdict[str, Counter[Weight]] = defaultdict(Counter)
        self._kinds: dict[Weight, Weight] = {}

    def weigh_volume(self, standing: Standing, outlook: Outlook) -> set[str]:
        """Weigh a volume again; return the nodes whose verdict may differ."""
        return self._move(self._volumes, standing.name, volume_weights(standing, outlook))

    def weigh_node(self, node: str, outlook: Outlook) -> set[str]:
        """Weigh again what the node itself adds; return the node if its verdict may differ."""
        weight = burdens(node_share(node, outlook))
        return self._move(self._nodes, node, {node: weight} if weight else _NONE)

    def summary(self, node: str) -> DrainSummary:
        """Return the verdict on a node and how many blockers of each reason it has."""
        counts: Counter[str] = Counter()
        for weight, times in self._sums[node].items():
            for burden in weight:
                counts[burden.what] += times * burden.blocks
        held = [burden for weight in self._sums[node] for burden in weight]
        return DrainSummary(node, verdict(held), tuple(sorted((+counts).items())))

    def _move(self, book: dict[str, Mapping[str, Weight]], name: str, new: Mapping[str, Weight]) -> set[str]:
        """Put new weights in the place of those of that name; return the nodes on which they differ."""
        old = book.get(name, _NONE)
        if old == new:
            return set()
        changed = {node for node in (*old, *new) if old.get(node) != new.get(node)}
        for node in changed:
            self._count(node, old.get(node, ()), -1)
            self._count(node, new.get(node, ()), 1)
        if new:
            book[name] = {node: self._kinds.setdefault(weight, weight) for node, weight in new.items()}
        else:
            del book[name]
        return changed

    def _count(self, node: str, weight: Weight, times: int) -> None:
        if weight:
            sums = self._sums[node]
            sums[weight] += times
            if not sums[weight]:
                del sums[weight]
