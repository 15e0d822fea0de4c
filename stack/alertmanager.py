"""A real Alertmanager with the example's routes, receivers and inhibitions, told to tell this program."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from longhorn_cr_exporter.web.server import Address

from .child import Child
from .pace import hurried
from .place import ALERTMANAGER_EXAMPLE

_LISTENING: Final = re.compile(r'msg="Listening on" address=(\S+)')
_WAITS: Final = ("group_wait", "group_interval")


class Alertmanager(NamedTuple):
    """One that runs, at ``address`` (HOST:PORT)."""

    child: Child
    address: str


@asynccontextmanager
async def alertmanager(
    binary: Path, folder: Path, *, address: Address, receiver: str, speed: float
) -> AsyncIterator[Alertmanager]:
    """Run one while the context lasts, with its files in ``folder``; all receivers are reached at one URL."""
    (folder / "alertmanager.yaml").write_text(yaml.safe_dump(_config(receiver, speed)))
    command: list[str | Path] = [
        binary,
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={address}",
        f"--web.external-url=http://{address}",
        "--cluster.listen-address=",
    ]
    async with Child.running("Alertmanager", command, folder / "alertmanager.log") as child:
        yield Alertmanager(child, await child.says(_LISTENING))


def _config(receiver: str, speed: float) -> dict[str, Any]:
    """Return the example with another URL, and the waits of its routes as short as the recording is fast.

    ``repeat_interval`` stays: a page is repeated by the clock of those who are paged.
    """
    config: dict[str, Any] = yaml.safe_load(ALERTMANAGER_EXAMPLE.read_text())
    for named in config["receivers"]:
        for hook in named.get("webhook_configs", ()):
            hook["url"] = receiver
    for route in config["route"]["routes"]:
        route.update({key: hurried(route[key], speed) for key in _WAITS if key in route})
    return config
