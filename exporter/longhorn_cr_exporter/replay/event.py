"""One change of one object, as a watch tells it: the object's JSON stays bytes, beside what the server asks of it."""

from __future__ import annotations

from typing import Literal

import msgspec

from ..model.resource import BY_KIND, Resource

EventType = Literal["ADDED", "MODIFIED", "DELETED"]


class Event(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A change at ``clock`` (Unix seconds). ``version`` is the resourceVersion; ``body`` the complete object's JSON."""

    type: EventType
    resource: Resource
    namespace: str
    name: str
    version: int
    labels: dict[str, str]
    clock: float
    body: bytes


class _Metadata(msgspec.Struct, rename="camel"):
    name: str
    resource_version: str
    namespace: str = ""
    labels: dict[str, str] | None = None


class _Head(msgspec.Struct, rename="camel"):
    api_version: str
    kind: str
    metadata: _Metadata


_decoder = msgspec.json.Decoder(_Head)


def parse_event(type_: EventType, body: bytes, clock: float) -> Event | None:
    """Return the event for an object's JSON, None for a kind that is not among the eleven resources.

    Raises:
        ValueError: it is not JSON, or has no kind, name or decimal resourceVersion.
    """
    head = _decoder.decode(body)
    resource = BY_KIND.get((head.api_version, head.kind))
    if resource is None:
        return None
    metadata = head.metadata
    if not metadata.resource_version.isdecimal():
        raise ValueError(f"metadata.resourceVersion {metadata.resource_version!r} is not a number")
    return Event(
        type_,
        resource,
        metadata.namespace if resource.namespaced else "",
        metadata.name,
        int(metadata.resource_version),
        metadata.labels or {},
        clock,
        body,
    )
