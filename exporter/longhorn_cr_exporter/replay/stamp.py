"""What an API server adds to an object that a recording lacks: who wrote its status last, and when.

A Longhorn object carries no time of its own for "stopped since"; after a restart the exporter takes the newest
``metadata.managedFields`` time of the status as a bound. A real API server always has it.
"""

from __future__ import annotations

import msgspec

from ..model.time import format_time
from .event import Event

_STAMPED_GROUP = "longhorn.io"
_ABSENT = msgspec.Raw(b"")


class _Metadata(msgspec.Struct, rename="camel"):
    managed_fields: msgspec.Raw = _ABSENT


class _Object(msgspec.Struct):
    metadata: _Metadata
    status: msgspec.Raw = _ABSENT


_object_decoder = msgspec.json.Decoder(_Object)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Stamped(msgspec.Struct, frozen=True, gc=False):
    """An object's JSON with the stamp in it, and when its status was written (Unix seconds)."""

    body: bytes
    written: float


def stamp(event: Event, previous: Stamped | None) -> Stamped:
    """Return the event's object with its status write noted; untouched if it has managedFields or no status.

    ``previous`` is the stamp of the same object before: while the status stays the same bytes, so does the time.
    """
    if event.resource.group != _STAMPED_GROUP:
        return Stamped(event.body, event.clock)
    head = _object_decoder.decode(event.body)
    if not bytes(head.status) or bytes(head.metadata.managed_fields):
        return Stamped(event.body, event.clock)
    same = previous is not None and bytes(_object_decoder.decode(previous.body).status) == bytes(head.status)
    written = previous.written if same and previous is not None else event.clock
    return Stamped(_with_stamp(event.body, event.resource.api_version, written), written)


def _with_stamp(body: bytes, api_version: str, written: float) -> bytes:
    entry = {
        "manager": "longhorn-manager",
        "operation": "Update",
        "apiVersion": api_version,
        "time": format_time(written),
        "fieldsType": "FieldsV1",
        "fieldsV1": {"f:status": {}},
        "subresource": "status",
    }
    return _with_metadata(body, "managedFields", [entry])


def with_version(body: bytes, version: int) -> bytes:
    """Return an object's JSON with another resourceVersion."""
    return _with_metadata(body, "resourceVersion", str(version))


def with_annotation(body: bytes, key: str, value: str) -> bytes:
    """Return an object's JSON with its annotations replaced by this one."""
    return _with_metadata(body, "annotations", {key: value})


def _with_metadata(body: bytes, key: str, value: object) -> bytes:
    """Return the object with one field of its metadata set; all else is copied as it stands."""
    fields = _fields_decoder.decode(body)
    metadata = _fields_decoder.decode(fields["metadata"])
    metadata[key] = msgspec.Raw(msgspec.json.encode(value))
    fields["metadata"] = msgspec.Raw(msgspec.json.encode(metadata))
    return msgspec.json.encode(fields)
