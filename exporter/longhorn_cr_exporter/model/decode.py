"""From bytes to typed objects, the same way wherever objects come from: API server, recording or dump.

Strict first, as that is what nearly every object passes; then once more with Go's reading of ``null`` (the zero value),
which costs a second decode and is only paid for the objects that need it.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec

from ..error import LonghornExporterError
from .meta import Object
from .resource import Resource

_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, OverflowError)


class ObjectError(LonghornExporterError):
    """One object that cannot be read as its resource's type; the message says which field, where that is known."""


def decode_object(resource: Resource, raw: bytes | memoryview | msgspec.Raw, *, strict: bool = True) -> Object:
    """Return the JSON text of one object as ``resource.type``.

    With ``strict=False`` strings are also taken for numbers and booleans ("3", "true"), as untyped YAML scalars need.

    Raises:
        ObjectError: no JSON, or a field of the wrong type even after nulls were read as zero values.
    """
    try:
        return _decoder(resource.type, strict).decode(raw)
    except _UNREADABLE:
        return convert_object(resource, _builtins(resource, raw), strict=strict)


def convert_object(resource: Resource, builtins: object, *, strict: bool = True) -> Object:
    """Return an object of dicts, lists and scalars as ``resource.type``; nulls are zero values, as for Go.

    Raises:
        ObjectError: a field has the wrong type.
    """
    try:
        return msgspec.convert(_without_nulls(builtins), resource.type, strict=strict)
    except _UNREADABLE as error:
        raise ObjectError(f"{resource.name}: {error}") from error


@cache
def _decoder(type_: type[Object], strict: bool) -> msgspec.json.Decoder[Object]:  # noqa: FBT001 - a cache key
    return msgspec.json.Decoder(type_, strict=strict)


def _builtins(resource: Resource, raw: bytes | memoryview | msgspec.Raw) -> object:
    try:
        return msgspec.json.decode(raw)
    except _UNREADABLE as error:
        raise ObjectError(f"{resource.name}: {error}") from error


def _without_nulls(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value
