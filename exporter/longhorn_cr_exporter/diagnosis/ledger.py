"""Books kept by the assessment: facts by name with what is pending, and sums over many volumes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Generic, TypeVar

from .fact import Fact, VolumeFacts

F = TypeVar("F", bound=Fact)


class Queue:
    """Names that wait for their turn, each once. A dict, so that what came first goes first, the same in every run."""

    __slots__ = ("pending",)

    def __init__(self) -> None:
        self.pending: dict[str, None] = {}

    def ask(self, names: Iterable[str]) -> None:
        """Let the names wait, unless they do already."""
        self.pending.update(dict.fromkeys(names))

    def take(self, limit: int) -> list[str]:
        """Return the first up to ``limit`` names; they wait no more."""
        if limit >= len(self.pending):  # an emptied dict would be walked through its old length for ever after
            names, self.pending = list(self.pending), {}
            return names
        names = list(islice(self.pending, max(limit, 0)))
        for name in names:
            del self.pending[name]
        return names

    def forget(self, name: str) -> None:
        """Let a name wait no more, as when its turn has come in another way."""
        self.pending.pop(name, None)

    def work(self, work: Callable[[str], object], limit: int) -> int:
        """Do the work for up to ``limit`` names; return for how many."""
        names = self.take(limit)
        for name in names:
            work(name)
        return len(names)


class Ledger(Queue, Generic[F]):
    """Facts of one kind by name, the names still to be judged, and the names whose facts changed since asked."""

    __slots__ = ("_updated", "facts")

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, F] = {}
        self._updated: dict[str, None] = {}

    def judge(self, judge: Callable[[str], F | None], limit: int) -> int:
        """Judge up to ``limit`` pending names (None from ``judge``: gone); return how many were."""
        return self.work(lambda name: self.put(name, judge(name)), limit)

    def put(self, name: str, new: F | None) -> None:
        """Take what is now said of a name, None of one that is gone."""
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
        for (nodes, data_engine), sign in ((before, -1), (after, 1)):
            for node in nodes:
                self._counts[node, data_engine] += sign
        return {*before[0], *after[0]}


def _share(facts: VolumeFacts | None) -> tuple[tuple[str, ...], str]:
    return (facts.needed_on, facts.data_engine) if facts else ((), "")
