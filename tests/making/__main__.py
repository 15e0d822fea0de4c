"""``make recordings``: every story told anew, into tests/recordings/made/<release>/<run>/."""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from .index import index
from .library import STORIES
from .shape import RECORDINGS
from .story import EVENTS

MADE: Final = RECORDINGS / "made"
INDEX: Final = "README.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write what differs from what lies there."""
    parser = argparse.ArgumentParser(prog="making", description=__doc__)
    parser.add_argument("--out", type=Path, default=MADE, help="a folder, to be filled with <release>/<run>")
    out: Path = parser.parse_args(arguments).out
    for each in STORIES:
        folder = out / each.run
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in each.files().items():
            write(folder / name, content)
    write(out / INDEX, index(STORIES).encode())
    return 0


def write(file: Path, content: bytes) -> None:
    """Write a file, unless it says the same already: another zlib packs the same events into other bytes."""
    if not file.is_file() or plain(file.name, file.read_bytes()) != plain(file.name, content):
        file.write_bytes(content)


def plain(name: str, content: bytes) -> bytes:
    """Return what a file says."""
    return gzip.decompress(content) if name == EVENTS else content


if __name__ == "__main__":
    raise SystemExit(main())
