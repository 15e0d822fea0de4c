"""Objects out of YAML, one at a time: libyaml's events, and never more than one element of a list in memory.

Each object leaves here as JSON, so that all that follows knows one form. Times stay text, nulls are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import yaml

from .dump_intake import Item, Listing
from .dump_refusal import refusal
from .dump_scalar import plain, quoted

_MAX_DEPTH: Final = 100
_FREE_ALIAS_NODES: Final = 100_000

Event = Any
"""One of libyaml's events. They always carry marks, which the stubs do not know."""

Node = str | dict[str, Any] | list[Any] | None
"""What an event stands for: text, a mapping without its nulls, a sequence, or null."""


def yaml_items(stream: Any, name: str) -> Iterator[Item | Listing]:  # noqa: ANN401 - bytes, or anything with read()
    """Yield every object and every list head of a YAML text; ``name`` is where it comes from, for messages.

    A list's head follows its items: kubectl writes ``kind`` behind ``items``.

    Raises:
        InputError: malformed YAML (with line and column), aliases that multiply beyond reason, a list cut at its end.
    """
    try:
        yield from _Reader(yaml.CSafeLoader(stream), name).documents()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refusal(name, f"malformed YAML{_at(mark)}: {error.problem or error.context}") from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise refusal(name, f"no readable YAML: {error}") from error
    except RecursionError as error:
        raise refusal(name, "YAML nested beyond reason") from error


def _at(mark: yaml.Mark | None) -> str:
    return f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _end(event: Event) -> int:
    """Return how far the text is read with this event: in characters, which is near enough to bytes for a progress."""
    return int(event.end_mark.index)


class _Reader:
    """Builds nodes from one parser's events. Anchors are a document's own."""

    def __init__(self, parser: yaml.CSafeLoader, name: str) -> None:
        self._next: Callable[[], Event] = parser.get_event
        self._name = name
        self._anchors: dict[str, Node] = {}
        self._alias_nodes = 0

    def documents(self) -> Iterator[Item | Listing]:
        """Yield what every document of the stream holds."""
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if isinstance(event, yaml.MappingStartEvent):
                yield from self._root_mapping()
            elif isinstance(event, yaml.SequenceStartEvent):
                yield from self._elements({"apiVersion": "v1", "kind": "List"}, [])
            elif isinstance(event, yaml.DocumentStartEvent):
                self._anchors = {}
            elif isinstance(event, yaml.ScalarEvent) and event.value:
                yield Item("", "", b"null", exact=False, end=0)

    def _root_mapping(self) -> Iterator[Item | Listing]:
        """Yield a document's object, or the items of its list as they come."""
        head: dict[str, Node] = {}
        waiting: list[dict[str, Any]] = []
        is_list = False
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            event = self._next()
            if key == "items" and isinstance(event, yaml.SequenceStartEvent):
                yield from self._elements(head, waiting)
            elif (node := self._node(event, 1)) is not None:
                head[key] = node
            is_list = is_list or key == "items"
        end = _end(event)
        is_list = is_list or _text(head, "kind").endswith("List")
        yield from self._list_end(head, waiting, end) if is_list else self._flatten(head, end)

    def _list_end(self, head: dict[str, Node], waiting: list[dict[str, Any]], end: int) -> Iterator[Item | Listing]:
        kind = _text(head, "kind")
        if not kind:
            raise refusal(self._name, "YAML ends in the middle: a list without its kind")
        if head.get("items"):
            raise refusal(self._name, f"the items of a {kind} are no list")
        yield Listing(*_within(head))
        for node in waiting:
            yield from self._flatten(node, end, *_within(head))

    def _elements(self, head: dict[str, Node], waiting: list[dict[str, Any]]) -> Iterator[Item | Listing]:
        """Yield the elements of a list; those that leave their kind to a list that has not told it yet have to wait."""
        api_version, kind = _within(head)
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            node = self._node(event, 1)
            if isinstance(node, dict) and not (_text(head, "kind") or _text(node, "kind")):
                waiting.append(node)
            else:
                yield from self._flatten(node, _end(event), api_version, kind)

    def _flatten(self, node: Node, end: int, api_version: str = "", kind: str = "") -> Iterator[Item | Listing]:
        """Yield a node as one item, or as its items where it is a list itself."""
        kind = _text(node, "kind") or kind
        api_version = _text(node, "apiVersion") or api_version
        if isinstance(node, dict) and kind.endswith("List") and isinstance(node.get("items", []), list):
            kind = kind.removesuffix("List")
            yield Listing(api_version, kind)
            for item in node.get("items", []):
                yield from self._flatten(item, end, api_version, kind)
        else:
            yield Item(api_version, kind, msgspec.json.encode(node), exact=False, end=end)

    def _node(self, event: Event, depth: int) -> Node:
        """Return the node that begins with this event; for a collection, its events are taken too."""
        if isinstance(event, yaml.ScalarEvent):
            node: Node = plain(event.value) if event.implicit[0] else quoted(event.value)
        elif isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        elif depth > _MAX_DEPTH:
            raise refusal(self._name, f"YAML nested beyond reason{_at(event.start_mark)}")
        elif isinstance(event, yaml.MappingStartEvent):
            node = self._mapping(depth)
        else:
            node = self._sequence(depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _mapping(self, depth: int) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event)
            node = self._node(self._next(), depth + 1)
            if node is not None:
                mapping[key] = node
        return mapping if "<<" not in mapping else _merged(mapping)

    def _sequence(self, depth: int) -> list[Any]:
        sequence: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            sequence.append(self._node(event, depth + 1))
        return sequence

    def _key(self, event: Event) -> str:
        node = self._node(event, _MAX_DEPTH)
        if isinstance(node, (dict, list)):
            raise refusal(self._name, f"a YAML key that is no text{_at(event.start_mark)}")
        return "null" if node is None else node

    def _alias(self, event: Event) -> Node:
        if event.anchor not in self._anchors:
            raise refusal(self._name, f"YAML alias *{event.anchor} of nothing{_at(event.start_mark)}")
        node = self._anchors[event.anchor]
        allowed = _FREE_ALIAS_NODES + event.start_mark.index
        self._alias_nodes += _size(node, allowed)
        if self._alias_nodes > allowed:
            raise refusal(self._name, f"YAML aliases that multiply beyond reason{_at(event.start_mark)}")
        return node


def _text(node: Node, key: str) -> str:
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, str) else ""


def _within(head: Node) -> tuple[str, str]:
    """Return what the items of a list take from its head: apiVersion and kind."""
    return _text(head, "apiVersion"), _text(head, "kind").removesuffix("List")


def _size(node: Node, limit: int) -> int:
    """Return how many nodes this one is made of, or some number beyond the limit."""
    size = 1
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if size > limit:
            break
        size += _size(child, limit - size)
    return size


def _merged(mapping: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping with what its merge key (``<<``) refers to put beneath it."""
    bases = mapping.pop("<<")
    merged: dict[str, Any] = {}
    for base in reversed(bases if isinstance(bases, list) else [bases]):
        if isinstance(base, dict):
            merged |= base
    return merged | mapping
