"""The rows of one class of objects, kept so that a change costs what it changes.

An object has a slot. Every family is a column of buckets of slots; a bucket holds each object's row tails (what follows
the identity labels), shared byte strings mostly, since thousands of objects have the same state or count. Putting an
object compares its tails with those it had and drops the chunk of a bucket only where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Final, Generic, TypeVar

from .chunk import Chunk
from .family import Age, Family, Metric, Sample, Section
from .text import encode, label_pairs, number

SLOTS: Final = 128
_SHARED_TAILS: Final = 1024
F = TypeVar("F")
Tails = tuple[bytes, ...]


def opening(metric: Metric, identity: tuple[str, ...]) -> bytes:
    """Return what each row of a family begins with."""
    return encode(metric.name + ("{" if identity or metric.labels else ""))


def tails(metric: Metric, identity: tuple[str, ...], samples: tuple[Sample, ...]) -> Tails:
    """Return, for each sample of an object, what follows the identity labels in its row."""
    comma = "," if identity and metric.labels else ""
    close = "} " if identity or metric.labels else " "
    return tuple(
        [encode(f"{comma}{label_pairs(metric.labels, values)}{close}{number(value)}\n") for values, value in samples]
    )


class _Bucket:
    """The tails of one family for SLOTS objects; its chunk shares them until they change."""

    __slots__ = ("chunk", "tails")

    def __init__(self) -> None:
        self.tails: list[Tails] = [()] * SLOTS
        self.chunk: Chunk | None = None

    def put(self, offset: int, new: Tails) -> None:
        if self.chunk is not None:
            self.chunk = None
            self.tails = self.tails.copy()
        self.tails[offset] = new


class _Column(Generic[F]):
    """One family of a table."""

    __slots__ = ("_opening", "_samples", "_tails", "buckets", "metric")

    def __init__(self, family: Family[F], identity: tuple[str, ...]) -> None:
        self.metric = family.metric
        self.buckets: list[_Bucket] = []
        self._opening = opening(family.metric, identity)
        self._tails = lru_cache(maxsize=_SHARED_TAILS)(partial(tails, family.metric, identity))
        self._samples = family.samples

    def put(self, bucket: _Bucket, offset: int, facts: F, *, relabelled: bool) -> None:
        new = self._tails(self._samples(facts))
        if new != bucket.tails[offset] or (relabelled and new):
            bucket.put(offset, new)

    def chunks(self, labels: list[list[bytes]]) -> Iterator[Chunk]:
        for names, bucket in zip(labels, self.buckets, strict=True):
            if bucket.chunk is None:
                bucket.chunk = Chunk(self._opening, names, bucket.tails)
            yield bucket.chunk


class _AgeColumn(Generic[F]):
    """One family whose rows depend on the clock: of each object that has one, its labels and the moment."""

    __slots__ = ("_opening", "_since", "_starts", "metric")

    def __init__(self, age: Age[F], identity: tuple[str, ...]) -> None:
        self.metric = age.metric
        self._opening = opening(age.metric, identity)
        self._since = age.since
        self._starts: dict[str, tuple[bytes, float]] = {}

    def put(self, name: str, labels: bytes, facts: F) -> None:
        since = self._since(facts)
        if since is None:
            self._starts.pop(name, None)
        else:
            self._starts[name] = labels, since

    def drop(self, name: str) -> None:
        self._starts.pop(name, None)

    def chunk(self, now: float) -> Chunk:
        starts = self._starts.values()
        ages = [(encode(f"}} {number(round(max(0.0, now - since), 3))}\n"),) for _, since in starts]
        return Chunk(self._opening, [labels for labels, _ in starts], ages)


class Table(Generic[F]):
    """All objects of one class. Every method belongs to one thread; the chunks it gives out are free of it."""

    def __init__(self, section: Section[F]) -> None:
        self._section = section
        self._columns = [_Column(family, section.labels) for family in section.families]
        self._ages = [_AgeColumn(age, section.labels) for age in section.ages]
        self._slots: dict[str, int] = {}
        self._free: list[int] = []
        self._labels: list[list[bytes]] = []

    def __len__(self) -> int:
        return len(self._slots)

    def put(self, name: str, facts: F) -> None:
        """Take an object's facts, new or changed; the same again costs a comparison."""
        index, offset = divmod(self._slot(name), SLOTS)
        labels = encode(label_pairs(self._section.labels, self._section.identity(facts)))
        relabelled = self._relabel(index, offset, labels)
        for column in self._columns:
            column.put(column.buckets[index], offset, facts, relabelled=relabelled)
        for age in self._ages:
            age.put(name, labels, facts)

    def drop(self, name: str) -> None:
        """Forget an object; an unknown one is none."""
        slot = self._slots.pop(name, None)
        if slot is None:
            return
        index, offset = divmod(slot, SLOTS)
        for column in self._columns:
            if column.buckets[index].tails[offset]:
                column.buckets[index].put(offset, ())
        for age in self._ages:
            age.drop(name)
        self._free.append(slot)

    def chunks(self, now: float, asked: Callable[[Metric], bool]) -> Iterator[tuple[Metric, list[Chunk]]]:
        """Yield the chunks of every family asked for; ages are those at ``now``."""
        for column in self._columns:
            if asked(column.metric):
                yield column.metric, list(column.chunks(self._labels))
        for age in self._ages:
            if asked(age.metric):
                yield age.metric, [age.chunk(now)]

    def _slot(self, name: str) -> int:
        slot = self._slots.get(name)
        if slot is None:
            if not self._free:
                self._grow()
            slot = self._slots[name] = self._free.pop()
        return slot

    def _grow(self) -> None:
        first = len(self._labels) * SLOTS
        self._labels.append([b""] * SLOTS)
        for column in self._columns:
            column.buckets.append(_Bucket())
        self._free.extend(range(first + SLOTS - 1, first - 1, -1))

    def _relabel(self, index: int, offset: int, labels: bytes) -> bool:
        """Set an object's labels; tell whether they differ. Chunks share the list, so it is replaced."""
        if self._labels[index][offset] == labels:
            return False
        self._labels[index] = self._labels[index].copy()
        self._labels[index][offset] = labels
        return True
