"""Rows of an object's conditions, the same for volumes, nodes and disks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..diagnosis.fact import ConditionFact
from .family import Sample


def first_of_each(conditions: Iterable[ConditionFact]) -> Iterable[ConditionFact]:
    """Return the first condition of each type: the one that Longhorn reads, and a series may stand only once."""
    found: dict[str, ConditionFact] = {}
    for condition in conditions:
        found.setdefault(condition.type, condition)
    return found.values()


def truths(conditions: Iterable[ConditionFact], *labels: str) -> Iterator[Sample]:
    """Yield one row a condition: 1 for True, 0 for False and Unknown; ``labels`` go before the condition's."""
    for condition in first_of_each(conditions):
        yield (*labels, condition.type), condition.true


def reasons(conditions: Iterable[ConditionFact]) -> Iterator[Sample]:
    """Yield one row a condition that has a reason."""
    for condition in first_of_each(conditions):
        if condition.reason:
            yield (condition.type, condition.reason), 1


def transitions(conditions: Iterable[ConditionFact]) -> Iterator[Sample]:
    """Yield the time of each condition's last transition, where it is known."""
    for condition in first_of_each(conditions):
        if condition.since is not None:
            yield (condition.type,), condition.since
