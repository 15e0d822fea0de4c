"""Stories: what each is about, what is to be raised in it, and the files that it becomes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .cluster import Cluster
from .journal import clock
from .shape import Json

Script = Callable[[Cluster], None]

EVENTS: Final = "events.jsonl.gz"
TRUTH: Final = "truth.jsonl"
SUMMARY: Final = "summary.json"
_ORIGIN: Final = "made by longhorn-cr-exporter"


@dataclass(frozen=True)
class Raised:
    """An alert that a story is to raise: ``object`` as the alert's label names it, "" for the whole cluster."""

    alert: str
    severity: str
    object: str = ""


def critical(alert: str, name: str = "") -> Raised:
    """Return a page that is to be raised for an object; "Longhorn" stands before every alert's name."""
    return Raised(f"Longhorn{alert}", "critical", name)


def warning(alert: str, name: str = "") -> Raised:
    """Return a warning that is to be raised for an object."""
    return Raised(f"Longhorn{alert}", "warning", name)


def info(alert: str, name: str = "") -> Raised:
    """Return what is to be told of an object."""
    return Raised(f"Longhorn{alert}", "info", name)


@dataclass(frozen=True)
class Story:
    """A recording to be made: ``release``, how long it lasts, what it shows, and the script that tells it.

    ``section`` is where the design (DOMAIN) speaks of the pattern.
    """

    name: str
    release: str
    minutes: int
    section: str
    shows: str
    script: Script
    raises: Sequence[Raised]
    nodes: int
    settings: Mapping[str, str]

    @property
    def run(self) -> str:
        """Where it lies: ``<release>/<run>``."""
        return f"{self.release}/{self.name}"

    def files(self) -> dict[str, bytes]:
        """Tell it; return its files by name, the same bytes each time."""
        cluster = Cluster(self.release, nodes=self.nodes, settings=self.settings)
        self.script(cluster)
        cluster.end(self.minutes)
        events = "".join(f"{line}\n" for line in cluster.journal.lines).encode()
        summary = json.dumps(self._summary(cluster), indent=1) + "\n"
        return {
            EVENTS: gzip.compress(events, mtime=0),
            TRUTH: cluster.account.text().encode(),
            SUMMARY: summary.encode(),
        }

    def _summary(self, cluster: Cluster) -> Json:
        return {
            "origin": _ORIGIN,
            "made": True,
            "scenario": self.name,
            "section": self.section,
            "note": self.shows,
            "expected": [vars(each) for each in self.raises],
            "start": clock(0),
            "end": cluster.journal.clock,
            "duration_s": cluster.journal.second,
            "events_total": len(cluster.journal.lines),
            **cluster.account.windows(cluster.journal.clock),
            "steps": cluster.steps,
        }


_told: list[Story] = []


def story(
    release: str,
    *,
    minutes: int,
    section: str,
    shows: str,
    raises: Sequence[Raised] = (),
    nodes: int = 3,
    settings: Mapping[str, str] | None = None,
) -> Callable[[Script], Script]:
    """Make a story of a script, which gives it its name. ``settings`` are those that differ from the defaults."""

    def make(script: Script) -> Script:
        name = script.__name__.replace("_", "-")
        _told.append(Story(name, release, minutes, section, shows, script, raises, nodes, settings or {}))
        return script

    return make


def stories() -> list[Story]:
    """Return the stories of all modules that were imported, in order of where they lie."""
    return sorted(_told, key=lambda each: each.run)
