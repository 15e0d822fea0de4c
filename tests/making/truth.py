"""What is true in a story, said by its script: truth.jsonl and the windows of summary.json.

Of a volume's objects only what stands there plainly is read (its state, its counts); whether Longhorn calls it ready,
whether it is latched or armed and whether a workload waits, the script says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from .shape import Json

Windows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Claim:
    """What a script says of a volume."""

    ready: bool = False
    latched: bool = False
    armed: bool = False
    workload_waiting: bool = False
    refused_since: str = ""


class Account:
    """The truth of every volume, a line for each change."""

    def __init__(self) -> None:
        self.lines: list[Json] = []
        self._claims: dict[str, Claim] = {}
        self._last: dict[str, Json] = {}

    def claim(self, volume: str, **changes: Any) -> None:
        """Say something of a volume, true from the end of this second on."""
        self._claims[volume] = replace(self._claims.get(volume, Claim()), **changes)

    def close(self, clock: str, seen: Mapping[str, Json]) -> None:
        """Note what is true at the end of a second: the claims, and what is plainly seen of each volume."""
        for volume, plain in seen.items():
            truth = {**plain, **asdict(self._claims[volume]), "volume": volume}
            if self._last.get(volume) != truth:
                self._last[volume] = truth
                self.lines.append({**truth, "clock": clock})

    def text(self) -> str:
        """Return truth.jsonl."""
        return "".join(json.dumps(line, sort_keys=True, separators=(",", ":")) + "\n" for line in self.lines)

    def windows(self, end: str) -> dict[str, Windows]:
        """Return the windows of summary.json by their names."""
        return {name: _windows(self.lines, holds, end) for name, holds in _WINDOWS.items()}


_WINDOWS: Final[Mapping[str, Callable[[Json], bool]]] = {
    "armed_windows": lambda line: line["armed"],
    "deadlock_windows": lambda line: line["latched"] and bool(line["refused_since"]),
    "faulted_windows": lambda line: line["robustness"] == "faulted",
    "latched_windows": lambda line: line["latched"],
    "refused_windows": lambda line: bool(line["refused_since"]),
}


def _windows(lines: Iterable[Json], holds: Callable[[Json], bool], end: str) -> Windows:
    found: Windows = {}
    for volume, start, stop in _spans(lines, holds):
        window = {"start": start, "end": stop or end} | ({} if stop else {"open_at_end": True})
        found.setdefault(volume, []).append(window)
    return found


def _spans(lines: Iterable[Json], holds: Callable[[Json], bool]) -> Iterator[tuple[str, str, str]]:
    since: dict[str, str] = {}
    for line in lines:
        volume = line["volume"]
        if holds(line):
            since.setdefault(volume, line["clock"])
        elif volume in since:
            yield volume, since.pop(volume), line["clock"]
    for volume, start in since.items():
        yield volume, start, ""
