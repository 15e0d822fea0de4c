"""Chunks: built once, deflated once, one form kept."""

from __future__ import annotations

import zlib

import pytest

from longhorn_cr_exporter.metrics.chunk import Chunk, Part, Text, deflate

ROWS = b'x{a="1"} 1\nx{a="2",b="c"} 2\nx{a="2",b="d"} 3\n'


def chunk() -> Chunk:
    """Return a chunk of three rows of two objects; a third has none."""
    return Chunk(b"x{", [b'a="1"', b'a="2"', b'a="3"'], [(b"} 1\n",), (b',b="c"} 2\n', b',b="d"} 3\n'), ()])


def test_a_chunk_joins_its_rows() -> None:
    """Every tail becomes a row with its object's labels."""
    made = chunk()
    assert made.plain() == ROWS
    assert made.series == 3


def test_each_form_is_made_once_while_it_is_asked_for() -> None:
    """The same bytes are handed out again."""
    made = chunk()
    assert made.plain() is made.plain()
    assert made.deflated() is made.deflated()


def test_the_deflated_form_replaces_the_text() -> None:
    """Text is let go once the deflated form is asked for, and built again when it is wanted again."""
    made = chunk()
    before = made.plain()
    made.deflated()
    assert made.plain() == before
    assert made.plain() is not before


@pytest.mark.parametrize(
    "part",
    [pytest.param(chunk(), id="rows"), pytest.param(Text(ROWS, 3), id="text")],
)
def test_deflated_is_the_text(part: Part) -> None:
    """Raw deflate gives the rows back, with their checksum and size; the rows are counted either way."""
    blocks, crc, size = part.deflated()
    assert zlib.decompressobj(-15).decompress(blocks) == ROWS
    assert (crc, size, part.series) == (zlib.crc32(ROWS), len(ROWS), 3)


def test_nothing_deflates_to_nothing() -> None:
    """An empty chunk takes no byte in the answer."""
    assert deflate(b"") == (b"", 0, 0)
    assert Chunk(b"x{", [b""], [()]).deflated() == (b"", 0, 0)


def test_deflated_parts_can_be_put_together_in_any_order() -> None:
    """A part ends on a byte and refers to nothing before it."""
    texts = [f"row {number}\n".encode() * number for number in (300, 1, 4000)]
    parts = [deflate(text).blocks for text in texts]
    decompressor = zlib.decompressobj(-15)
    assert decompressor.decompress(parts[2] + parts[0] + parts[1] + parts[0] + b"\x03\x00") == (
        texts[2] + texts[0] + texts[1] + texts[0]
    )
    assert decompressor.eof
