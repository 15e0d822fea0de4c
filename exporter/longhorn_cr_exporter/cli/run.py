"""What runs behind ``serve`` and ``demo``: the event loop, the signals, an exporter with its tasks."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import uvloop

from ..cluster.shard import WHOLE, Shard
from ..exporter import Exporter
from ..kube.connection import Connection
from ..kube.reflector import Reflector
from ..metrics.exposition import describe_build
from ..model.resource import RESOURCES
from ..version import REVISION, __version__

T = TypeVar("T")
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COLLECT_AFTER: Final = 20_000  # new containers: what is decoded and judged holds no cycles, and a search in vain costs


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run the work to its end on a fast event loop and return what it does."""
    gc.set_threshold(_COLLECT_AFTER)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def new_exporter(clock: Callable[[], float], version_override: str | None, shard: Shard = WHOLE) -> Exporter:
    """Return an exporter of this build."""
    build = describe_build(__version__, REVISION)
    return Exporter(clock=clock, monotonic=time.monotonic, build=build, version_override=version_override, shard=shard)


async def follow(exporter: Exporter, connection: Connection, namespace: str) -> None:
    """List and watch every resource, and keep the facts current, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for resource in RESOURCES:
            contact = exporter.contacts[resource.name]
            reflector = Reflector(resource, connection, exporter, contact, clock=exporter.clock, namespace=namespace)
            tasks.create_task(reflector.run(), name=f"reflector {resource.name}")
        tasks.create_task(exporter.run(), name="assessment")
        tasks.create_task(_spare_collector(exporter), name="collector")


async def _spare_collector(exporter: Exporter) -> None:
    """Take what the first sync brought out of every later search for cycles: a full one would hold up scrapes."""
    await exporter.until_ready()
    gc.collect()
    gc.freeze()


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Let work run until SIGINT, SIGTERM or SIGHUP; what it raises before is raised.

    A second signal changes nothing: the end itself, which may take a moment, is not to be disturbed.
    """
    task = asyncio.create_task(work)

    def stop() -> None:
        if not task.cancelling():
            task.cancel()

    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
