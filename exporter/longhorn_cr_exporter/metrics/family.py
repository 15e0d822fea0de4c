"""What a metric family is: one declaration from which head, rows and reference page all come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any, Generic, TypeVar

F = TypeVar("F")
V = TypeVar("V")
Sample = tuple[tuple[str, ...], float]
"""The values of a family's own labels, in their order, and the number."""


@unique
class Kind(Enum):
    """A metric's type, as OpenMetrics names it. Text 0.0.4 has no info and shows it as a gauge."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"
    INFO = "info"


_SUFFIXES = {
    Kind.GAUGE: (),
    Kind.COUNTER: ("_total",),
    Kind.HISTOGRAM: ("_bucket", "_count", "_sum"),
    Kind.INFO: ("_info",),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A family's name and meaning. ``name`` is the series' name, for a histogram without its suffixes.

    ``labels`` are those beside the identity of the object, which the section adds before them.
    """

    name: str
    help: str
    kind: Kind = Kind.GAUGE
    labels: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """OpenMetrics' name of the family: without ``_total`` or ``_info``."""
        return self.name.removesuffix("_total").removesuffix("_info")

    @property
    def names(self) -> frozenset[str]:
        """Every name by which ``name[]`` may ask for the family."""
        return frozenset({self.name, self.base, *(self.base + suffix for suffix in _SUFFIXES[self.kind])})


@dataclass(frozen=True, slots=True)
class Family(Generic[F]):
    """A metric and how an object's rows come about: ``samples`` of the one ``fact``, hashable, that they depend on.

    While that fact stays equal the rows stay as they are. No sample where it is unknown or makes no sense.
    """

    metric: Metric
    fact: Callable[[F], Any]
    samples: Callable[[Any], tuple[Sample, ...]]


@dataclass(frozen=True, slots=True)
class Age(Generic[F]):
    """A metric whose value is the time since a moment, so that it is rendered anew at every scrape."""

    metric: Metric
    since: Callable[[F], float | None]


@dataclass(frozen=True, slots=True)
class Section(Generic[F]):
    """All families of one class of objects. ``identity`` gives the values of ``labels``, which every series carries."""

    title: str
    labels: tuple[str, ...]
    identity: Callable[[F], tuple[str, ...]]
    families: tuple[Family[F], ...]
    ages: tuple[Age[F], ...] = ()

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Every metric of the section, in the order of the page."""
        return (*(family.metric for family in self.families), *(age.metric for age in self.ages))


def number(name: str, help_: str, fact: Callable[[F], float | None]) -> Family[F]:
    """Declare a gauge with one row an object; a bool counts as 0 or 1, None is no row."""
    return Family(Metric(name, help_), fact, lambda value: () if value is None else (((), value),))


def state(name: str, help_: str, label: str, fact: Callable[[F], str]) -> Family[F]:
    """Declare a state: one row with value 1 for the current one, none while it is empty."""
    return Family(Metric(name, help_, labels=(label,)), fact, lambda value: (((value,), 1),) if value else ())


def info(name: str, help_: str, labels: tuple[str, ...], fact: Callable[[F], tuple[str, ...]]) -> Family[F]:
    """Declare an info metric: one row with value 1 that carries facts as labels."""
    return Family(Metric(name, help_, Kind.INFO, labels), fact, lambda values: ((values, 1),))


def rows(
    name: str,
    help_: str,
    labels: tuple[str, ...],
    fact: Callable[[F], V],
    samples: Callable[[V], Iterable[Sample]],
    *,
    kind: Kind = Kind.GAUGE,
) -> Family[F]:
    """Declare a family with any number of rows an object, told apart by ``labels``."""
    return Family(Metric(name, help_, kind, labels), fact, lambda value: tuple(samples(value)))
