"""From an exporter's metrics to who is told: the rules, a Prometheus and an Alertmanager, one behind the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from longhorn_cr_exporter.web.server import Address

from .alertmanager import Alertmanager, alertmanager
from .binary import Binaries
from .child import Child
from .prometheus import Prometheus, prometheus
from .receiver import Listener, receiving
from .server import ANY_ADDRESS


class Addresses(NamedTuple):
    """Where both listen."""

    prometheus: Address
    alertmanager: Address


ANY_PORT: Final = Addresses(ANY_ADDRESS, ANY_ADDRESS)


class Chain(NamedTuple):
    """Both, as they run."""

    prometheus: Prometheus
    alertmanager: Alertmanager

    @property
    def children(self) -> tuple[Child, Child]:
        """Their processes."""
        return self.prometheus.child, self.alertmanager.child


@asynccontextmanager
async def chain(
    binaries: Binaries,
    folder: Path,
    *,
    rules: Mapping[str, Any],
    speed: float,
    targets: Sequence[str],
    listener: Listener,
    addresses: Addresses = ANY_PORT,
    proxy: str | None = None,
) -> AsyncIterator[Chain]:
    """Run both while the context lasts, with their files in ``folder``.

    ``targets`` are the exporters' HOST:PORT, scraped through ``proxy`` (a URL) where one is given. ``listener`` hears
    of every notification, from whichever receiver of the configuration; its waits count on a clock that runs at
    ``speed``.
    """
    async with (
        receiving(listener) as url,
        alertmanager(binaries.alertmanager, folder, address=addresses.alertmanager, receiver=url, speed=speed) as pager,
        prometheus(
            binaries.prometheus,
            folder,
            address=addresses.prometheus,
            rules=rules,
            targets=targets,
            alertmanager=pager.address,
            proxy=proxy,
        ) as server,
    ):
        yield Chain(server, pager)
