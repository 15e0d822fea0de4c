"""The answer to a scrape, from the chunks that were current when it was asked."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from isal import isal_zlib

from .chunk import Part
from .text import Format

PIECE_BYTES: Final = 256 * 1024
_GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"  # deflate, no name, no time, fastest, any system
_GZIP_LAST_BLOCK: Final = b"\x03\x00"  # final, empty


@dataclass(frozen=True, slots=True)
class Scrape:
    """A whole answer. ``parts`` are many and small; ``encoding`` is "gzip" or None; ``size`` is that of the body."""

    parts: Sequence[bytes]
    size: int
    series: int
    content_type: str
    encoding: str | None

    def pieces(self, size: int = PIECE_BYTES) -> Iterator[bytes]:
        """Yield the body in pieces of about ``size`` bytes, so that a large one is never held twice."""
        piece: list[bytes] = []
        length = 0
        for part in self.parts:
            piece.append(part)
            length += len(part)
            if length >= size:
                yield b"".join(piece)
                piece, length = [], 0
        if piece:
            yield b"".join(piece)

    def body(self) -> bytes:
        """Return the body in one piece."""
        return b"".join(self.parts)


class Snapshot:
    """The exposition at one moment, not yet rendered: rendering may happen in another thread, however long it takes."""

    __slots__ = ("_format", "_parts")

    def __init__(self, parts: Sequence[Part], format_: Format) -> None:
        self._parts = parts
        self._format = format_

    def render(self, *, gzip: bool) -> Scrape:
        """Build what is not built yet and return the answer."""
        parts, size = self._gzip() if gzip else self._plain()
        series = sum([part.series for part in self._parts])
        return Scrape(parts, size, series, self._format.value, "gzip" if gzip else None)

    def _plain(self) -> tuple[list[bytes], int]:
        parts = [part.plain() for part in self._parts]
        return parts, sum(map(len, parts))

    def _gzip(self) -> tuple[list[bytes], int]:
        """Return one gzip member: the parts' blocks between head and trailer, their checksums combined."""
        parts, crc, size = [_GZIP_HEAD], 0, 0
        for part in self._parts:
            blocks, part_crc, part_size = part.deflated()
            parts.append(blocks)
            crc = isal_zlib.crc32_combine(crc, part_crc, part_size)
            size += part_size
        parts.append(_GZIP_LAST_BLOCK + struct.pack("<II", crc, size & 0xFFFFFFFF))
        return parts, sum(map(len, parts))
