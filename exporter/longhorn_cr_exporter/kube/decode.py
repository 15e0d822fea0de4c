"""Bytes of list pages and watch lines into typed objects, without any I/O.

Nearly everything passes the first decode, one pass over the bytes straight into the structs. Only what fails it is
looked at piece by piece, so that one bad object costs itself and nothing else.
"""

from __future__ import annotations

from typing import Any, Final, Generic, TypeVar

import msgspec

from ..model.decode import ObjectError, convert_object, decode_object
from ..model.meta import Object
from ..model.resource import Resource
from .error import BadAnswerError, ServerError, StatusError, error_of_status, one_line, read_status

T = TypeVar("T")
_DECODE_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_CHANGES: Final = frozenset(("ADDED", "MODIFIED", "DELETED"))
_NAMELESS: Final = "metadata.name is missing"


class ListMeta(msgspec.Struct, rename={"resource_version": "resourceVersion", "continue_token": "continue"}):
    """``metadata`` of a list; an empty continue token says that this page is the last."""

    resource_version: str = ""
    continue_token: str | None = None


class ObjectList(msgspec.Struct, Generic[T]):
    """A page as the server sends it."""

    kind: str
    metadata: ListMeta
    items: list[T] | None = None


class Unreadable(msgspec.Struct, frozen=True):
    """An object that could not be read; name and version are "" where even they could not."""

    name: str
    reason: str
    resource_version: str = ""


class Page(msgspec.Struct):
    """One page of a list: its objects, the ones that could not be read, and where to go on ("" at the end)."""

    objects: list[Object]
    unreadable: list[Unreadable]
    continue_token: str
    resource_version: str


class WatchEvent(msgspec.Struct, Generic[T]):
    """A change: ``type`` is ADDED, MODIFIED or DELETED."""

    type: str
    object: T


class Bookmark(msgspec.Struct, frozen=True):
    """The server's word that all up to this resourceVersion has been sent."""

    resource_version: str


class ErrorEvent(msgspec.Struct, frozen=True):
    """The server's word that this watch is over, and why."""

    error: StatusError


Item = WatchEvent[Object] | Bookmark | ErrorEvent | Unreadable
"""What one line of a watch can be."""


class _Identity(msgspec.Struct, rename="camel"):
    name: str | None = None
    namespace: str | None = None
    resource_version: str | None = None


class _Identified(msgspec.Struct):
    metadata: _Identity = msgspec.field(default_factory=_Identity)


_list_in_pieces: Final = msgspec.json.Decoder(ObjectList[msgspec.Raw])
_event_in_pieces: Final = msgspec.json.Decoder(WatchEvent[msgspec.Raw])
_identity: Final = msgspec.json.Decoder(_Identified)


class ListDecoder:
    """Decodes the pages of one resource's list."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._decoder = _decoder_of(ObjectList, resource)

    def decode(self, body: bytes) -> Page:
        """Return the page in this body.

        Raises:
            BadAnswerError: no JSON, or not a list of the Kubernetes API.
        """
        try:
            page: ObjectList[Object] = self._decoder.decode(body)
        except _DECODE_ERRORS:
            return self._in_pieces(body)
        objects = page.items or []
        if all(obj.metadata.name for obj in objects):
            return self._page(page, objects, [])
        return self._in_pieces(body)

    def _in_pieces(self, body: bytes) -> Page:
        try:
            page = _list_in_pieces.decode(body)
        except _DECODE_ERRORS as error:
            raise BadAnswerError(f"not a list of {self._resource.name}: {one_line(str(error))}") from None
        results = [_read(self._resource, raw) for raw in page.items or ()]
        objects = [result for result in results if isinstance(result, Object)]
        return self._page(page, objects, [result for result in results if isinstance(result, Unreadable)])

    def _page(self, page: ObjectList[Any], objects: list[Object], unreadable: list[Unreadable]) -> Page:
        if not page.kind.endswith("List") or not page.metadata.resource_version:
            raise BadAnswerError(
                f"not a list of {self._resource.name}: a {one_line(page.kind, 40) or 'thing of no kind'}"
            )
        return Page(objects, unreadable, page.metadata.continue_token or "", page.metadata.resource_version)


class WatchDecoder:
    """Decodes the lines of one resource's watch."""

    def __init__(self, resource: Resource) -> None:
        self._resource = resource
        self._decoder = _decoder_of(WatchEvent, resource)

    def decode(self, line: bytes) -> Item:
        """Return what this line says; an event of a type not known is an ``Unreadable``.

        Raises:
            BadAnswerError: no JSON, or not an event.
        """
        try:
            event: WatchEvent[Object] = self._decoder.decode(line)
        except _DECODE_ERRORS:
            return self._in_pieces(line)
        if event.type in _CHANGES and event.object.metadata.name:
            return event
        if event.type == "BOOKMARK":
            return Bookmark(event.object.metadata.resource_version)
        return self._in_pieces(line)

    def _in_pieces(self, line: bytes) -> Item:
        try:
            event = _event_in_pieces.decode(line)
        except _DECODE_ERRORS as error:
            raise BadAnswerError(f"not an event of {self._resource.name}: {one_line(str(error))}") from None
        if event.type in _CHANGES:
            return self._change(event.type, event.object)
        if event.type == "BOOKMARK":
            return Bookmark(_identify(event.object).resource_version or "")
        if event.type == "ERROR":
            return ErrorEvent(_error_in(event.object))
        return Unreadable("", f"unknown type of event: {one_line(event.type, 40)!r}")

    def _change(self, type_: str, raw: msgspec.Raw) -> Item:
        result = _read(self._resource, raw)
        if isinstance(result, Object):
            return WatchEvent(type_, result)
        if type_ == "DELETED" and result.name:
            return WatchEvent(type_, _gone(self._resource, _identify(raw)))
        return result


def _decoder_of(generic: Any, resource: Resource) -> msgspec.json.Decoder[Any]:  # noqa: ANN401 - a type made at run time
    return msgspec.json.Decoder(generic[resource.type])


def _read(resource: Resource, raw: msgspec.Raw) -> Object | Unreadable:
    try:
        obj = decode_object(resource, raw)
    except ObjectError as error:
        identity = _identify(raw)
        return Unreadable(identity.name or "", one_line(str(error)), identity.resource_version or "")
    return obj if obj.metadata.name else Unreadable("", _NAMELESS, obj.metadata.resource_version)


def _identify(raw: msgspec.Raw) -> _Identity:
    try:
        return _identity.decode(raw).metadata
    except _DECODE_ERRORS:
        return _Identity()


def _gone(resource: Resource, identity: _Identity) -> Object:
    """An object that carries its name alone, which is all that its removal needs."""
    metadata = msgspec.to_builtins(identity)
    return convert_object(resource, {"metadata": metadata})


def _error_in(raw: msgspec.Raw) -> StatusError:
    status = read_status(raw)
    return error_of_status(status) if status else ServerError("an ERROR event without a Status", code=500)
