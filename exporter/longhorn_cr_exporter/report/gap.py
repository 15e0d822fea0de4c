"""What could not be read, so that an answer claims no more than is known."""

from __future__ import annotations

from ..exporter import Exporter
from .document import GapDocument


def gaps(exporter: Exporter) -> tuple[GapDocument, ...]:
    """Return what could not be read, or not wholly, in the order of the resources."""
    problems = ((name, contact.problem, contact.decode_errors) for name, contact in exporter.contacts.items())
    return tuple(
        GapDocument(resource=name, problem=problem or _unreadable(count))
        for name, problem, count in problems
        if problem or count
    )


def _unreadable(count: int) -> str:
    objects = "1 object" if count == 1 else f"{count} objects"
    return f"{objects} unreadable and left out"
