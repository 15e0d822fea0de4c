"""The versioned store: what is there at a version, what has changed since, and what is forgotten."""

from __future__ import annotations

import json

import pytest

from longhorn_cr_exporter.model.resource import ENGINES, KUBERNETES_NODES, RESOURCES, SETTINGS, VOLUMES, Resource
from longhorn_cr_exporter.replay.collection import Collection, ExpiredError
from longhorn_cr_exporter.replay.store import Store
from recorded import RUNS, recording
from served import made


def state(collection: Collection, version: int) -> list[tuple[str, int]]:
    """Return (name, version) of the objects as of a version."""
    return [(stored.name, stored.version) for stored in collection.snapshot(version)]


def written(store: Store, resource: Resource, key: str) -> str:
    """Return the time of the object's last status write."""
    stored = store.collection(resource).get(key)
    assert stored is not None
    (entry,) = json.loads(stored.body)["metadata"]["managedFields"]
    assert entry["subresource"] == "status"
    time: str = entry["time"]
    return time


def test_types_follow_from_what_is_there(store: Store) -> None:
    """As in Kubernetes, the first sight of an object is ADDED whatever the event says."""
    types = [
        change.type if (change := store.apply(event)) else None
        for event in (
            made("a", 1),
            made("a", 2),
            made("b", 3, type_="DELETED"),
            made("a", 4, type_="DELETED"),
            made("a", 5),
        )
    ]
    assert types == ["ADDED", "MODIFIED", None, "DELETED", "ADDED"]
    assert store.version == 5


def test_any_earlier_state_can_be_read(store: Store) -> None:
    """A snapshot is what the collection was, sorted by name, whatever came after."""
    for event in (made("b", 1), made("a", 2), made("b", 3), made("a", 4, type_="DELETED"), made("c", 6)):
        store.apply(event)
    volumes = store.collection(VOLUMES)
    assert state(volumes, 0) == []
    assert state(volumes, 1) == [("b", 1)]
    assert state(volumes, 2) == [("a", 2), ("b", 1)]
    assert state(volumes, 3) == [("a", 2), ("b", 3)]
    assert state(volumes, 5) == [("b", 3)]
    assert state(volumes, 6) == state(volumes, 99) == [("b", 3), ("c", 6)]


def test_compaction_ends_the_past(store: Store) -> None:
    """Neither a state nor the changes from before a compaction can be had."""
    for version in (1, 2):
        store.apply(made("a", version))
    store.compact()
    store.apply(made("a", 3))
    volumes = store.collection(VOLUMES)
    assert [change.version for change in volumes.since(2)] == [3]
    assert state(volumes, 2) == [("a", 2)]
    for read in (volumes.since, volumes.snapshot):
        with pytest.raises(ExpiredError):
            read(1)


def test_a_reader_that_missed_nothing_survives_a_compaction(store: Store) -> None:
    """Other resources' versions do not make a quiet watch too old."""
    store.apply(made("a", 1))
    store.apply(made("n1", 2, resource=KUBERNETES_NODES))
    store.compact()
    store.apply(made("a", 3))
    assert [change.version for change in store.collection(VOLUMES).since(1)] == [3]


def test_history_is_bounded() -> None:
    """At least the wanted number of changes is kept, and at most twice as many."""
    store = Store(history=10)
    for version in range(1, 101):
        store.apply(made("a", version))
    volumes = store.collection(VOLUMES)
    assert 10 <= len(volumes.since(volumes.compacted)) <= 20
    with pytest.raises(ExpiredError):
        volumes.since(50)


def test_late_versions_are_renumbered(store: Store) -> None:
    """An event whose version has passed gets the next one, in its body too."""
    store.apply(made("a", 10))
    change = store.apply(made("b", 4))
    assert change is not None
    assert change.version == store.version == 11
    assert json.loads(change.object.body)["metadata"]["resourceVersion"] == "11"


def test_uninstalled_resource_loses_its_objects(store: Store) -> None:
    """Each object is deleted first; what is written afterwards goes nowhere until it is installed again."""
    for event in (made("a", 1), made("b", 2)):
        store.apply(event)
    store.uninstall(VOLUMES, clock=0.0)
    volumes = store.collection(VOLUMES)
    assert [(change.type, change.object.name) for change in volumes.since(2)] == [("DELETED", "a"), ("DELETED", "b")]
    assert not store.installed(VOLUMES)
    assert store.apply(made("a", 10)) is None
    store.install(VOLUMES)
    change = store.apply(made("a", 11))
    assert change is not None
    assert change.type == "ADDED"


def test_status_writes_are_stamped(store: Store) -> None:
    """The stamp tells when the status last became another, whatever else was written since."""
    for version, clock, status in ((1, 100.0, {"a": 1}), (2, 200.0, {"a": 1}), (3, 300.0, {"a": 2})):
        store.apply(made("e", version, resource=ENGINES, clock=clock, status=status, spec={"n": version}))
        expected = "1970-01-01T00:01:40Z" if version < 3 else "1970-01-01T00:05:00Z"
        assert written(store, ENGINES, "longhorn-system/e") == expected


def test_stamp_leaves_the_rest_alone(store: Store) -> None:
    """The body keeps every byte but the stamp; objects of other groups or without a status get none."""
    engine, node = made("e", 1, resource=ENGINES, status={}), made("n", 2, resource=KUBERNETES_NODES, status={})
    own = made("own", 3, resource=SETTINGS, metadata={"name": "own", "resourceVersion": "3", "managedFields": []})
    plain = made("plain", 4, resource=SETTINGS, value="1")
    for event in (engine, node, own, plain):
        store.apply(event)
    stamped = store.collection(ENGINES).get("longhorn-system/e")
    assert stamped is not None
    content = json.loads(stamped.body)
    del content["metadata"]["managedFields"]
    assert content == json.loads(engine.body)
    for event, key in ((node, "/n"), (own, "/own"), (plain, "longhorn-system/plain")):
        stored = store.collection(event.resource).get(key)
        assert stored is not None
        assert stored.body == event.body


@pytest.mark.parametrize("run", RUNS)
def test_list_is_the_fold_of_the_lines(run: str) -> None:
    """At any moment of any recording, and looking back from its end, a list is the fold of the lines until then."""
    events = recording(run).events
    now, later = Store(history=len(events)), Store(history=len(events))
    for event in events:
        later.apply(event)
    folded: dict[tuple[str, str], int] = {}
    for index, event in enumerate(events):
        now.apply(event)
        if event.type == "DELETED":
            folded.pop((event.resource.name, event.name))
        else:
            folded[event.resource.name, event.name] = event.version
        if index % 97 == 0 or index == len(events) - 1:
            assert listed(now, event.version) == folded
            assert listed(later, event.version) == folded


def listed(store: Store, version: int) -> dict[tuple[str, str], int]:
    """Return the version of every object as of a version of the store."""
    return {
        (resource.name, stored.name): stored.version
        for resource in RESOURCES
        for stored in store.collection(resource).snapshot(version)
    }


def test_engine_stopped_since_is_bounded_by_its_stamp(store: Store) -> None:
    """In the deadlock the stopped engine's stamp stays at the moment it stopped."""
    for event in recording("v1.7.2/b-deadlock-9938").events:
        if event.clock > (1772431200 + 100 * 60):  # 07:40
            break
        store.apply(event)
    assert written(store, ENGINES, "longhorn-system/vol-rwo3-e-0") == "2026-03-02T06:33:52Z"
