"""Objects that no Longhorn ever wrote: nothing escapes, every unreadable one is counted, the page stays readable."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.kube.decode import ListDecoder, WatchDecoder, WatchEvent
from longhorn_cr_exporter.metrics.exposition import describe_build
from longhorn_cr_exporter.model.resource import RESOURCES, Resource
from mutated import mutate
from recorded import recording

ROUNDS = 10_000
NOW = 1_772_452_800.0
RUN = "v1.7.2/l-capi-replacement-no-wait"


@pytest.fixture(scope="module")
def originals() -> list[tuple[Resource, bytes]]:
    """Objects of a recording, of every kind."""
    chance = random.Random(1)
    by_kind: dict[str, list[tuple[Resource, bytes]]] = {}
    for event in recording(RUN).events:
        by_kind.setdefault(event.resource.name, []).append((event.resource, event.body))
    return [pair for pairs in by_kind.values() for pair in chance.sample(pairs, min(len(pairs), 60))]


def new_exporter() -> Exporter:
    """Return an exporter that has read every resource."""
    made = Exporter(clock=lambda: NOW, monotonic=time.monotonic, build=describe_build("0"))
    for resource in RESOURCES:
        made.contacts[resource.name].settled = True
        made.replace(resource, [], NOW)
    return made


def by_watch(resource: Resource, body: bytes, exporter: Exporter) -> int:
    """Give one object as a watch event; return how many could not be read."""
    item = WatchDecoder(resource).decode(b'{"type":"MODIFIED","object":' + body + b"}")
    if isinstance(item, WatchEvent):
        exporter.put(resource, item.object, NOW)
        return 0
    return 1


def by_list(resource: Resource, body: bytes, exporter: Exporter) -> int:
    """Give one object as a list of one; return how many could not be read."""
    head = f'{{"kind":"{resource.kind}List","metadata":{{"resourceVersion":"1"}},"items":['
    page = ListDecoder(resource).decode(head.encode() + body + b"]}")
    for obj in page.objects:
        exporter.put(resource, obj, NOW)
    assert len(page.objects) + len(page.unreadable) == 1
    return len(page.unreadable)


@pytest.mark.parametrize("give", [by_watch, by_list])
def test_nothing_escapes_and_every_bad_object_is_counted(
    give: Callable[[Resource, bytes, Exporter], int], originals: list[tuple[Resource, bytes]]
) -> None:
    """Ten thousand mutated objects, judged and rendered as they come."""
    chance = random.Random(7)
    exporter = new_exporter()
    bad = 0
    for turn in range(ROUNDS // 2):
        resource, body = chance.choice(originals)
        tree = msgspec.json.decode(body)
        mutate(chance, tree)
        bad += give(resource, msgspec.json.encode(tree), exporter)
        if turn % 10 == 0:
            exporter.advance(10**9)
    exporter.advance(10**9)
    held = sum(exporter.objects().values())
    assert 0 < bad < ROUNDS // 2
    assert held > 0
    page = exporter.exposition.render(now=NOW).body().decode()
    assert sum(len(family.samples) for family in text_string_to_metric_families(page)) > held
    for node in exporter.assessment.drains.facts:
        assert exporter.assessment.drain(node, NOW) is not None
