"""How the contact with the cluster stands: what every page must say before anything else, and the table of it."""

from __future__ import annotations

from typing import Final, NamedTuple

from ...cluster.shard import Shard
from ...exporter import Exporter
from ...model.contact import Contact

_OUTDATED_SECONDS: Final = 120.0  # a watch that breaks is back in seconds, and tells of itself once a minute


class ContactRow(NamedTuple):
    """One resource. ``heard`` is when the cluster last said anything about it, Unix seconds."""

    resource: str
    objects: int
    up: bool
    settled: bool
    problem: str
    heard: float | None
    decode_errors: int

    @property
    def stale(self) -> bool:
        """Whether what is shown was true once, and may not be any more."""
        return not self.up and self.heard is not None

    @property
    def unread(self) -> bool:
        """Whether it could not be read at all: what hangs on it is not known."""
        return not self.up and self.heard is None and self.settled


class ContactView(NamedTuple):
    """All resources; ``missing`` are those still being read for the first time, ``pending`` objects not yet judged.

    ``now`` is Unix seconds. ``shard`` is which share of the volumes is known, where that is not all.
    """

    rows: list[ContactRow]
    now: float
    ready: bool
    missing: list[str]
    pending: int
    shard: Shard | None = None

    @property
    def stale(self) -> list[ContactRow]:
        """Return the resources of which only old data is known, the oldest first."""
        return sorted((row for row in self.rows if row.stale), key=lambda row: row.heard or 0.0)

    @property
    def outdated(self) -> list[ContactRow]:
        """Return the resources of which nothing was heard for so long that no decision should rest on them."""
        return [row for row in self.stale if self.now - (row.heard or 0.0) > _OUTDATED_SECONDS]

    @property
    def unread(self) -> list[ContactRow]:
        """Return the resources that cannot be read."""
        return [row for row in self.rows if row.unread]

    @property
    def damaged(self) -> list[ContactRow]:
        """Return the resources of which some objects could not be read."""
        return [row for row in self.rows if row.decode_errors]

    @property
    def current(self) -> int:
        """Return how many resources are followed without a gap."""
        return sum(row.up for row in self.rows)


def contact_view(exporter: Exporter) -> ContactView:
    """Return how the contact stands."""
    counts = exporter.objects()
    rows = [_row(name, contact, counts[name]) for name, contact in exporter.contacts.items()]
    missing = [row.resource for row in rows if not row.settled]
    shard = None if exporter.shard.shows_nodes else exporter.shard
    return ContactView(rows, exporter.clock(), exporter.ready, missing, exporter.assessment.pending, shard)


def _row(name: str, contact: Contact, objects: int) -> ContactRow:
    heard = max((time for time in (contact.last_event, contact.last_sync) if time is not None), default=None)
    return ContactRow(name, objects, contact.up, contact.settled, contact.problem, heard, contact.decode_errors)
