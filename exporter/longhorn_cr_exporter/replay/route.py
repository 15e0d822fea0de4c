"""What a request asks for: its path and its query, taken apart and checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from ..model.resource import RESOURCES, Resource
from .selector import Selection, parse_fields, parse_labels
from .status import bad_request

Verb = Literal["get", "list", "watch"]

_TRUE: Final = frozenset({"true", "1", "t", "TRUE", "True", "T"})
_BY_PATH: Final = {(resource.api_version, resource.plural): resource for resource in RESOURCES}


class Target(msgspec.Struct, frozen=True):
    """A collection or one object. ``namespace`` is None for all of them; ``name`` None for a collection."""

    resource: Resource
    namespace: str | None = None
    name: str | None = None

    @property
    def key(self) -> str:
        """The one object's key in its collection."""
        return f"{self.namespace or ''}/{self.name}"


class Query(msgspec.Struct, frozen=True):
    """The parameters of LIST and WATCH. ``version`` None: not given; ``limit`` and ``timeout`` 0: none."""

    selection: Selection
    version: int | None = None
    match: str = ""
    limit: int = 0
    token: str = ""
    watch: bool = False
    bookmarks: bool = False
    initial_events: bool = False
    timeout: int = 0


def parse_path(path: str) -> Target | None:
    """Return what a path names, None for anything but the eleven resources."""
    version, rest = _api_version(path.strip("/").split("/"))
    namespace = None
    if len(rest) > 2 and rest[0] == "namespaces":  # noqa: PLR2004 - namespaces, its name, a plural
        namespace, rest = rest[1], rest[2:]
    resource = _BY_PATH.get((version, rest[0])) if rest else None
    if resource is None or len(rest) > 2 or (namespace is not None and not resource.namespaced):  # noqa: PLR2004
        return None
    name = rest[1] if rest[1:] else None
    if name is not None and resource.namespaced and namespace is None:
        return None
    return Target(resource, namespace, name)


def _api_version(parts: list[str]) -> tuple[str, list[str]]:
    match parts:
        case ["api", version, *rest]:
            return version, rest
        case ["apis", group, version, *rest]:
            return f"{group}/{version}", rest
    return "", []


def parse_query(namespace: str | None, query: Mapping[str, str]) -> Query:
    """Return the parameters of a request for a collection.

    Raises:
        RefusedError: 400, for what is no number or no selector, or for what does not go together.
    """
    version = query.get("resourceVersion", "")
    parsed = Query(
        Selection(
            namespace, parse_labels(query.get("labelSelector", "")), parse_fields(query.get("fieldSelector", ""))
        ),
        version=_number("resourceVersion", version) if version else None,
        match=query.get("resourceVersionMatch", ""),
        limit=_number("limit", query.get("limit") or "0"),
        token=query.get("continue", ""),
        watch=query.get("watch", "") in _TRUE,
        bookmarks=query.get("allowWatchBookmarks", "") in _TRUE,
        initial_events=query.get("sendInitialEvents", "") in _TRUE,
        timeout=_number("timeoutSeconds", query.get("timeoutSeconds") or "0"),
    )
    if parsed.token and parsed.version:
        raise bad_request("specifying resource version is not allowed when using continue")
    return parsed


def _number(name: str, text: str) -> int:
    if not text.isdecimal():
        raise bad_request(f"invalid {name}: {text!r} is not a number")
    return int(text)
