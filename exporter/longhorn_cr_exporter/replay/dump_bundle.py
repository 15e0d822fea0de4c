"""Support bundles: zips with Kubernetes objects as YAML in their tree. Read in place, never extracted.

A bundle comes from somebody else, so nothing in it is believed: names that point out of it, links, bombs and broken
members end the reading.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from .dump_content import check_unpacked
from .dump_refusal import refusal
from .dump_source import SUFFIXES, Source

_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
_MAX_MEMBERS: Final = 100_000
_MAX_MEMBER_BYTES: Final = 1 << 30
_ENCRYPTED: Final = 0x1
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError, OverflowError,
)  # fmt: skip
"""What zipfile raises on archives that are not as they should be (RuntimeError: packed in an unknown way)."""


def is_zip(file: BinaryIO) -> bool:
    """Whether a file begins as a zip does; it is at its beginning afterwards."""
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    return magic in _MAGIC


def bundle_sources(file: BinaryIO, name: str) -> list[Source]:
    """Return the JSON and YAML members of a zip, in the order of their paths. The file must stay open.

    Raises:
        InputError: no readable zip, too many or too large members, a bomb, a name that leads out of the archive, a
            link, an encrypted member.
    """
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except (*_BROKEN, IndexError) as error:
        raise refusal(name, f"a zip that is cut or broken: {error}") from error
    if len(members) > _MAX_MEMBERS:
        raise refusal(name, f"a zip of {len(members)} members, more than {_MAX_MEMBERS}")
    for member in members:
        _check_place(member, name)
    texts = sorted(filter(_is_text, members), key=lambda member: PurePosixPath(member.filename).parts)
    _check_sizes(texts, name)
    return [_source(archive, member, name) for member in texts]


def _is_text(member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename)
    return path.name.lower().endswith(SUFFIXES) and not any(part.startswith(".") for part in path.parts)


def _check_place(member: zipfile.ZipInfo, name: str) -> None:
    path = member.orig_filename.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or "\0" in path or path[1:2] == ":":
        raise refusal(name, f"member {member.orig_filename!r} leads out of the archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise refusal(name, f"member {member.filename!r} is a symbolic link")


def _check_sizes(members: list[zipfile.ZipInfo], name: str) -> None:
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise refusal(name, f"member {member.filename!r} is encrypted")
        if member.file_size > _MAX_MEMBER_BYTES:
            raise refusal(name, f"member {member.filename!r} unpacks to more than {_MAX_MEMBER_BYTES >> 30} GiB")
        check_unpacked(f"{name}: {member.filename}", member.file_size, member.compress_size)
    check_unpacked(name, sum(m.file_size for m in members), sum(m.compress_size for m in members))


def _source(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Source:
    return Source(f"{name}: {member.filename}", member.file_size, _opener(archive, member, name), member.filename)


def _opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Callable[[], BinaryIO]:
    """Return what unpacks a member into memory: a zip ends there at the size that it declares, which was checked."""

    def opened() -> BinaryIO:
        try:
            with archive.open(member) as packed:
                return io.BytesIO(packed.read())
        except _BROKEN as error:
            raise refusal(name, f"member {member.filename!r} is broken: {error}") from error

    return opened
