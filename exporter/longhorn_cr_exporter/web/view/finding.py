"""Findings as the pages show them: those of one kind together, so that eighty of them are not eighty cards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from ...diagnosis.pattern import Finding

_IN_FULL: Final = 3
TONES: Final = {"critical": "critical", "warning": "warning", "info": "notice"}


class FindingGroup(NamedTuple):
    """Findings of one kind: the first ``told`` in full, of the ``rest`` their objects alone."""

    told: Sequence[Finding]
    rest: Sequence[Finding]

    @property
    def tone(self) -> str:
        """Return how loud they are."""
        return TONES[self.told[0].severity]


def parted(findings: Sequence[Finding], most: int) -> tuple[list[FindingGroup], list[FindingGroup]]:
    """Return the first ``most`` findings, each told in full, and the others in groups."""
    return [FindingGroup([finding], []) for finding in findings[:most]], grouped(findings[most:])


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """Return the findings in groups, in their order."""
    groups = (list(group) for _, group in groupby(findings, key=lambda finding: (finding.severity, finding.id)))
    return [FindingGroup(group[:_IN_FULL], group[_IN_FULL:]) for group in groups]


Subject = tuple[str, str]
"""Kind and name of an object."""


def about(subjects: frozenset[Subject], findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings about any of these objects, in their order."""
    return [finding for finding in findings if (finding.kind, finding.name) in subjects]


def findings_count(groups: Iterable[FindingGroup]) -> int:
    """Return how many findings the groups hold."""
    return sum(len(group.told) + len(group.rest) for group in groups)
