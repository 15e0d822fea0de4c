"""Longhorn's version and what it means for the deadlock of longhorn/longhorn #9938."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

OPEN: Final = "open"
LATCHED: Final = "latched"
FIXED: Final = "fixed"
UNKNOWN: Final = "unknown"

_VERSION = re.compile(r"v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+].*)?", re.DOTALL)


class Version(NamedTuple):
    """A release; pre-releases and development builds count as the release they lead to."""

    major: int
    minor: int
    patch: int


NEWEST: Final = Version(999999, 0, 0)


def parse_version(text: str | None) -> Version | None:
    """Return the release that ``current-longhorn-version`` names, None for what cannot be read ("master-head")."""
    match = _VERSION.fullmatch((text or "").strip())
    return Version(*(int(number) for number in match.groups())) if match else None


def deadlock_gate(version: Version) -> str:
    """Return how the release treats a latched ``Scheduled=False``.

    ``open``: the condition returns to True by itself. ``latched``: the deadlock. ``fixed``: the API's gate no longer
    trusts the condition while detached, once every replica is placed (1.7.3, 1.8.1 and all later releases).
    """
    if version < (1, 7, 0):
        return OPEN
    if version <= (1, 7, 2) or version == (1, 8, 0):
        return LATCHED
    return FIXED


def trusts_placed_replicas(version: Version) -> bool:
    """Whether ``ready`` accepts a detached volume with every replica placed in spite of ``Scheduled=False``."""
    return deadlock_gate(version) == FIXED


def counts_replicas(version: Version) -> bool:
    """Whether ``Scheduled`` returns to True only while the number of replica CRs equals the number wanted."""
    return version in {(1, 7, 2), (1, 8, 0)}
