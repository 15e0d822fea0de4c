"""How the demonstration fails: as soon as a part of it has."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def first_failure(*works: Coroutine[Any, Any, None]) -> None:
    """Let works run until one of them raises, and raise that."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    for task in done:
        task.result()
