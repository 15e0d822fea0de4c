"""How the contact with each resource stands: written where it is read from, exported by metrics/, shown by web/."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Contact:
    """One resource's contact. Times are Unix seconds on the exporter's clock; ``problem`` is "" while all is well.

    ``up`` is true while a watch is established and current. ``settled`` becomes true, for good, once the resource was
    read whole or found unreadable (forbidden, not installed): the exporter is ready when all are settled.
    """

    up: bool = False
    settled: bool = False
    problem: str = ""
    last_event: float | None = None
    last_sync: float | None = None
    lists: Counter[str] = field(default_factory=Counter)
    watches: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    decode_errors: int = 0
