"""Waiting for a condition, bounded: how long it takes decides nothing but how long a failing test takes to say so."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

WITHIN_SECONDS = 60.0
_STEP_SECONDS = 0.02


async def until(condition: Callable[[], Awaitable[bool]], what: str, *, within: float = WITHIN_SECONDS) -> None:
    """Return once the condition holds; fail with what was waited for."""
    try:
        async with asyncio.timeout(within):
            while not await condition():  # noqa: ASYNC110  # what is waited for lies in another process
                await asyncio.sleep(_STEP_SECONDS)
    except TimeoutError:
        raise AssertionError(f"waited {within:g} s for {what}") from None
