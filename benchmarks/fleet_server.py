"""The process that plays the API server of a large fleet, so that its CPU is not the exporter's.

It says where it listens, as one line of JSON, and then obeys lines of JSON: ``{"id", "kind", "count", "rate"}`` makes
that many events of a kind at so many a second, ``{"id", "marker": true}`` one marker. Each is answered by a line with
the same id when it is done.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import Final

import msgspec
import uvloop

from fleet_change import Changes
from fleet_definition import DefiningServer
from fleet_objects import fleet
from longhorn_cr_exporter.replay.event import parse_event
from longhorn_cr_exporter.replay.store import Store

_LONGEST_COMMAND: Final = 2**16


class Command(msgspec.Struct):
    """What is to happen."""

    id: int
    kind: str = ""
    count: int = 0
    rate: float = 0.0
    marker: bool = False


class Done(msgspec.Struct):
    """What has happened: ``at`` is when it ended, on the system's monotonic clock; ``volume`` is the one marked."""

    id: int
    at: float
    seconds: float = 0.0
    volume: str = ""


class Hello(msgspec.Struct):
    """Where the fleet is served, and what it is."""

    url: str
    objects: dict[str, int]
    bytes: dict[str, int]


async def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volumes", type=int, required=True)
    parser.add_argument("--nodes", type=int, required=True)
    arguments = parser.parse_args()
    store = Store()
    hello = Hello("", {}, {})
    _fill(store, hello, arguments.volumes, arguments.nodes)
    async with DefiningServer(store) as server:
        hello.url = server.url
        _say(hello)
        await _obey(Changes(store), store)


def _fill(store: Store, hello: Hello, volumes: int, nodes: int) -> None:
    for resource, body in fleet(volumes, nodes):
        event = parse_event("ADDED", body, 0.0)
        assert event is not None
        store.apply(event)
        hello.objects[resource.name] = hello.objects.get(resource.name, 0) + 1
        hello.bytes[resource.name] = hello.bytes.get(resource.name, 0) + len(body)
    store.compact()


async def _obey(changes: Changes, store: Store) -> None:
    reader = asyncio.StreamReader(limit=_LONGEST_COMMAND)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with asyncio.TaskGroup() as tasks:
        async for line in reader:
            tasks.create_task(_do(msgspec.json.decode(line, type=Command), changes, store))


async def _do(command: Command, changes: Changes, store: Store) -> None:
    begun = time.monotonic()
    volume = ""
    if command.marker:
        volume, event = changes.marker()
        store.apply(event)
    else:
        await _stream(command, changes, store)
    now = time.monotonic()
    _say(Done(command.id, now, now - begun, volume))


async def _stream(command: Command, changes: Changes, store: Store) -> None:
    begun = time.monotonic()
    events = changes.of(command.kind)
    for number in range(command.count):
        await asyncio.sleep(max(0.0, begun + number / command.rate - time.monotonic()))
        store.apply(next(events))


def _say(message: Hello | Done) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    uvloop.run(main())
