"""A piece of the exposition: one family's rows of some objects, built when first asked for, deflated at most once.

A chunk never changes. It shares the lists of its bucket, which copies them before its next change, so that it can be
built and deflated in another thread while events go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from isal import isal_zlib

_LEVEL: Final = 1
_RAW: Final = -15


class Deflated(NamedTuple):
    """A chunk as raw deflate blocks that end on a byte and refer to nothing before them."""

    blocks: bytes
    crc: int
    size: int


def deflate(plain: bytes) -> Deflated:
    """Deflate a part of a gzip member; nothing becomes nothing."""
    if not plain:
        return Deflated(b"", 0, 0)
    compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _RAW)
    blocks = compressor.compress(plain) + compressor.flush(isal_zlib.Z_FULL_FLUSH)
    return Deflated(blocks, isal_zlib.crc32(plain), len(plain))


class Chunk:
    """Rows ``opening + labels[i] + tail`` for every tail of every ``tails[i]``.

    It keeps the form last asked for: the plain one is ten times the deflated one's size, and a Prometheus asks for
    either, not for both. ``series`` is known once a form was built.
    """

    __slots__ = ("_deflated", "_labels", "_opening", "_plain", "_tails", "series")

    def __init__(self, opening: bytes, labels: Sequence[bytes], tails: Sequence[tuple[bytes, ...]]) -> None:
        self._opening = opening
        self._labels = labels
        self._tails = tails
        self._plain: bytes | None = None
        self._deflated: Deflated | None = None
        self.series = 0

    def plain(self) -> bytes:
        """Return the rows as text."""
        plain = self._plain
        if plain is None:
            plain = self._plain = self._build()
        return plain

    def deflated(self) -> Deflated:
        """Return the rows deflated, and let go of the text."""
        plain, deflated = self._plain, self._deflated  # in this order: another thread may be between the lines below
        if deflated is None:
            deflated = self._deflated = deflate(self._build() if plain is None else plain)
        self._plain = None
        return deflated

    def _build(self) -> bytes:
        opening = self._opening
        rows = [label + tail for label, tails in zip(self._labels, self._tails, strict=True) for tail in tails]
        self.series = len(rows)
        return opening + opening.join(rows) if rows else b""


class Text:
    """Given text, such as the head of a family, that goes between the chunks; ``series`` is how many rows are in it."""

    __slots__ = ("_deflated", "_plain", "series")

    def __init__(self, plain: bytes, series: int = 0) -> None:
        self._plain = plain
        self._deflated: Deflated | None = None
        self.series = series

    def plain(self) -> bytes:
        """Return the text."""
        return self._plain

    def deflated(self) -> Deflated:
        """Return the text deflated."""
        if self._deflated is None:
            self._deflated = deflate(self._plain)
        return self._deflated


Part = Chunk | Text
