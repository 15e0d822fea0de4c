"""The recordings that come with the program, by name, and how a user names any other."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from ..error import InputError
from .recording import Recording, read_recording

_FOLDER = Path(__file__).parent / "recordings"


class Shipped(NamedTuple):
    """A recording of the package: its name, Longhorn's release in it, and what it shows."""

    name: str
    release: str
    about: str


SHIPPED: Final = (
    Shipped("deadlock-9938", "v1.7.2", "a node drain ends in the deadlock: a workload waits 71 minutes for its volume"),
    Shipped("healthy-update", "v1.7.2", "a node is drained, updated and comes back; nothing goes wrong"),
    Shipped("scaled-to-zero", "v1.7.2", "workloads scaled to zero for three hours: detached volumes, no trouble"),
    Shipped("fixed-release", "v1.8.1", "the drain of deadlock-9938 on a fixed release: Scheduled is False, harmlessly"),
    Shipped("capi-replacement", "v1.7.2", "Cluster API replaces five nodes; a forgotten tag blocks a volume for hours"),
)
DEFAULT: Final = SHIPPED[0].name


def open_recording(source: str) -> Recording:
    """Return the recording of a shipped name, a folder or a file.

    Raises:
        InputError: there is none, or it cannot be read; see ``read_recording``.
    """
    if any(source == shipped.name for shipped in SHIPPED):
        return read_recording(_FOLDER / source, source)
    path = Path(source)
    if path.exists():
        return read_recording(path)
    names = ", ".join(shipped.name for shipped in SHIPPED)
    raise InputError(f"{source}: no such recording; give a folder, a file or one of {names}")
