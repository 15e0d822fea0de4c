"""Decoding of one object: strict, then with Go's nulls, then refused with the field's name."""

from __future__ import annotations

import msgspec
import pytest

from longhorn_cr_exporter.model.decode import ObjectError, convert_object, decode_object
from longhorn_cr_exporter.model.resource import VOLUMES
from longhorn_cr_exporter.model.volume import Volume


def _volume(raw: bytes, *, strict: bool = True) -> Volume:
    volume = decode_object(VOLUMES, raw, strict=strict)
    assert isinstance(volume, Volume)
    return volume


def test_unknown_keys_are_skipped_and_missing_ones_are_zero() -> None:
    """A key nobody names does not matter, a missing one is the zero value."""
    volume = _volume(b'{"metadata":{"name":"a"},"spec":{"numberOfReplicas":3,"new":{}},"news":[]}')
    assert (volume.name, volume.spec.number_of_replicas, volume.status.state) == ("a", 3, "")


def test_null_is_the_zero_value_at_any_depth() -> None:
    """As Go reads it: null for a string, a number, a struct or an element of a list."""
    volume = _volume(b'{"metadata":{"name":"a"},"spec":{"nodeID":null,"numberOfReplicas":null},"status":null}')
    assert (volume.spec.node_id, volume.spec.number_of_replicas, volume.status.state) == ("", 0, "")
    assert _volume(b'{"status":{"state":null,"conditions":[null,{"type":"Scheduled"}]}}').status.conditions


def test_a_raw_view_is_decoded_in_place() -> None:
    """A msgspec.Raw, as a List's item is held, is taken like bytes."""
    [item] = msgspec.json.decode(b'[{"metadata":{"name":"a"}}]', type=list[msgspec.Raw])
    assert decode_object(VOLUMES, item).name == "a"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a-list"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"metadata":{"name":"a"}', id="cut"),
        pytest.param(b'{"metadata":{"name":"a\xff"}}', id="not-utf-8"),
        pytest.param(b'{"metadata":{"name":"\\ud800"}}', id="lone-surrogate"),
        pytest.param(b'{"x":' + b"[" * 100_000, id="nested-beyond-reason"),
        pytest.param(b'{"spec":{"numberOfReplicas":1e400}}', id="out-of-range"),
        pytest.param(b'{"spec":{"numberOfReplicas":"3"}}', id="a-string-for-a-number"),
        pytest.param(b'{"spec":[]}', id="a-list-for-a-struct"),
    ],
)
def test_what_cannot_be_read_is_an_object_error(raw: bytes) -> None:
    """Whatever is wrong, one typed error that names the resource."""
    with pytest.raises(ObjectError, match=r"volumes\.longhorn\.io: "):
        decode_object(VOLUMES, raw)


def test_strings_stand_for_numbers_only_where_asked() -> None:
    """Untyped scalars become numbers and booleans; a string field keeps its text, "null" included."""
    raw = b'{"metadata":{"deletionTimestamp":"null"},"spec":{"numberOfReplicas":"3","Standby":"true","nodeID":"12"}}'
    volume = _volume(raw, strict=False)
    assert (volume.spec.number_of_replicas, volume.spec.standby, volume.spec.node_id) == (3, True, "12")
    assert volume.metadata.deletion_timestamp == "null"


def test_builtins_convert_alike() -> None:
    """Dicts give what their JSON gives."""
    builtins = {"metadata": {"name": "a"}, "status": {"state": "attached", "robustness": None}}
    assert convert_object(VOLUMES, builtins) == decode_object(VOLUMES, msgspec.json.encode(builtins))
    with pytest.raises(ObjectError):
        convert_object(VOLUMES, 3)
