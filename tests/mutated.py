"""Objects changed into something that no Longhorn ever wrote."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63 - 1, -(2**63), 2**64, 1.5, -0.0, 1e300, "", "x", "\u0000",
    "<script>alert(1)</script>",
    '"\\\n', "é" * 300, "x" * 20_000, "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00",
    "2026-02-30T00:00:00Z", "2026-03-02T06:00:00", "999999999999", "-5", "NaN",
    [], [None], [[]], ["a", 1], {}, {"": ""},
    {"a": {"b": [1]}}, [{"type": "Scheduled"}], [{"type": None, "status": 3}],
)  # fmt: skip


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a tree, inner ones too."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from leaves(item, (*path, key))


def mutate(chance: random.Random, tree: Any) -> None:
    """Change one to four values of an object to something odd, drop them, or make owners point at themselves."""
    for _ in range(chance.randint(1, 4)):
        path = chance.choice([path for path in leaves(tree) if path[-1] not in {"apiVersion", "kind"}])
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        if chance.random() < 0.15 and isinstance(holder, dict):
            del holder[path[-1]]
        else:
            holder[path[-1]] = copy.deepcopy(chance.choice(VALUES))
        if not isinstance(tree.get("metadata"), dict):
            return
    if chance.random() < 0.1:
        own = {"kind": tree.get("kind"), "name": tree["metadata"].get("name"), "uid": tree["metadata"].get("uid")}
        tree["metadata"]["ownerReferences"] = [own, own]
