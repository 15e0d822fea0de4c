"""Books kept by the assessment: facts by name with what is pending, and sums over many volumes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from .fact import Fact, VolumeFacts

F = TypeVar("F", bound=Fact)


class Ledger(Generic[F]):
    """Facts of one kind by name, the names still to be judged, and the names whose facts changed since asked.

    Both sets of names are dicts: what came first is judged and shown first, the same in every run.
    """

    __slots__ = ("_updated", "facts", "pending")

    def __init__(self) -> None:
        self.facts: dict[str, F] = {}
        self.pending: dict[str, None] = {}
        self._updated: dict[str, None] = {}

    def ask(self, names: Iterable[str]) -> None:
        """Have the names judged again."""
        self.pending.update(dict.fromkeys(names))

    def judge(self, judge: Callable[[str], F | None], limit: int) -> int:
        """Judge up to ``limit`` pending names (None from ``judge``: gone); return how many were."""
        names = list(islice(self.pending, max(limit, 0)))
        for name in names:
            del self.pending[name]
            self._set(name, judge(name))
        return len(names)

    def _set(self, name: str, new: F | None) -> None:
        if new == self.facts.get(name):
            return
        if new is None:
            del self.facts[name]
        else:
            self.facts[name] = new
        self._updated[name] = None

    def take_updated(self) -> Iterator[tuple[str, F | None]]:
        """Yield what changed since the last call: each name with its facts, None for one that is gone."""
        updated, self._updated = self._updated, {}
        for name in updated:
            yield name, self.facts.get(name)


class NeededReplicas:
    """How many replicas on each (node, data engine) their volumes cannot do without: a sum over all volumes."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()

    def count(self, node: str, data_engine: str) -> int:
        """Return the sum."""
        return self._counts[node, data_engine]

    def move(self, old: VolumeFacts | None, new: VolumeFacts | None) -> set[str]:
        """Replace one volume's share; return the nodes whose sum may have changed."""
        before, after = _share(old), _share(new)
        if before == after:
            return set()
        self._counts.subtract(before)
        self._counts.update(after)
        return {node for node, _ in (*before, *after)}


def _share(facts: VolumeFacts | None) -> list[tuple[str, str]]:
    return [(node, facts.data_engine) for node in facts.needed_on] if facts else []
