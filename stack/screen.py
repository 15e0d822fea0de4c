"""The demonstration's dashboards: live, over the stretch of real time that the recording takes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

from alerts.render import config
from longhorn_cr_exporter.web.server import Address

from .drawing import RUNBOOK_LINKS, Settings, drawing
from .pace import EACH
from .place import DASHBOARDS

_SPANS: Final = {"2m": 120, "5m": 300, "15m": 900, "1h": 3600, "3h": 10800}
_REFRESH: Final = "2s"


class Screen(NamedTuple):
    """Where dashboards are shown: ``page`` is the folder with the built page, None where it cannot be built."""

    page: Path | None
    address: Address


@asynccontextmanager
async def showing(screen: Screen, folder: Path, *, prometheus: Address, seconds: float) -> AsyncIterator[str | None]:
    """Show the dashboards while the context lasts, in a time range that holds so many real seconds.

    Their files go into ``folder``. Yields the URL to open, None where nothing is shown.
    """
    if screen.page is None:
        yield None
        return
    settings = Settings(scrape_interval=EACH, from_=f"now-{_span(seconds)}", refresh=_REFRESH)
    async with drawing(
        screen.page,
        f"http://{prometheus}",
        dashboards=_adapted(folder / "dashboards"),
        address=screen.address,
        settings=settings,
    ) as url:
        yield url


def _span(seconds: float) -> str:
    """Return the shortest of the usual ranges that is long enough, or the longest."""
    return next((span for span, length in _SPANS.items() if length >= seconds), [*_SPANS][-1])


def _adapted(folder: Path) -> Path:
    """Leave the rendered dashboards in a new folder, with links to the runbooks here, and in step with Prometheus."""
    folder.mkdir()
    elsewhere = str(config()["runbookURLPattern"]).partition("%s")[0]
    for rendered in DASHBOARDS.glob("*.json"):
        dashboard = json.loads(rendered.read_text().replace(elsewhere, RUNBOOK_LINKS))
        for annotation in dashboard["annotations"]["list"]:
            annotation["target"]["interval"] = EACH
        (folder / rendered.name).write_text(json.dumps(dashboard))
    return folder
