"""Where the objects go: what list + watch asks of its receiver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..model.meta import Object
from ..model.resource import Resource


class Sink(Protocol):
    """Receives one resource's objects. Calls do not block; ``now`` is Unix seconds on the exporter's clock."""

    def replace(self, resource: Resource, objects: Sequence[Object], now: float) -> None:
        """Take a whole list in one step: what is not in it is gone."""

    def put(self, resource: Resource, obj: Object, now: float) -> None:
        """Take one new or changed object."""

    def remove(self, resource: Resource, obj: Object, now: float) -> None:
        """Drop one object, by its name."""
