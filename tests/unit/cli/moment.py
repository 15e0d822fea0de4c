"""One moment of a recorded cluster: as a dump, and as a cluster with a kubeconfig to reach it by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from dumped import any_list
from longhorn_cr_exporter.model.time import parse_time
from recorded import recording
from unit.kube.configured import kubeconfig

DEADLOCK = "v1.7.2/b-deadlock-9938"
FIXED = "v1.8.1/b-deadlock-9938"
REPLACEMENT = "v1.7.2/l-capi-replacement-no-wait"
UNSCHEDULABLE = "v1.7.2/i-creation-unschedulable"

Json = dict[str, Any]


def at(clock: str) -> str:
    """Return the moment of a time of day on the recordings' day."""
    return f"2026-03-02T{clock}Z"


def seconds(clock: str) -> float:
    """Return the moment of a time of day in Unix seconds."""
    return parse_time(at(clock)) or 0.0


@cache
def objects(run: str, clock: str) -> tuple[Json, ...]:
    """Return all objects that stood at a moment of a recording."""
    standing: dict[tuple[str, str], Json] = {}
    for event in recording(run).events:
        if event.clock > seconds(clock):
            break
        key = event.resource.name, event.name
        if event.type == "DELETED":
            standing.pop(key, None)
        else:
            standing[key] = json.loads(event.body)
    return tuple(standing.values())


def write_dump(path: Path, items: Iterable[Mapping[str, Any]]) -> Path:
    """Write objects as ``kubectl get -o json`` would, and return the file."""
    path.write_text(json.dumps(any_list(map(dict, items))))
    return path


def dump_at(folder: Path, run: str, clock: str) -> tuple[str, ...]:
    """Write the dump of a moment, and return the options that judge it at that moment."""
    return "--from", str(write_dump(folder / "dump.json", objects(run, clock))), "--at", at(clock)


def reach(folder: Path, url: str) -> tuple[str, ...]:
    """Write the kubeconfig of a server, and return the options that point to it."""
    return "--kubeconfig", str(kubeconfig(folder / "kubeconfig", cluster={"server": url}))
