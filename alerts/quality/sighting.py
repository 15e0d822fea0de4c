"""What is so at one moment that an alert is promised for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from .catalogue import Tier
from .fold import Fold


class Told(msgspec.Struct, frozen=True):
    """A line of truth.jsonl: what Longhorn's own code said of a volume, true from ``clock`` on."""

    clock: str
    volume: str
    ready: bool
    latched: bool
    armed: bool
    workload_waiting: bool
    state: str
    robustness: str
    scheduled: str
    replicas_without_node: int
    refused_since: str = ""


class Scene(NamedTuple):
    """One moment: the objects, what the recording's truth says of each volume, and the time (Unix seconds)."""

    fold: Fold
    told: Mapping[str, Told]
    now: float


class Sighting(NamedTuple):
    """The condition of an alert holds for an object, named as the alert's label names it.

    Where it is not ``sure`` an alert is right, and silence is too.
    """

    tier: Tier
    object: str
    sure: bool
