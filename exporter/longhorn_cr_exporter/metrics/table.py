"""The rows of one class of objects, kept so that a change costs what it changes.

An object has a slot. Every family is a column of buckets of slots; a bucket holds each object's row tails (what follows
the identity labels), shared byte strings mostly, since thousands of objects have the same state or count. Putting an
object again compares the one fact of each family, renders only where it differs, and drops only that bucket's chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final, Generic, TypeVar

from .chunk import Chunk
from .family import Age, Family, Metric, Sample, Section
from .text import encode, fill, label_template, number

SLOTS: Final = 128
_SHARED_TAILS: Final = 1024
F = TypeVar("F")
Tails = tuple[bytes, ...]
_ABSENT: Final = (-1, None)


class RowShape:
    """How the rows of a metric are written: ``opening``, then the object's identity labels, then a tail."""

    __slots__ = ("_tail", "opening")

    def __init__(self, metric: Metric, identity: tuple[str, ...]) -> None:
        braces = bool(identity or metric.labels)
        comma = "," if identity and metric.labels else ""
        self.opening = encode(metric.name + "{" * braces)
        self._tail = comma + label_template(metric.labels) + "}" * braces

    def tails(self, samples: tuple[Sample, ...]) -> Tails:
        """Return the tails of an object's samples."""
        return tuple([encode(f"{fill(self._tail, values)} {number(value)}\n") for values, value in samples])


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

    def current(self, opening: bytes, labels: list[bytes]) -> Chunk:
        if self.chunk is None:
            self.chunk = Chunk(opening, labels, self.tails)
        return self.chunk


class _Column(Generic[F]):
    """One family of a table."""

    __slots__ = ("_opening", "_tails", "buckets", "fact", "metric")

    def __init__(self, family: Family[F], identity: tuple[str, ...]) -> None:
        shape = RowShape(family.metric, identity)
        self.metric = family.metric
        self.fact = family.fact
        self.buckets: list[_Bucket] = []
        self._opening = shape.opening
        self._tails = lru_cache(maxsize=_SHARED_TAILS)(lambda fact: shape.tails(family.samples(fact)))

    def put(self, slot: int, facts: F) -> None:
        """Write an object's rows, unless they are what they were."""
        new = self._tails(self.fact(facts))
        bucket, offset = self.buckets[slot // SLOTS], slot % SLOTS
        if new != bucket.tails[offset]:
            bucket.put(offset, new)

    def drop(self, slot: int) -> None:
        bucket, offset = self.buckets[slot // SLOTS], slot % SLOTS
        if bucket.tails[offset]:
            bucket.put(offset, ())

    def chunks(self, labels: list[list[bytes]]) -> list[Chunk]:
        return [bucket.current(self._opening, names) for names, bucket in zip(labels, self.buckets, strict=True)]


class _AgeColumn(Generic[F]):
    """One family whose rows depend on the clock: of each object that has one, its labels and the moment."""

    __slots__ = ("_shape", "_since", "_starts", "metric")

    def __init__(self, age: Age[F], identity: tuple[str, ...]) -> None:
        self.metric = age.metric
        self._shape = RowShape(age.metric, identity)
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
        ages = [self._shape.tails((((), round(max(0.0, now - since), 3)),)) for _, since in starts]
        return Chunk(self._shape.opening, [labels for labels, _ in starts], ages)


class Table(Generic[F]):
    """All objects of one class. Every method belongs to one thread; the chunks it gives out are free of it."""

    def __init__(self, section: Section[F]) -> None:
        self._identity = section.identity
        self._template = label_template(section.labels)
        self._columns = [_Column(family, section.labels) for family in section.families]
        self._ages = [_AgeColumn(age, section.labels) for age in section.ages]
        self._objects: dict[str, tuple[int, F]] = {}
        self._free: list[int] = []
        self._labels: list[list[bytes]] = []

    def put(self, name: str, facts: F) -> None:
        """Take an object's facts, new or changed: only the families whose fact differs are touched."""
        slot, old = self._objects.get(name, _ABSENT)
        if old is None:
            self._add(name, facts)
        elif self._identity(old) != self._identity(facts):
            self.drop(name)
            self._add(name, facts)
        else:
            self._change(name, slot, old, facts)

    def drop(self, name: str) -> None:
        """Forget an object; an unknown one is none."""
        slot, old = self._objects.pop(name, _ABSENT)
        if old is None:
            return
        for column in self._columns:
            column.drop(slot)
        for age in self._ages:
            age.drop(name)
        self._free.append(slot)

    def chunks(self, now: float, asked: Callable[[Metric], bool]) -> Iterator[tuple[Metric, list[Chunk]]]:
        """Yield the chunks of every family asked for; ages are those at ``now``."""
        for column in self._columns:
            if asked(column.metric):
                yield column.metric, column.chunks(self._labels)
        for age in self._ages:
            if asked(age.metric):
                yield age.metric, [age.chunk(now)]

    def _add(self, name: str, facts: F) -> None:
        if not self._free:
            self._grow()
        slot = self._free.pop()
        self._objects[name] = slot, facts
        labels = self._label(slot, facts)
        for column in self._columns:
            column.put(slot, facts)
        for age in self._ages:
            age.put(name, labels, facts)

    def _change(self, name: str, slot: int, old: F, facts: F) -> None:
        self._objects[name] = slot, facts
        for column in self._columns:
            if column.fact(old) != column.fact(facts):
                column.put(slot, facts)
        for age in self._ages:
            age.put(name, self._labels[slot // SLOTS][slot % SLOTS], facts)

    def _grow(self) -> None:
        first = len(self._labels) * SLOTS
        self._labels.append([b""] * SLOTS)
        for column in self._columns:
            column.buckets.append(_Bucket())
        self._free.extend(range(first + SLOTS - 1, first - 1, -1))

    def _label(self, slot: int, facts: F) -> bytes:
        """Set and return the labels of a slot that has no rows. Chunks share the list, so it is replaced."""
        labels = encode(fill(self._template, self._identity(facts)))
        index, offset = divmod(slot, SLOTS)
        if self._labels[index][offset] != labels:
            self._labels[index] = self._labels[index].copy()
            self._labels[index][offset] = labels
        return labels
