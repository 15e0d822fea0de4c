"""The line splitter."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from longhorn_cr_exporter.kube.error import BadAnswerError
from longhorn_cr_exporter.kube.line import LineSplitter


@given(st.lists(st.binary(max_size=8).map(lambda raw: raw.replace(b"\0", b"\n"))))
def test_any_chunking_gives_the_same_lines(chunks: list[bytes]) -> None:
    """However the stream is cut into chunks, the lines are those of the whole."""
    splitter = LineSplitter()
    lines = [line for chunk in chunks for line in splitter.feed(chunk)]
    *whole, _ = b"".join(chunks).split(b"\n")
    assert lines == [line for line in whole if line.strip()]


def test_unfinished_line_is_kept_back() -> None:
    """Only what ends in a newline is a line."""
    splitter = LineSplitter()
    assert splitter.feed(b'{"a":') == []
    assert splitter.feed(b'1}\n{"b"') == [b'{"a":1}']


def test_end_gives_what_is_left() -> None:
    """A stream may end without a newline."""
    splitter = LineSplitter()
    splitter.feed(b"a\nb")
    assert splitter.end() == [b"b"]
    assert splitter.end() == []


def test_blank_lines_are_left_out() -> None:
    """Empty lines, as some proxies send to keep a connection alive, say nothing."""
    assert LineSplitter().feed(b"\n\r\n  \na\n\n") == [b"a"]


def test_line_beyond_the_limit_is_refused() -> None:
    """What never ends is not kept for ever."""
    splitter = LineSplitter(max_line=10)
    splitter.feed(b"0123456789")
    with pytest.raises(BadAnswerError, match="a line of more than 10 bytes"):
        splitter.feed(b"0")


def test_work_grows_with_the_bytes_alone() -> None:
    """16 MB in pieces of 1 kB cost a small part of what copying them for each piece would (128 GB)."""
    splitter = LineSplitter()
    piece = b"x" * 1024
    begun = time.process_time()
    for _ in range(16 * 1024):
        splitter.feed(piece)
    (line,) = splitter.feed(b"\n")
    assert len(line) == 16 * 1024 * 1024
    assert time.process_time() - begun < 2
