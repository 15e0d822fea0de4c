"""A real Prometheus that scrapes exporters, evaluates rules and tells an Alertmanager."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import aiohttp
import yaml

from longhorn_cr_exporter.web.server import Address

from .child import Child
from .pace import EACH

_LISTENING: Final = re.compile(r'msg="Listening on" \S+ address=(\S+)')
_READY: Final = re.compile(r"(Server is ready to receive web requests)")


class Series(NamedTuple):
    """A series of an answer: (Unix seconds, value) in order, one for an instant query."""

    labels: Mapping[str, str]
    points: Sequence[tuple[float, float]]


class Prometheus:
    """One that runs."""

    def __init__(self, child: Child, url: str, session: aiohttp.ClientSession) -> None:
        self.child = child
        self.url = url
        self._session = session

    async def query(self, expression: str) -> list[Series]:
        """Return what an expression comes to now."""
        return [_series(row, [row["value"]]) for row in await self._result("query", query=expression)]

    async def query_range(self, expression: str, start: float, end: float) -> list[Series]:
        """Return what an expression came to in each second between two moments, Unix seconds."""
        parameters = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": EACH}
        rows = await self._result("query_range", query=expression, **parameters)
        return [_series(row, row["values"]) for row in rows]

    async def _result(self, kind: str, **parameters: str) -> list[dict[str, Any]]:
        async with self._session.get(f"{self.url}/api/v1/{kind}", params=parameters, raise_for_status=True) as response:
            rows: list[dict[str, Any]] = (await response.json())["data"]["result"]
            return rows


def _series(row: Mapping[str, Any], points: Sequence[Sequence[Any]]) -> Series:
    return Series(row["metric"], [(float(moment), float(value)) for moment, value in points])


@asynccontextmanager
async def prometheus(
    binary: Path,
    folder: Path,
    *,
    address: Address,
    rules: Mapping[str, Any],
    targets: Sequence[str],
    alertmanager: str,
    proxy: str | None,
) -> AsyncIterator[Prometheus]:
    """Run one while the context lasts, with its files in ``folder``.

    ``targets`` and ``alertmanager`` are HOST:PORT; ``proxy`` is the URL of what scrapes go through, if anything.
    """
    (folder / "rules.yaml").write_text(yaml.safe_dump(rules))
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(_config(targets, alertmanager, proxy)))
    command: list[str | Path] = [
        binary,
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address={address}",
        f"--web.external-url=http://{address}",
        "--scrape.discovery-reload-interval=100ms",
    ]
    async with Child.running("Prometheus", command, folder / "prometheus.log") as child:
        listening = await child.says(_LISTENING)
        await child.says(_READY)
        async with aiohttp.ClientSession() as session:
            yield Prometheus(child, f"http://{listening}", session)


def _config(targets: Sequence[str], alertmanager: str, proxy: str | None) -> dict[str, Any]:
    scraped = {"job_name": "longhorn-cr-exporter", "static_configs": [{"targets": [*targets]}]}
    return {
        "global": {"scrape_interval": EACH, "evaluation_interval": EACH},
        "rule_files": ["rules.yaml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
        "scrape_configs": [scraped | ({"proxy_url": proxy} if proxy else {})],
    }
