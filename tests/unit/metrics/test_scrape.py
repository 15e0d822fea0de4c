"""Answers: one gzip member, pieces of a bounded size."""

from __future__ import annotations

import gzip
import zlib

from judged import NOW, exposition, volume
from longhorn_cr_exporter.metrics.chunk import Text
from longhorn_cr_exporter.metrics.scrape import Scrape, Snapshot
from longhorn_cr_exporter.metrics.text import Format


def test_gzip_is_one_member_of_the_same_text() -> None:
    """Any gzip reader gets the plain page from the gzip one, with nothing behind it."""
    made = exposition(*(volume(name=f"v{number}") for number in range(300)))
    snapshot = made.snapshot(now=NOW)
    plain, packed = snapshot.render(gzip=False), snapshot.render(gzip=True)
    decompressor = zlib.decompressobj(31)
    assert decompressor.decompress(packed.body()) == gzip.decompress(packed.body()) == plain.body()
    assert decompressor.eof
    assert decompressor.unused_data == b""
    assert (plain.encoding, packed.encoding, plain.series) == (None, "gzip", packed.series)


def test_an_empty_page_is_a_member_too() -> None:
    """Nothing asked for gives an empty text in either form."""
    made = exposition().snapshot(now=NOW, names=["nothing"])
    assert made.render(gzip=False).body() == b""
    assert gzip.decompress(made.render(gzip=True).body()) == b""


def test_pieces_are_the_body() -> None:
    """Pieces are joined parts of about the size asked for, the last one whatever is left."""
    scrape = Scrape([b"abc", b"", b"de", b"f", b"g"], size=7, series=0, content_type="", encoding=None)
    assert list(scrape.pieces(4)) == [b"abcde", b"fg"]
    assert scrape.body() == b"abcdefg"


def test_size_and_series() -> None:
    """An answer knows its bytes and its rows."""
    scrape = Snapshot([Text(b"# HELP x\n"), Text(b"x 1\n", 1), Text(b"y 1\ny 2\n", 2)], Format.TEXT).render(gzip=False)
    assert (scrape.size, scrape.series) == (21, 3)
