"""The findings are made once for all who ask, and nobody waits while they are."""

from __future__ import annotations

import asyncio
import itertools

from longhorn_cr_exporter.diagnosis.finding import findings, search
from longhorn_cr_exporter.diagnosis.pattern import View
from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import VOLUMES
from longhorn_cr_exporter.web.lookout import Lookout
from recorded import recording
from sample import NOW, condition, engine, kubernetes_node, longhorn_node, replica, setting, volume
from shown import Site, exporter_at, exporter_of, site, unread_exporter

LATCHED = (
    setting("current-longhorn-version", "v1.7.2"),
    setting("allow-volume-creation-with-degraded-availability", "false"),
)


def latent(name: str) -> list[Object]:
    """Return a volume that cannot be attached any more, with its engine and replicas."""
    conditions = [condition("Scheduled", "False", since="2026-03-02T11:00:00Z")]
    return [
        volume(name, status={"conditions": conditions}),
        engine(f"{name}-e", of=name, state="stopped"),
        *(replica(f"{name}-r{number}", of=name, node=f"n{number}", state="stopped") for number in (1, 2)),
    ]


def large_exporter(volumes: int) -> Exporter:
    """Return an exporter of that many latent volumes."""
    objects = [obj for number in range(volumes) for obj in latent(f"v{number:05}")]
    nodes = [node for number in (1, 2, 3) for node in (kubernetes_node(f"n{number}"), longhorn_node(f"n{number}"))]
    return exporter_of(*LATCHED, *nodes, *objects)


async def test_the_findings_are_those_of_the_diagnosis() -> None:
    """In slices the same comes out as at once."""
    run = "v1.7.2/l-capi-replacement-no-wait"
    exporter = exporter_at(run, recording(run).steps[9].start)
    lookout = Lookout(exporter)
    assert await lookout.findings() == findings(exporter.assessment, exporter.state, exporter.clock())


async def test_before_the_first_sync_nothing_is_found() -> None:
    """What was not read says nothing."""
    assert await Lookout(unread_exporter()).findings() == ()


async def test_the_cluster_may_change_while_findings_are_made() -> None:
    """Volumes come and go between two slices."""
    exporter = large_exporter(300)
    lookout = Lookout(exporter)
    making = asyncio.create_task(lookout.findings())
    number = 0
    while not making.done():
        exporter.put(VOLUMES, volume(f"new-{number}"), NOW)
        exporter.remove(VOLUMES, volume(f"v{number:05}"), NOW)
        exporter.advance(1000)
        number += 1
        await asyncio.sleep(0)
    assert number > 1
    assert len(await making) > 100


async def test_a_large_fleet_is_told_whole() -> None:
    """All 10,000 volumes are read as JSON while the first page is made."""
    async with site(large_exporter(10_000)) as served:
        volumes, page = await asyncio.gather(content(served, "/api/v1/volumes"), content(served, "/"))
    assert volumes.count(b'"volume":') == 10_000
    assert b"Stop: 10000 volumes are latched" in page


async def test_others_have_their_turn_while_findings_are_made() -> None:
    """Each part that takes longer than a turn gives way once."""
    exporter = large_exporter(300)
    parts = sum(1 for _ in search(View(exporter.assessment, exporter.state, exporter.clock())))
    making = asyncio.create_task(Lookout(exporter)._search(itertools.count().__next__))
    turns = 0
    while not making.done():
        turns += 1
        await asyncio.sleep(0)
    assert parts > 300
    assert turns >= parts
    assert len(await making) > 300


async def content(served: Site, path: str) -> bytes:
    """Return an answer's bytes, unread: to make sense of them would take turns of its own."""
    async with served.answer(path) as response:
        return await response.read()
