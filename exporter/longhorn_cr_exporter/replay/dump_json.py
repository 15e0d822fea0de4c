"""Objects out of JSON: one, a list of any kind, an array, or several of these one after another.

The text is never copied: lists are cut into views of their items, and each item is typed straight from its view, so a
gigabyte costs address space and not heap.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from .dump_intake import Item, Listing
from .dump_refusal import refusal

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_TROUBLE: Final = re.compile(r"JSON is malformed: (?P<what>.*) \(byte (?P<offset>\d+)\)")
_MAX_LISTS_IN_LISTS: Final = 8


class _Head(msgspec.Struct, rename="camel"):
    api_version: str | None = None
    kind: str | None = None


class _Envelope(_Head):
    items: list[msgspec.Raw] | msgspec.UnsetType | None = msgspec.UNSET


class _Place(NamedTuple):
    """What an item takes from the list around it: its apiVersion and kind, and how deep it lies."""

    api_version: str = ""
    kind: str = ""
    depth: int = 0


_envelope_decoder: Final = msgspec.json.Decoder(_Envelope)
_head_decoder: Final = msgspec.json.Decoder(_Head)
_array_decoder: Final = msgspec.json.Decoder(list[msgspec.Raw])


def json_items(content: memoryview, name: str) -> Iterator[Item | Listing]:
    """Yield every object and every list head of a JSON text; ``name`` is where it comes from, for messages.

    Raises:
        InputError: the text is cut or malformed (with the byte), or a list's items are no list.
    """
    for start, end in _documents(content, name):
        position = start
        for found in _unfold(content[start:end], _Place(), name):
            if isinstance(found, Listing):
                yield found
                continue
            position += len(found.raw)
            yield found._replace(end=position)


def _documents(content: memoryview, name: str) -> Iterator[tuple[int, int]]:
    """Yield where each of the concatenated JSON texts begins and ends."""
    position = len(_BYTE_ORDER_MARK) if bytes(content[:3]) == _BYTE_ORDER_MARK else 0
    while position < len(content):
        end = _end(content, position, name)
        yield position, end
        position = end


def _end(content: memoryview, start: int, name: str) -> int:
    """Return where the JSON text that begins at ``start`` ends; msgspec tells where it met what comes after."""
    try:
        msgspec.json.decode(content[start:], type=msgspec.Raw)
    except RecursionError:
        raise refusal(name, f"JSON nested beyond reason after byte {start}") from None
    except msgspec.DecodeError as error:
        trouble = _TROUBLE.fullmatch(str(error))
        if trouble is None:
            raise refusal(name, f"JSON ends in the middle of an object at byte {len(content)}") from error
        offset = start + int(trouble["offset"])
        if trouble["what"] != "trailing characters":
            raise refusal(name, f"malformed JSON at byte {offset}: {trouble['what']}") from error
        return offset - 1  # counted once the first of them was taken
    return len(content)


def _unfold(raw: memoryview | msgspec.Raw, place: _Place, name: str) -> Iterator[Item | Listing]:
    envelope = _envelope(raw, name)
    api_version, kind = envelope.api_version or place.api_version, envelope.kind or place.kind
    is_list = envelope.items is not msgspec.UNSET or kind.endswith("List")
    if not is_list or place.depth > _MAX_LISTS_IN_LISTS:
        yield Item(api_version, kind, raw, exact=True, end=0)
        return
    within = _Place(api_version, kind.removesuffix("List"), place.depth + 1)
    yield Listing(within.api_version, within.kind)
    for item in envelope.items or ():
        yield from _unfold(item, within, name)


def _envelope(raw: memoryview | msgspec.Raw, name: str) -> _Envelope:
    try:
        return _envelope_decoder.decode(raw)
    except msgspec.ValidationError:
        return _odd_envelope(raw, name)
    except (UnicodeDecodeError, RecursionError):
        return _Envelope()


def _odd_envelope(raw: memoryview | msgspec.Raw, name: str) -> _Envelope:
    """Return what can be said of a text that is no object, or one whose head has unexpected types."""
    try:
        return _Envelope(items=_array_decoder.decode(raw))
    except msgspec.ValidationError:
        pass
    try:
        head = _head_decoder.decode(raw)
    except (msgspec.ValidationError, UnicodeDecodeError):
        return _Envelope()
    if (head.kind or "").endswith("List"):
        raise refusal(name, f"the items of a {head.kind} are no list")
    return _Envelope(head.api_version, head.kind)
