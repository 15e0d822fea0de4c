"""Pages and API on objects that no Longhorn ever wrote: each is drawn, and each is valid."""

from __future__ import annotations

import random
from urllib.parse import quote

import msgspec
import pytest

from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.kube.decode import WatchDecoder, WatchEvent
from mutated import mutate
from recorded import recording
from shown import Page, Site, exporter_at, judge, site

RUN = "v1.7.2/l-capi-replacement-no-wait"
OBJECTS = 40


def mutated_exporter(seed: int) -> Exporter:
    """Return an exporter that has followed a recording to its middle, and then some mutated objects."""
    chance = random.Random(seed)
    exporter = exporter_at(RUN, recording(RUN).steps[9].start)
    for event in chance.sample(recording(RUN).events, OBJECTS):
        tree = msgspec.json.decode(event.body)
        mutate(chance, tree)
        item = WatchDecoder(event.resource).decode(b'{"type":"MODIFIED","object":' + msgspec.json.encode(tree) + b"}")
        if isinstance(item, WatchEvent):
            exporter.put(event.resource, item.object, exporter.clock())
    return judge(exporter)


@pytest.mark.parametrize("seed", range(10))
async def test_every_page_can_be_drawn(seed: int) -> None:
    """No exception escapes, whatever the objects hold."""
    exporter = mutated_exporter(seed)
    async with site(exporter) as served:
        for path in ("/", "/volumes", "/nodes", "/api/v1/status", "/api/v1/volumes", "/api/v1/nodes"):
            await _ask(served, path)
        for kind, names in (("volumes", exporter.assessment.volumes.facts), ("nodes", exporter.assessment.nodes.facts)):
            for name in filter(_can_be_asked_for, names):
                await _ask(served, f"/{kind}/{quote(name, safe='')}")
                await _ask(served, f"/api/v1/{kind}/{quote(name, safe='')}{'/drain' if kind == 'nodes' else ''}")


def _can_be_asked_for(name: str) -> bool:
    return name not in {"", ".", ".."} and len(name) < 500


async def _ask(served: Site, path: str) -> None:
    async with served.answer(path) as response:
        assert response.status == 200, (path[:100], response.status, (await response.text())[:300])
        if response.content_type == "text/html":
            Page(await response.text())
        else:
            msgspec.json.decode(await response.read())
