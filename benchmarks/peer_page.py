"""What a scrape shows, of the exporter and of its peer alike: both name an object by the same labels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_NAMES: Final = {
    "volumes.longhorn.io": re.compile(rb'[{,]volume="([^"]+)"'),
    "engines.longhorn.io": re.compile(rb'[{,]engine="([^"]+)"'),
    "replicas.longhorn.io": re.compile(rb'[{,]replica="([^"]+)"'),
}
_VOLUME: Final = _NAMES["volumes.longhorn.io"]


def shows_all(page: bytes, objects: Mapping[str, int]) -> bool:
    """Whether a page names so many volumes, engines and replicas as there are objects of each resource."""
    return all(len(set(name.findall(page))) == objects[resource] for resource, name in _NAMES.items())


def changed_volumes(before: bytes, after: bytes) -> set[bytes]:
    """Return the volumes of which a page says something that the one before it did not."""
    lines = set(after.splitlines()).difference(before.splitlines())
    return {match.group(1) for match in map(_VOLUME.search, lines) if match}
