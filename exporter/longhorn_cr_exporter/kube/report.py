"""Tells how the contact with one resource stands: to ``model.contact.Contact`` for metrics and pages, and to the log.

A problem is logged once, until it changes or goes away; an object that cannot be read is logged once by its name. A
watch that breaks and is back at once is everyday life, and shows in the counters alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from ..error import ApiError, LonghornExporterError
from ..model.contact import Contact
from ..model.resource import Resource
from .decode import Bookmark, ErrorEvent, Item, Unreadable, WatchEvent
from .retry import DENIALS

_logger = logging.getLogger(__name__)


class Report:
    """One resource's. ``clock`` gives Unix seconds.

    ``contact.lists`` counts each list by its outcome; ``contact.watches`` counts "success" when a watch is accepted and
    an error's outcome when one is refused or breaks off.
    """

    def __init__(self, resource: Resource, contact: Contact, clock: Callable[[], float]) -> None:
        self._resource = resource
        self._contact = contact
        self._clock = clock
        self._warned_of = ""
        self._complained: set[str] = set()

    def listed(self, unreadable: Iterable[Unreadable]) -> None:
        """A whole list has been handed over."""
        self._contact.lists["success"] += 1
        self._contact.last_sync = self._clock()
        self._contact.settled = True
        self._complained &= {bad.name for bad in unreadable}
        self.unreadable(unreadable)

    def list_failed(self, error: LonghornExporterError, *, final: bool = True) -> None:
        """A list could not be had; a ``final`` denial settles: the rest need not wait for this resource."""
        self._contact.lists[outcome(error)] += 1
        self._contact.settled |= final and isinstance(error, DENIALS)

    def watching(self) -> None:
        """A watch has been accepted: the contact is good."""
        self._contact.watches["success"] += 1
        self._contact.up = True
        self._contact.last_event = self._clock()
        self._contact.problem = ""
        if self._warned_of:
            self._warned_of = ""
            _logger.info("Contact is good again", extra={"resource": self._resource.name})

    def received(self, item: Item) -> None:
        """One line of a watch has come."""
        if isinstance(item, WatchEvent):
            self._contact.events[item.type] += 1
        elif isinstance(item, Bookmark):
            self._contact.events["BOOKMARK"] += 1
        elif isinstance(item, ErrorEvent):
            self._contact.events["ERROR"] += 1
        else:
            self.unreadable((item,))

    def heard(self) -> None:
        """The server has given a sign of life on a watch."""
        self._contact.last_event = self._clock()

    def watch_failed(self, error: LonghornExporterError) -> None:
        """A watch was refused or broke off."""
        self._contact.watches[outcome(error)] += 1

    def lost(self, error: LonghornExporterError, *, interrupted: bool) -> None:
        """The contact is lost; ``interrupted`` says that until now it was good."""
        self._contact.up = False
        self._contact.problem = problem = str(error)
        extra = {"resource": self._resource.name, "outcome": outcome(error), "problem": problem}
        if interrupted:
            _logger.debug("Watch is interrupted", extra=extra)
        elif problem != self._warned_of:
            self._warned_of = problem
            _logger.warning("Contact is lost", extra=extra)

    def defect(self, error: Exception) -> None:
        """Something is wrong in this program: log it with its traceback."""
        _logger.error("Internal error", exc_info=error, extra={"resource": self._resource.name})

    def unreadable(self, objects: Iterable[Unreadable]) -> None:
        """Count objects that could not be read, and log each once."""
        for bad in objects:
            self._contact.decode_errors += 1
            if bad.name not in self._complained:
                self._complained.add(bad.name)
                extra = {"resource": self._resource.name, "object": bad.name, "problem": bad.reason}
                _logger.warning("Object cannot be read and is skipped", extra=extra)


def outcome(error: LonghornExporterError) -> str:
    """Return the error's short name in counters."""
    return error.outcome if isinstance(error, ApiError) else "error"
