"""The command ``serve`` as a process of its own, with the logs it writes."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

from api.process import Process, ProcessError
from api.waiting import until

PROGRAM: Final = Path(sys.executable).with_name("longhorn-cr-exporter")
_UP: Final = "longhorn_cr_exporter_resource_up"
_ARGUMENTS: Final = ("--log-format=json", "serve", "--listen=127.0.0.1:0")


class Serve:
    """A running ``serve``; ``url`` is where it listens once it has said so."""

    def __init__(self, process: Process, session: aiohttp.ClientSession) -> None:
        self.process = process
        self.url = ""
        self._session = session

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return int(self.url.rpartition(":")[2])

    def logged(self, message: str) -> list[dict[str, Any]]:
        """Return the fields of each log line with this message."""
        lines = map(json.loads, self.process.log.read_text().splitlines())
        return [line for line in lines if line["msg"] == message]

    async def listens(self) -> None:
        """Return when it listens."""
        await until(self._says_where, "serve to listen")

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Return the status and the body of a page."""
        async with self._session.get(self.url + path, headers=headers) as response:
            return response.status, await response.text()

    async def resources_up(self) -> dict[str, bool]:
        """Return whether each resource can be read, as its metrics say."""
        _, text = await self.get(f"/metrics?name[]={_UP}")
        lines = [line for line in text.splitlines() if line.startswith(_UP)]
        return {line.split('"')[1]: float(line.rsplit(" ", 1)[1]) == 1 for line in lines}

    async def is_ready(self) -> None:
        """Return when /readyz says so."""

        async def ready() -> bool:
            return (await self.get("/readyz"))[0] == 200

        await until(ready, "serve to be ready")

    async def ended(self, *, within: float) -> int:
        """Return its exit status once it has ended."""

        async def has_ended() -> bool:
            return self.process.status is not None

        await until(has_ended, "serve to end", within=within)
        assert self.process.status is not None
        return self.process.status

    async def _says_where(self) -> bool:
        if not self.process.running:
            raise ProcessError(self.process.tail())
        said = self.logged("serving")
        if said:
            self.url = said[0]["url"]
        return bool(said)


@asynccontextmanager
async def serving(kubeconfig: Path, folder: Path, *, arguments: Sequence[str] = _ARGUMENTS) -> AsyncIterator[Serve]:
    """Run ``serve`` while the context lasts, on a port of its own choice; its log, as JSON, lies in the folder."""
    process = Process([PROGRAM, *arguments, f"--kubeconfig={kubeconfig}"], folder / "serve.log")
    process.start()
    try:
        async with aiohttp.ClientSession() as session:
            serve = Serve(process, session)
            await serve.listens()
            yield serve
    finally:
        process.kill()
