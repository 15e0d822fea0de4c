"""Keeps one resource in step with the cluster for as long as the exporter runs.

List, then watch; after a break watch on from where it stopped; after an expiry list again. The sink keeps what it has
until a whole new list is there.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Final, NoReturn

from ..error import LonghornExporterError
from ..model.contact import Contact
from ..model.resource import Resource
from .connection import SILENCE_SECONDS, Connection
from .decode import Item, ListDecoder, WatchDecoder, WatchEvent
from .error import UnreachableError
from .list import PAGE_LIMIT, list_whole
from .report import Report
from .resume import Ended, resume
from .retry import DENIALS, RetryPolicy
from .sink import Sink
from .watch import watch_once

WATCH_SECONDS: Final = (240, 480)
"""Range of the time after which the server is asked to end a watch; random, so that not all are renewed at once."""
_AT_ONCE_SECONDS: Final = 1.0
"""A watch without one event that ends sooner is refused politely, and not to be renewed without a pause."""
_DENIALS_DOUBTED: Final = 2
"""How many denials in a row may be those of an API server that is still starting; the next one is believed."""


class Reflector:
    """One resource's list and watch, handed to ``sink`` and told in ``contact``.

    ``clock`` gives Unix seconds; ``sleep`` and ``chance`` (a number in [0, 1)) are replaced in tests. A watch on which
    nothing comes for ``silence_seconds``, not even a bookmark, is given up and begun again from where it was.
    """

    def __init__(
        self,
        resource: Resource,
        connection: Connection,
        sink: Sink,
        contact: Contact,
        *,
        clock: Callable[[], float],
        namespace: str,
        policy: RetryPolicy | None = None,
        page_limit: int = PAGE_LIMIT,
        silence_seconds: float = SILENCE_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._resource = resource
        self._path = resource.path(namespace)
        self._connection = connection
        self._sink = sink
        self._report = Report(resource, contact, clock)
        self._clock = clock
        self._policy = policy or RetryPolicy()
        self._page_limit = page_limit
        self._silence_seconds = silence_seconds
        self._sleep = sleep
        self._chance = chance
        self._list_decoder = ListDecoder(resource)
        self._watch_decoder = WatchDecoder(resource)
        self._failures = 0
        self._denials = 0
        self._opened_at: float | None = None
        self._idle = True

    async def run(self) -> NoReturn:
        """Keep in step until cancelled. Whatever goes wrong is counted, logged and tried again."""
        while True:
            try:
                await self._follow(await self._list())
            except LonghornExporterError as error:
                await self._retry_later(error)
            except Exception as error:  # noqa: BLE001 - a task's root: a defect in one resource must not stop the rest
                self._report.defect(error)
                await self._retry_later(LonghornExporterError(f"internal error: {type(error).__name__}"))

    async def _list(self) -> str:
        """Hand a whole list to the sink and return its resourceVersion."""
        try:
            listing = await list_whole(
                self._connection,
                self._path,
                self._list_decoder,
                limit=self._page_limit,
                silence_seconds=self._silence_seconds,
            )
        except LonghornExporterError as error:
            self._report.list_failed(error, final=self._denials >= _DENIALS_DOUBTED)
            raise
        self._sink.replace(self._resource, listing.objects, self._clock())
        self._report.listed(listing.unreadable)
        return listing.resource_version

    async def _follow(self, resource_version: str) -> None:
        """Watch from there on; returns when only a new list can help."""
        async with aclosing(resume(self._watch, resource_version)) as steps:
            async for step in steps:
                if isinstance(step, Ended):
                    await self._end(step.error)
                elif step:
                    self._take(step)
                else:
                    self._opened_at, self._idle, self._denials = self._clock(), True, 0
                    self._report.watching()

    def _watch(self, resource_version: str) -> AsyncGenerator[list[Item], None]:
        shortest, longest = WATCH_SECONDS
        return watch_once(
            self._connection,
            self._path,
            self._watch_decoder,
            resource_version=resource_version,
            timeout_seconds=shortest + int((longest - shortest) * self._chance()),
            silence_seconds=self._silence_seconds,
        )

    def _take(self, batch: list[Item]) -> None:
        now = self._clock()
        self._idle = False
        self._report.heard()
        for item in batch:
            self._report.received(item)
            if isinstance(item, WatchEvent):
                change = self._sink.remove if item.type == "DELETED" else self._sink.put
                change(self._resource, item.object, now)

    async def _end(self, error: LonghornExporterError | None) -> None:
        """A watch is over. One that the server ended in its time is followed by the next without a word."""
        lasted = self._lasted()
        if error is None and self._idle and lasted is not None and lasted < _AT_ONCE_SECONDS:
            error = UnreachableError(f"{self._path}: the watch ends as soon as it begins")
        if error is not None:
            self._report.watch_failed(error)
            await self._retry_later(error)
            return
        self._failures = 0
        self._opened_at = None
        self._report.heard()

    async def _retry_later(self, error: LonghornExporterError) -> None:
        lasted = self._lasted()
        if lasted is not None and lasted >= self._policy.lasting:
            self._failures = 0
        self._report.lost(error, interrupted=lasted is not None and self._failures == 0)
        denied = isinstance(error, DENIALS)
        failures = self._denials if denied else self._failures
        delay = self._policy.delay(error, failures=failures, random=self._chance(), now=self._clock())
        self._failures += 1
        self._denials = self._denials + 1 if denied else 0
        self._opened_at = None
        await self._sleep(delay)

    def _lasted(self) -> float | None:
        """Seconds since the watch was accepted, None when none is."""
        return None if self._opened_at is None else self._clock() - self._opened_at
