"""Objects that no Longhorn ever wrote: nothing escapes, every unreadable one is counted, the page stays readable."""

from __future__ import annotations

import copy
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.kube.decode import ListDecoder, WatchDecoder, WatchEvent
from longhorn_cr_exporter.metrics.exposition import describe_build
from longhorn_cr_exporter.model.resource import RESOURCES, Resource
from recorded import recording

ROUNDS = 10_000
NOW = 1_772_452_800.0
RUN = "v1.7.2/l-capi-replacement-no-wait"
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**64, 1.5, -0.0, 1e300, "", "x", "\u0000",
    "<script>alert(1)</script>",
    '"\\\n', "é" * 300, "x" * 20_000, "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
    "2026-02-30T00:00:00Z", "2026-03-02T06:00:00", "999999999999", "-5", "NaN",
    [], [None], [[]], ["a", 1], {}, {"": ""},
    {"a": {"b": [1]}}, [{"type": "Scheduled"}], [{"type": None, "status": 3}],
)  # fmt: skip


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a tree, inner ones too."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from leaves(item, (*path, key))


def mutate(chance: random.Random, tree: Any) -> None:
    """Change one to four values of an object to something odd, drop them, or make owners point at themselves."""
    for _ in range(chance.randint(1, 4)):
        path = chance.choice([path for path in leaves(tree) if path[-1] not in {"apiVersion", "kind"}])
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        if chance.random() < 0.15 and isinstance(holder, dict):
            del holder[path[-1]]
        else:
            holder[path[-1]] = copy.deepcopy(chance.choice(VALUES))
        if not isinstance(tree.get("metadata"), dict):
            return
    if chance.random() < 0.1:
        own = {"kind": tree.get("kind"), "name": tree["metadata"].get("name"), "uid": tree["metadata"].get("uid")}
        tree["metadata"]["ownerReferences"] = [own, own]


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
