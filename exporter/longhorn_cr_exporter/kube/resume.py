"""Keeps watching through the ends and breaks of single requests, from where the last one stopped."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Final

import msgspec

from ..error import LonghornExporterError
from .decode import ErrorEvent, Item, WatchEvent
from .error import ExpiredError, ForbiddenError, NotFoundError, StatusError

Watch = Callable[[str], AsyncGenerator[list[Item], None]]
"""One watch request from a resourceVersion on."""


class Ended(msgspec.Struct, frozen=True):
    """One request is over: as the server was asked to (no error), or otherwise."""

    error: LonghornExporterError | None = None


Step = list[Item] | Ended
PATIENCE: Final = 10
"""Watches refused in a row after which a new list is asked for, whatever the reason: the version may be what hurts."""


async def resume(watch: Watch, resource_version: str) -> AsyncGenerator[Step, None]:
    """Yield the batches of watch after watch, and an ``Ended`` after each; the next begins when one more is asked for.

    So it is the receiver who decides how long to wait in between. What has been yielded is never asked for again:
    events and bookmarks move the resume point. Returns after an ``Ended`` that only a new list can help.
    """
    refused = 0
    while True:
        error: LonghornExporterError | None = None
        try:
            async with aclosing(watch(resource_version)) as batches:
                async for batch in batches:
                    refused = 0
                    resource_version = newest(batch) or resource_version
                    yield batch
        except LonghornExporterError as caught:
            error = caught
            refused += isinstance(error, StatusError)
        yield Ended(error)
        if refused > PATIENCE or (error is not None and needs_list(error)):
            return


def needs_list(error: LonghornExporterError) -> bool:
    """Whether to list anew: the version is too old or refused, or the right to watch or the resource is missing.

    In the latter two a list now and then is all the news there may be.
    """
    return isinstance(error, (ExpiredError, ForbiddenError, NotFoundError)) or type(error) is StatusError


def newest(batch: list[Item]) -> str:
    """Return the last resourceVersion in a batch, "" where none is."""
    for item in reversed(batch):
        if isinstance(item, ErrorEvent):
            continue
        version = item.object.metadata.resource_version if isinstance(item, WatchEvent) else item.resource_version
        if version:
            return version
    return ""
