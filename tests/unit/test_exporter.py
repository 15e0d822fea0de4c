"""The task that keeps the facts current."""

from __future__ import annotations

import asyncio

from longhorn_cr_exporter.cli.run import new_exporter
from longhorn_cr_exporter.model.resource import RESOURCES, VOLUMES


async def test_it_ends_when_cancelled_just_as_an_event_arrives() -> None:
    """Python 3.11's ``wait_for`` loses a cancellation that meets its result: SIGTERM would then end nothing."""
    exporter = new_exporter(lambda: 0.0, None)
    task = asyncio.create_task(exporter.run())
    await asyncio.sleep(0)
    exporter.replace(VOLUMES, [], 0.0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task], timeout=0.5)
    assert task.cancelled()


async def test_it_is_ready_once_everything_is_read_and_judged() -> None:
    """Those who wait for it go on then, not with the last list."""
    exporter = new_exporter(lambda: 0.0, None)
    waiting = asyncio.create_task(exporter.until_ready())
    for resource in RESOURCES:
        assert not waiting.done()
        exporter.replace(resource, [], 0.0)
        exporter.contacts[resource.name].settled = True
        await asyncio.sleep(0)
    exporter.advance(1_000)
    await waiting
    assert exporter.ready
