"""The answer to WATCH: a reader of the collection's history that waits for more."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Final

import msgspec

from .answer import Pieces
from .collection import Change, Collection, ExpiredError, watch_line
from .route import Query
from .selector import Selection
from .stamp import with_version
from .status import RefusedError, expired
from .store import Store

_INITIAL_END: Final[dict[str, object]] = {"annotations": {"k8s.io/initial-events-end": "true"}}


class Pace(msgspec.Struct, frozen=True):
    """How a watch's times pass, in real seconds: the length of ``timeoutSeconds``' second, bookmarks, and the end."""

    second: float = 1.0
    bookmark: float = 60.0
    timeout: float = 1800.0


class Watch:
    """One watch; it keeps no queue of its own, so that a slow reader costs nothing but the history it misses."""

    def __init__(self, store: Store, collection: Collection, query: Query, pace: Pace) -> None:
        self._store = store
        self._collection = collection
        self._query = query
        self._pace = pace
        self._incarnation = collection.incarnation
        self._asked = query.version or 0
        self._cursor = self._asked or store.version
        self._initial = not self._asked or query.initial_events

    def check(self) -> None:
        """Make sure that the history reaches back to where the watch begins.

        Raises:
            RefusedError: 410.
        """
        if not self._initial and self._asked < self._collection.compacted:
            raise self._too_old()

    def _too_old(self) -> RefusedError:
        return expired(f"too old resource version: {self._cursor} ({self._collection.compacted})")

    async def lines(self) -> Pieces:
        """Yield the watch's lines until its time is up, its resource is gone or it has fallen too far behind."""
        wake = asyncio.Event()
        end_listening = self._collection.listen(wake.set)
        try:
            for line in self._initial_lines():
                yield line
            async for line in self._following_lines(wake):
                yield line
        except ExpiredError:
            yield watch_line("ERROR", self._too_old().body())
        finally:
            end_listening()

    def _initial_lines(self) -> Iterator[bytes]:
        if not self._initial:
            return
        self._cursor = self._store.version
        for stored in self._collection.snapshot(self._cursor):
            if self._query.selection.has(stored):
                yield watch_line("ADDED", stored.body)
        if self._query.initial_events:
            yield self._bookmark(_INITIAL_END)

    async def _following_lines(self, wake: asyncio.Event) -> Pieces:
        loop = asyncio.get_running_loop()
        end = loop.time() + (self._query.timeout * self._pace.second or self._pace.timeout)
        bookmark = loop.time() + self._pace.bookmark
        while True:
            wake.clear()
            for line in self._new_lines():
                yield line
            if self._collection.incarnation != self._incarnation:
                return
            now = loop.time()
            if now >= bookmark or now >= end:
                if self._query.bookmarks:
                    yield self._bookmark({})
                bookmark = now + self._pace.bookmark
            if now >= end:
                return
            await _wait(wake, min(end, bookmark) - now)

    def _new_lines(self) -> Iterator[bytes]:
        """Yield until nothing is left; more may come while a line is being written."""
        while changes := self._collection.since(self._cursor):
            for change in changes:
                self._cursor = change.version
                line = seen_through(self._query.selection, change)
                if line:
                    yield line
        self._cursor = self._store.version

    def _bookmark(self, more: dict[str, object]) -> bytes:
        resource = self._collection.resource
        metadata = {"resourceVersion": str(self._cursor), "creationTimestamp": None} | more
        body = {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": metadata}
        return watch_line("BOOKMARK", msgspec.json.encode(body))


async def _wait(wake: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        pass


def seen_through(selection: Selection, change: Change) -> bytes:
    """Return a change's line as a watch with this selection sees it, empty for what it does not see.

    An object that begins to match is ADDED; one that no longer does is DELETED, as it last matched but with the
    version at which it left, as Kubernetes does.
    """
    before = change.previous is not None and selection.has(change.previous)
    after = selection.has(change.object) and change.type != "DELETED"
    if change.type == "DELETED":
        return change.line() if before else b""
    if after:
        return change.line() if before or change.type == "ADDED" else watch_line("ADDED", change.object.body)
    if before and change.previous is not None:
        return watch_line("DELETED", with_version(change.previous.body, change.version))
    return b""
