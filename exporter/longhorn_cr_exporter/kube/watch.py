"""One watch request, from its acceptance to its end."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from .connection import SILENCE_SECONDS, Answer, Connection
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
    asked to do after ``timeout_seconds``. An event cut off by a break is dropped: it will be sent again.

    Raises:
        ApiError: refused, cut, silent for too long, or ended by an ERROR event (which is in the batch before).
    """
    params = {
        "watch": "true",
        "allowWatchBookmarks": "true",
        "resourceVersion": resource_version,
        "timeoutSeconds": str(timeout_seconds),
    }
    async with connection.get(path, params, silence_seconds=silence_seconds) as answer:
        yield []
        async with aclosing(_lines(answer)) as groups:
            async for lines in groups:
                batch = [decoder.decode(line) for line in lines]
                yield batch
                for item in batch:
                    if isinstance(item, ErrorEvent):
                        raise item.error


async def _lines(answer: Answer) -> AsyncGenerator[list[bytes], None]:
    """Yield the lines that came together; never an empty list."""
    splitter = LineSplitter()
    async with aclosing(answer.chunks()) as chunks:
        async for chunk in chunks:
            if lines := splitter.feed(chunk):
                yield lines
    if lines := splitter.end():
        yield lines
