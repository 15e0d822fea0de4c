"""What is different between two rounds of findings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ..diagnosis.finding import Finding
from ..report.document import Change

APPEARS: Final = "appears"
CHANGES: Final = "changes"
CLEARS: Final = "clears"
_AGE: Final = re.compile(r"\d+ (?:s|min|h|d)\b(?: \d+ (?:min|h)\b)?")  # grows by itself, and is no news


class Board:
    """The findings as last seen, each known by what was found and at which object."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], Finding] = {}

    def take(self, found: Iterable[Finding]) -> Iterator[tuple[Change, Finding]]:
        """Take a new round of findings, and yield what clears, then what appears or changes, in the round's order."""
        before, self._seen = self._seen, {(one.id, one.kind, one.name): one for one in found}
        for key, finding in before.items():
            if key not in self._seen:
                yield CLEARS, finding
        for key, finding in self._seen.items():
            if key not in before:
                yield APPEARS, finding
            elif _news(finding) != _news(before[key]):
                yield CHANGES, finding


def _news(finding: Finding) -> tuple[str, str]:
    return finding.severity, _AGE.sub("", finding.message)
