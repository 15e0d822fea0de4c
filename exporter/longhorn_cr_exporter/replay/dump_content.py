"""The text of one file of a dump, whatever it is packed in: plain or gzip, UTF-8 or UTF-16, a file or a pipe.

A plain file is mapped and never copied. What has to be unpacked goes to memory while it is small, and beyond that to a
nameless temporary file.
"""

from __future__ import annotations

import codecs
import gzip
import io
import mmap
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

from .dump_refusal import refusal

_CHUNK: Final = 1 << 20
_IN_MEMORY: Final = 64 << 20
_GZIP: Final = b"\x1f\x8b"
_UTF_16_MARKS: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UTF_16_BRACES: Final = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}
_BLANK: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*\Z")
_JUNK: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_JUNK_WITHIN: Final = 8192

MAX_BYTES: Final = 4 << 30
"""What an archive or a compressed file may unpack to."""
_FREE_BYTES: Final = 64 << 20
_MAX_RATIO: Final = 250
"""Above 64 MiB more than this is no text: Kubernetes lists pack some 20 to 100 times."""

Content = bytes | mmap.mmap


def check_unpacked(name: str, unpacked: int, packed: int) -> None:
    """Refuse a decompression bomb: too large, or large and packed beyond what text can be.

    Raises:
        InputError: it is one.
    """
    if unpacked > MAX_BYTES:
        raise refusal(name, f"unpacks to more than {MAX_BYTES >> 30} GiB")
    if unpacked > _FREE_BYTES and unpacked > packed * _MAX_RATIO:
        raise refusal(name, f"a decompression bomb: {packed} bytes unpack to {unpacked} and more")


def spool(chunks: Iterable[bytes], seen: Callable[[int], None] = lambda _: None) -> BinaryIO:
    """Return a file at its beginning that holds these chunks; ``seen`` is told how many bytes there are so far."""
    file: BinaryIO = io.BytesIO()
    for chunk in chunks:
        if isinstance(file, io.BytesIO) and file.tell() + len(chunk) > _IN_MEMORY:
            file = _on_disk(file)
        file.write(chunk)
        seen(file.tell())
    file.seek(0)
    return file


def _on_disk(memory: io.BytesIO) -> BinaryIO:
    file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - handed on to whoever reads it
    file.write(memory.getbuffer())
    return file


def read_content(file: BinaryIO, name: str) -> Content:
    """Return a file's text as UTF-8, unpacked; the file may be closed then.

    Raises:
        InputError: cut or damaged gzip, a bomb, broken UTF-16.
    """
    content = _whole(file)
    if content[:2] == _GZIP:
        with spool(_gunzip(file, name)) as unpacked:
            content = _whole(unpacked)
    encoding = _UTF_16_MARKS.get(content[:2]) or _UTF_16_BRACES.get(content[:2])
    if encoding is not None:
        with spool(_transcode(content, encoding, name)) as text:
            content = _whole(text)
    return content


def is_blank(content: Content) -> bool:
    """Whether there is nothing but white space."""
    return _BLANK.match(content) is not None


def check_text(content: Content, name: str) -> None:
    """Refuse what is no text.

    Raises:
        InputError: it begins with bytes that no JSON or YAML has.
    """
    if _JUNK.search(content[:_JUNK_WITHIN]):
        raise refusal(name, "binary, neither JSON nor YAML")


def _whole(file: BinaryIO) -> Content:
    if isinstance(file, io.BytesIO):
        return file.getvalue()
    size = file.seek(0, io.SEEK_END)
    return mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield what is left of a file, piece by piece."""
    while chunk := file.read(_CHUNK):
        yield chunk


def _gunzip(file: BinaryIO, name: str) -> Iterator[bytes]:
    file.seek(0)
    unpacked = 0
    try:
        with gzip.GzipFile(fileobj=file) as packed:
            while chunk := packed.read(_CHUNK):
                unpacked += len(chunk)
                check_unpacked(name, unpacked, file.tell())
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise refusal(name, f"cut or damaged gzip after {unpacked} bytes: {error}") from error


def _transcode(content: Content, encoding: str, name: str) -> Iterator[bytes]:
    with memoryview(content) as view:
        pieces = (bytes(view[start : start + _CHUNK]) for start in range(0, len(view), _CHUNK))
        try:
            for text in codecs.iterdecode(pieces, encoding):
                yield text.encode()
        except UnicodeError as error:
            raise refusal(name, f"broken UTF-16: {error}") from error
