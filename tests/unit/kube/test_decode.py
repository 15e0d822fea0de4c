"""List pages and watch lines: what is read, what is skipped, what is refused."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from longhorn_cr_exporter.kube.decode import (
    Bookmark,
    ErrorEvent,
    ListDecoder,
    Unreadable,
    WatchDecoder,
    WatchEvent,
)
from longhorn_cr_exporter.kube.error import BadAnswerError, ExpiredError, ServerError
from longhorn_cr_exporter.model.engine import Engine
from longhorn_cr_exporter.model.resource import ENGINES, RESOURCES, SETTINGS, VOLUMES, Resource
from longhorn_cr_exporter.model.volume import Volume

GOOD = {"metadata": {"name": "good", "resourceVersion": "7"}, "spec": {"numberOfReplicas": 3}}
BAD = {"metadata": {"name": "bad", "resourceVersion": "8"}, "spec": {"numberOfReplicas": "three"}}
NULLS = {"metadata": {"name": "nulls", "labels": None}, "spec": {"nodeID": None}, "status": {"kubernetesStatus": None}}
NAMELESS = {"metadata": {"resourceVersion": "9"}, "spec": {}}


def page(*items: object, **metadata: str) -> bytes:
    """Return a page of volumes."""
    meta = {"resourceVersion": "100"} | metadata
    return msgspec.json.encode(
        {"kind": "VolumeList", "apiVersion": "longhorn.io/v1beta2", "metadata": meta} | {"items": items}
    )


def line(type_: str, obj: object) -> bytes:
    """Return one watch line."""
    return msgspec.json.encode({"type": type_, "object": obj})


def test_page() -> None:
    """Objects, continue token and version of a page of good objects."""
    decoded = ListDecoder(VOLUMES).decode(page(GOOD, **{"continue": "more"}))
    (volume,) = decoded.objects
    assert isinstance(volume, Volume)
    assert (volume.name, volume.spec.number_of_replicas) == ("good", 3)
    assert (decoded.continue_token, decoded.resource_version, decoded.unreadable) == ("more", "100", [])


@pytest.mark.parametrize("items", [b"null", b"[]"])
def test_page_without_items(items: bytes) -> None:
    """Go writes an empty list as null."""
    body = b'{"kind":"VolumeList","metadata":{"resourceVersion":"1","continue":null},"items":' + items + b"}"
    decoded = ListDecoder(VOLUMES).decode(body)
    assert (decoded.objects, decoded.continue_token) == ([], "")


def test_page_with_bad_objects_keeps_the_good_ones() -> None:
    """One object of a wrong type, one without a name and one that is none cost only themselves."""
    decoded = ListDecoder(VOLUMES).decode(page(GOOD, BAD, NULLS, NAMELESS, "nonsense"))
    assert [obj.name for obj in decoded.objects] == ["good", "nulls"]
    assert [bad.name for bad in decoded.unreadable] == ["bad", "", ""]
    assert "numberOfReplicas" in decoded.unreadable[0].reason
    assert decoded.unreadable[1] == Unreadable("", "metadata.name is missing", "9")


def test_page_with_a_nameless_object_only() -> None:
    """An object that passes the types and has no name is bad all the same."""
    assert ListDecoder(VOLUMES).decode(page(GOOD, NAMELESS)).unreadable[0].reason == "metadata.name is missing"


def test_page_with_invalid_unicode_in_one_object() -> None:
    """Bytes that are no UTF-8 spoil one object, not the list."""
    body = page(GOOD, {"metadata": {"name": "x"}, "spec": {"nodeID": "NODE"}}).replace(b"NODE", b"\xff\xfe")
    decoded = ListDecoder(VOLUMES).decode(body)
    assert [obj.name for obj in decoded.objects] == ["good"]
    assert len(decoded.unreadable) == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<html>Sign in</html>", id="HTML"),
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b"{}", id="empty object"),
        pytest.param(b'{"kind":"VolumeList","metadata":{},"items":[]}', id="no resourceVersion"),
        pytest.param(b'{"kind":"Volume","metadata":{"resourceVersion":"1"}}', id="a single object"),
        pytest.param(b'{"kind":"VolumeList","metadata":{"resourceVersion":"1"},"items":{}}', id="items no list"),
        pytest.param(page(GOOD)[:-20], id="cut off"),
        pytest.param(b'{"kind":"VolumeList","metadata":' + b"[" * 100_000, id="nested without end"),
    ],
)
def test_page_of_something_else(body: bytes) -> None:
    """What is not a list is an answer of somebody else."""
    with pytest.raises(BadAnswerError, match=r"^not a list of volumes\.longhorn\.io: "):
        ListDecoder(VOLUMES).decode(body)


@pytest.mark.parametrize("type_", ["ADDED", "MODIFIED", "DELETED"])
@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.name)
def test_change(resource: Resource, type_: str) -> None:
    """Each resource's changes are read as its type."""
    event = WatchDecoder(resource).decode(line(type_, {"metadata": {"name": "x", "resourceVersion": "5"}}))
    assert isinstance(event, WatchEvent)
    assert (event.type, type(event.object), event.object.name) == (type_, resource.type, "x")


def test_change_with_nulls() -> None:
    """Nulls in places of structs are Go's zero values."""
    event = WatchDecoder(VOLUMES).decode(line("MODIFIED", NULLS))
    assert isinstance(event, WatchEvent)
    assert event.object.name == "nulls"


def test_engine_keeps_its_managed_fields() -> None:
    """The times of the writes are a lower bound of an engine's age."""
    fields = [{"manager": "longhorn-manager", "time": "2025-01-01T00:00:00Z", "subresource": "status", "fieldsV1": {}}]
    event = WatchDecoder(ENGINES).decode(line("ADDED", {"metadata": {"name": "e", "managedFields": fields}}))
    assert isinstance(event, WatchEvent)
    assert isinstance(event.object, Engine)
    assert event.object.metadata.managed_fields is not None
    assert event.object.metadata.managed_fields[0].time == "2025-01-01T00:00:00Z"


def test_bad_object_in_a_change() -> None:
    """It is told by name, and its version moves the resume point all the same."""
    item = WatchDecoder(VOLUMES).decode(line("MODIFIED", BAD))
    assert isinstance(item, Unreadable)
    assert (item.name, item.resource_version) == ("bad", "8")


def test_deletion_of_a_bad_object_is_a_deletion() -> None:
    """To remove an object its name is enough."""
    item = WatchDecoder(VOLUMES).decode(line("DELETED", BAD))
    assert isinstance(item, WatchEvent)
    assert (item.type, item.object.name, item.object.metadata.resource_version) == ("DELETED", "bad", "8")


@pytest.mark.parametrize(
    "obj",
    [
        pytest.param({"kind": "Volume", "metadata": {"resourceVersion": "42", "creationTimestamp": None}}, id="custom"),
        pytest.param({"metadata": {"resourceVersion": "42"}, "spec": None, "status": "?"}, id="odd"),
    ],
)
def test_bookmark(obj: object) -> None:
    """A bookmark carries a version and no name."""
    assert WatchDecoder(VOLUMES).decode(line("BOOKMARK", obj)) == Bookmark("42")


@pytest.mark.parametrize("resource", [VOLUMES, SETTINGS], ids=lambda resource: resource.name)
def test_error_event(resource: Resource) -> None:
    """An expiry comes as an ERROR event with a Status, whatever type of object is watched."""
    status = {"kind": "Status", "metadata": {}, "status": "Failure", "reason": "Expired", "code": 410, "message": "old"}
    item = WatchDecoder(resource).decode(line("ERROR", status))
    assert isinstance(item, ErrorEvent)
    assert isinstance(item.error, ExpiredError)
    assert str(item.error) == "410 Expired: old"


@pytest.mark.parametrize("obj", [pytest.param({}, id="empty"), pytest.param(None, id="null"), pytest.param(7, id="7")])
def test_error_event_without_status(obj: object) -> None:
    """An ERROR event ends the watch even when it does not say why."""
    item = WatchDecoder(VOLUMES).decode(line("ERROR", obj))
    assert isinstance(item, ErrorEvent)
    assert isinstance(item.error, ServerError)


def test_unknown_type_of_event() -> None:
    """What a later Kubernetes may invent is skipped."""
    item = WatchDecoder(VOLUMES).decode(line("PROGRESS", GOOD))
    assert item == Unreadable("", "unknown type of event: 'PROGRESS'")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"<html>", id="HTML"),
        pytest.param(b"{}", id="no type"),
        pytest.param(b'{"type":"ADDED"}', id="no object"),
        pytest.param(b'{"type":3,"object":{}}', id="type no string"),
        pytest.param(line("ADDED", GOOD)[:-5], id="cut off"),
        pytest.param(b'{"type":"ADDED","object":' + b'{"a":' * 100_000, id="nested without end"),
    ],
)
def test_line_of_something_else(text: bytes) -> None:
    """What is not an event is an answer of somebody else."""
    with pytest.raises(BadAnswerError, match=r"^not an event of volumes\.longhorn\.io: "):
        WatchDecoder(VOLUMES).decode(text)


def test_deeply_nested_object_spoils_only_itself() -> None:
    """Depth beyond the parser's limit in one object leaves the rest of the page readable."""
    deep: Any = "END"
    for _ in range(400):
        deep = {"a": deep}
    decoded = ListDecoder(VOLUMES).decode(page(GOOD, {"metadata": {"name": "deep"}, "unknown": deep}))
    assert [obj.name for obj in decoded.objects] == ["good", "deep"]
