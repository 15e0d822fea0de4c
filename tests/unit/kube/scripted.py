"""An API server that answers request after request as a script says, and the parts to write one."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import Resource

PATH = "/apis/longhorn.io/v1beta2/namespaces/longhorn-system/volumes"
Step = Callable[[web.Request], Awaitable[web.StreamResponse]]
End = Callable[[web.Request], Awaitable[None]]


class Clock:
    """Virtual time: it moves when somebody sleeps, or is told to."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the virtual moment."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class RecordingSink:
    """Keeps what it is given, by name, and every call in order."""

    def __init__(self) -> None:
        self.objects: dict[str, Object] = {}
        self.calls: list[str] = []

    def replace(self, resource: Resource, objects: Sequence[Object], now: float) -> None:  # noqa: ARG002
        """Take a whole list."""
        self.objects = {obj.name: obj for obj in objects}
        self.calls.append(f"replace {len(objects)}")

    def put(self, resource: Resource, obj: Object, now: float) -> None:  # noqa: ARG002
        """Take one object; the stored one has its version cleared, as the cluster's state does."""
        obj.metadata.resource_version = ""
        self.objects[obj.name] = obj
        self.calls.append(f"put {obj.name}")

    def remove(self, resource: Resource, obj: Object, now: float) -> None:  # noqa: ARG002
        """Drop one object."""
        self.objects.pop(obj.name, None)
        self.calls.append(f"remove {obj.name}")


class ScriptedServer:
    """Answers the n-th request by the n-th step; the request after the last sets ``finished`` and then waits.

    ``accepted`` tells how many watches the client has seen begin: no watch ends before its client has seen that.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self.requests: list[web.Request] = []
        self.finished = asyncio.Event()
        self.url = ""
        self.accepted: Callable[[], int] | None = None
        self._steps = list(steps)

    @property
    def queries(self) -> list[dict[str, str]]:
        """What each request asked for, without what is the same in all."""
        usual = {"limit", "watch", "allowWatchBookmarks", "timeoutSeconds"}
        return [{key: value for key, value in seen.query.items() if key not in usual} for seen in self.requests]

    @property
    def verbs(self) -> str:
        """``L`` or ``W`` for each request."""
        return "".join("W" if "watch" in seen.query else "L" for seen in self.requests)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Take the next step."""
        self.requests.append(request)
        if len(self.requests) > len(self._steps):
            self.finished.set()
            await asyncio.Event().wait()
        return await self._steps[len(self.requests) - 1](request)

    async def begun(self, before: int) -> None:
        """Wait until the client has seen one watch more begin."""
        if (accepted := self.accepted) is not None:
            await eventually(lambda: accepted() > before)


SERVER = web.AppKey("SERVER", ScriptedServer)


@asynccontextmanager
async def serving(*steps: Step) -> AsyncIterator[ScriptedServer]:
    """Serve the steps on a free port."""
    server = ScriptedServer(steps)
    app = web.Application()
    app[SERVER] = server
    app.router.add_get("/{path:.*}", server.answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        server.url = f"http://{host}:{port}"
        yield server
    finally:
        await runner.cleanup()


def volume(name: str, version: str = "1", **spec: object) -> dict[str, Any]:
    """Return a volume."""
    return {"metadata": {"name": name, "resourceVersion": version}, "spec": spec}


def event(type_: str, obj: object) -> bytes:
    """Return one line of a watch."""
    return json.dumps({"type": type_, "object": obj}).encode() + b"\n"


def bookmark(version: str) -> bytes:
    """Return a bookmark's line."""
    return event("BOOKMARK", {"kind": "Volume", "metadata": {"resourceVersion": version}})


def status(code: int, reason: str, message: str = "no", **more: object) -> dict[str, Any]:
    """Return a Status."""
    return {"kind": "Status", "metadata": {}, "code": code, "reason": reason, "message": message} | more


def page(*items: object, version: str = "10", more: str = "") -> Step:
    """A page of a list."""
    metadata = {"resourceVersion": version} | ({"continue": more} if more else {})
    return plain(200, json.dumps({"kind": "VolumeList", "metadata": metadata, "items": items}))


def refusal(code: int, reason: str, headers: dict[str, str] | None = None, **more: Any) -> Step:
    """A Status as an HTTP answer."""
    return plain(code, json.dumps(status(code, reason, **more)), headers=headers)


def plain(
    code: int, text: str, *, content_type: str = "application/json", headers: dict[str, str] | None = None
) -> Step:
    """Any answer."""

    async def step(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, text=text, content_type=content_type, headers=headers)

    return step


def watch(*chunks: bytes, ends: End | None = None) -> Step:
    """A watch of these chunks, then an end: as asked for unless ``ends`` does otherwise."""

    async def step(request: web.Request) -> web.StreamResponse:
        server = request.app[SERVER]
        before = server.accepted() if server.accepted else 0
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        await response.write(b"\n")  # with it the headers are sent
        await server.begun(before)
        for chunk in chunks:
            await response.write(chunk)
        if ends:
            await ends(request)
        return response

    return step


def held(until: asyncio.Event, step: Step) -> Step:
    """A step that waits to be let through."""

    async def wait(request: web.Request) -> web.StreamResponse:
        await until.wait()
        return await step(request)

    return wait


def after(clock: Clock, seconds: float) -> End:
    """End a watch as asked for, when virtual time has passed."""

    async def end(_request: web.Request) -> None:
        clock.now += seconds

    return end


async def cut(request: web.Request) -> None:
    """Close the connection in the middle of the answer."""
    assert request.transport is not None
    request.transport.close()


async def reset(request: web.Request) -> None:
    """Reset the connection in the middle of the answer."""
    assert request.transport is not None
    request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()


async def hang(_request: web.Request) -> None:
    """Send nothing more, and do not close."""
    await asyncio.Event().wait()


async def mute(request: web.Request) -> web.StreamResponse:
    """Do not even begin to answer."""
    await hang(request)
    return web.Response()


async def vanish(request: web.Request) -> web.StreamResponse:
    """Close the connection instead of answering."""
    await cut(request)
    return web.Response()


async def eventually(condition: Callable[[], bool]) -> None:
    """Let the loop run until the condition holds; ten seconds are the limit of a broken test."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for is a plain field
            await asyncio.sleep(0.001)
