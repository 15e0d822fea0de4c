"""The list of volumes: filtered, most urgent first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from ...diagnosis.fact import VolumeFacts
from .concern import Concern, concern, urgency
from .selection import Selection

PAGE_SIZE: Final = 100


class VolumeRow(NamedTuple):
    """One volume and what concerns it."""

    facts: VolumeFacts
    concern: Concern


class VolumesPage(NamedTuple):
    """``number`` counts from 1; ``pages`` is at least 1. ``found`` of ``total`` volumes fit the selection."""

    rows: list[VolumeRow]
    selection: Selection
    number: int
    pages: int
    found: int
    total: int

    @property
    def first(self) -> int:
        """Return the number of the first volume shown, 0 where none is."""
        return (self.number - 1) * PAGE_SIZE + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the number of the last volume shown."""
        return (self.number - 1) * PAGE_SIZE + len(self.rows)


def volumes_page(volumes: Iterable[VolumeFacts], selection: Selection, number: int) -> VolumesPage:
    """Return one page; a number beyond the last page gives the last."""
    everything = list(volumes)
    found = sorted(selection.of(everything), key=urgency)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    number = min(max(number, 1), pages)
    shown = found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return VolumesPage(volume_rows(shown), selection, number, pages, len(found), len(everything))


def volume_rows(volumes: Iterable[VolumeFacts]) -> list[VolumeRow]:
    """Return a row for each."""
    return [VolumeRow(facts, concern(facts)) for facts in volumes]
