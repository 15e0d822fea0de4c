"""A secondary index: owner → the objects that name it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

T = TypeVar("T")
_EMPTY: dict[str, object] = {}


class Index(Generic[T]):
    """Objects by owner and name. Owners without objects take no memory."""

    __slots__ = ("_groups",)

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, T]] = {}

    def of(self, owner: str) -> Mapping[str, T]:
        """Return the owner's objects by name; empty where there are none."""
        return self._groups.get(owner, _EMPTY)  # type: ignore[arg-type]  # an empty dict of any type

    def put(self, owner: str, name: str, item: T) -> None:
        """Add or replace one object of the owner."""
        self._groups.setdefault(owner, {})[name] = item

    def drop(self, owner: str, name: str) -> None:
        """Remove one object of the owner, if it is there."""
        group = self._groups.get(owner)
        if group is not None and group.pop(name, None) is not None and not group:
            del self._groups[owner]

    def owners(self) -> list[str]:
        """Return every owner that has an object."""
        return list(self._groups)
