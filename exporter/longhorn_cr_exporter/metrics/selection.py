"""Which families a scrape asks for by ``name[]``."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet


class Selection:
    """Families by name; no name asks for all. A family that is asked for by any of its names is given whole."""

    __slots__ = ("_names",)

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = frozenset(names)

    def takes(self, names: AbstractSet[str]) -> bool:
        """Tell whether a family that goes by ``names`` is asked for."""
        return not self._names or not self._names.isdisjoint(names)
