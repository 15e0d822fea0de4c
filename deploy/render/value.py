"""The chart's values as values.yaml explains them: a comment that begins with ``# --`` speaks of the key after it.

What lies below such a key belongs to it. A key without such a comment groups those that follow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import yaml

_LINE: Final = re.compile(r"(?P<indent> *)(?:# ?(?P<comment>.*)|(?P<key>[A-Za-z]\w*):.*)?$")
_MARK: Final = "-- "
_STEP: Final = 2


class Value(NamedTuple):
    """One value: its path, what it is by default, what is said of it."""

    path: tuple[str, ...]
    default: Any
    meaning: str


def values(text: str) -> list[Value]:
    """Return the values that the text of a values.yaml explains, in its order."""
    defaults = yaml.safe_load(text)
    return [Value(path, _at(defaults, path), meaning) for path, meaning in _explained(text)]


def unexplained(text: str) -> list[tuple[str, ...]]:
    """Return the paths of the values that nothing is said of."""
    explained = {value.path for value in values(text)}
    return [path for path in _leaves(yaml.safe_load(text)) if explained.isdisjoint(_within(path))]


def _explained(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    path: tuple[str, ...] = ()
    comment: list[str] = []
    for line in text.splitlines():
        found = _LINE.match(line)
        if found and found["comment"] is not None:
            comment.append(found["comment"])
        elif found and found["key"]:
            path = (*path[: len(found["indent"]) // _STEP], found["key"])
            if comment and comment[0].startswith(_MARK):
                yield path, " ".join(comment).removeprefix(_MARK)
            comment = []
        else:
            comment = []


def _at(values: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - any YAML
    for key in path:
        values = values[key]
    return values


def _within(path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (path[:length] for length in range(1, len(path) + 1))


def _leaves(values: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:  # noqa: ANN401 - any YAML
    if isinstance(values, dict) and values:
        for key, value in values.items():
            yield from _leaves(value, (*path, key))
    else:
        yield path
