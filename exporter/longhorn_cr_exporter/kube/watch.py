"""One watch request, from its acceptance to its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from .connection import SILENCE_SECONDS, Connection
from .decode import ErrorEvent, Item, WatchDecoder
from .line import LineSplitter


async def watch_once(
    connection: Connection,
    path: str,
    decoder: WatchDecoder,
    *,
    resource_version: str,
    timeout_seconds: int,
    silence_seconds: float = SILENCE_SECONDS,
) -> AsyncGenerator[list[Item], None]:
    """Yield what happens to the collection at ``path`` after ``resource_version``, in batches as it comes.

    The first batch is empty and says that the server has accepted. A batch is what one read of the socket held, a
    few hundred kB at most: the loop gets its turn between two. Returns when the server ends the watch, which it is
    asked to do after ``timeout_seconds``. A line cut off at the end is dropped: its event will be sent again.

    Raises:
        ApiError: refused, cut, silent for too long, or ended by an ERROR event (which is in the batch before).
    """
    params = {
        "watch": "true",
        "allowWatchBookmarks": "true",
        "resourceVersion": resource_version,
        "timeoutSeconds": str(timeout_seconds),
    }
    splitter = LineSplitter()
    async with connection.get(path, params, silence_seconds=silence_seconds) as answer:
        yield []
        async for chunk in answer.chunks():
            batch = [decoder.decode(line) for line in splitter.feed(chunk)]
            if batch:
                yield batch
                for item in batch:
                    if isinstance(item, ErrorEvent):
                        raise item.error
