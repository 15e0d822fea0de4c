"""Running until told to stop: the event loop, the signals, the tasks of an exporter."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import uvloop

from ..exporter import Exporter
from ..kube.connection import Connection
from ..kube.reflector import Reflector
from ..metrics.exposition import Exposition, build
from ..model.contact import Contact
from ..model.resource import RESOURCES
from ..version import REVISION, __version__


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run the work to its end on a fast event loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


async def until_stopped() -> None:
    """Wait for SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


def new_exporter(clock: Callable[[], float], version_override: str | None) -> Exporter:
    """Return an exporter of this build."""

    def exposition(contacts: Mapping[str, Contact], objects: Callable[[], Mapping[str, int]]) -> Exposition:
        return Exposition(build=build(__version__, REVISION), contacts=contacts, objects=objects)

    return Exporter(
        clock=clock, monotonic=time.monotonic, exposition=exposition, version_override=version_override
    )


async def follow(exporter: Exporter, connection: Connection, namespace: str) -> None:
    """List and watch every resource, and keep the facts current, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        for resource in RESOURCES:
            contact = exporter.contacts[resource.name]
            reflector = Reflector(
                resource, connection, exporter, contact, clock=exporter.clock, namespace=namespace
            )
            tasks.create_task(reflector.run(), name=f"reflector {resource.name}")
        tasks.create_task(exporter.run(), name="assessment")
