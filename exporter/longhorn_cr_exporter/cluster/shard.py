"""Which part of a fleet one of several exporters is for.

Volumes are divided by name, with their engines and replicas; nodes and instance managers belong to shard 0. To judge
nodes, shard 0 must hold every volume, though it shows its own alone; the others hold what they show, and the nodes.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

from ..error import InputError
from ..model.engine import Engine
from ..model.meta import Object
from ..model.replica import Replica
from ..model.volume import LonghornAttachment, Volume


@dataclass(frozen=True, slots=True)
class Shard:
    """``index`` of ``total``, counted from 0."""

    index: int
    total: int

    @property
    def shows_nodes(self) -> bool:
        """Whether nodes and instance managers are shown here."""
        return self.index == 0

    def owns(self, volume: str) -> bool:
        """Whether the volume of that name is shown here."""
        return self.total == 1 or zlib.crc32(volume.encode()) % self.total == self.index

    def holds(self, obj: Object) -> bool:
        """Whether the object is needed here at all."""
        if self.shows_nodes:
            return True
        if isinstance(obj, Engine | Replica):
            return self.owns(obj.spec.volume_name)
        return self.owns(obj.name) if isinstance(obj, Volume | LonghornAttachment) else True


WHOLE: Final = Shard(0, 1)


def parse_shard(text: str) -> Shard:
    """Read ``i/n``, 0 <= i < n; raises InputError."""
    index, slash, total = text.partition("/")
    numbers = index.isdecimal() and total.isdecimal() and max(len(index), len(total)) < 10  # noqa: PLR2004  # digits
    if not (slash and numbers and int(index) < int(total)):
        raise InputError(f"shard {text!r}: want i/n with 0 <= i < n, as in 0/3")
    return Shard(int(index), int(total))
