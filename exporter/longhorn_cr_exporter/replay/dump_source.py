"""Where the texts of a dump lie: one file, standard input, a folder, or a zip; listed first, opened one by one."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from ..model.resource import RESOURCES, Resource
from .dump_content import chunks_of, spool
from .dump_refusal import refusal

SUFFIXES: Final = tuple(f"{kind}{packed}" for kind in (".json", ".yaml", ".yml") for packed in ("", ".gz"))
_BUNDLE_PATH: Final = re.compile(
    r"(?:.*/)?yamls/(?:cluster|namespaced/[^/]+)/(?:[^/]+/)?v\d[^/]*/(?P<plural>[^/.]+)\.yaml"
)
_PLURALS: Final = frozenset(resource.plural for resource in RESOURCES)


@dataclass(frozen=True, slots=True)
class Source:
    """One text to read. ``name`` is for messages, ``size`` its bytes as listed, ``open`` opens it (once).

    ``inner`` is its path within a folder or bundle, "" for a file of its own: what lies in a tree may be none of ours.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    inner: str = ""

    @property
    def foreign(self) -> bool:
        """Whether a bundle keeps a resource there that is none of ours (``yamls/cluster/v1/namespaces.yaml``)."""
        match = _BUNDLE_PATH.fullmatch(self.inner)
        return match is not None and match["plural"] not in _PLURALS

    @property
    def promising(self) -> bool:
        """Whether its file name is that of a resource of ours (``volumes.yaml``)."""
        return PurePosixPath(self.inner).name.partition(".")[0] in _PLURALS

    def listed(self, namespace: str) -> Resource | None:
        """Return the resource whose objects a bundle keeps under this path, so that an empty list there means none.

        Bundles write every list as ``kind: List``; the path alone says of what:
        ``namespaced/<namespace>/<group>/<version>/<plural>.yaml`` and ``cluster/[<group>/]<version>/<plural>.yaml``.
        """
        *folders, name = PurePosixPath(self.inner).parts or ("",)
        plural = name.partition(".")[0]
        return next((r for r in RESOURCES if r.plural == plural and _ends(folders, _folders(r, namespace))), None)


def _folders(resource: Resource, namespace: str) -> list[str]:
    scope = ["namespaced", namespace] if resource.namespaced else ["cluster"]
    return [*scope, *resource.api_version.split("/")]


def _ends(parts: list[str], end: list[str]) -> bool:
    return parts[-len(end) :] == end


def open_file(path: str, stack: ExitStack, seen: Callable[[int], None]) -> tuple[str, BinaryIO]:
    """Open a file, or standard input for "-", and return its name for messages with it; ``stack`` closes it.

    What cannot be sought in (a pipe) is read to its end first; ``seen`` is told of the bytes so far.

    Raises:
        InputError: missing, unreadable, or a terminal.
    """
    name = "standard input" if path == "-" else path
    try:
        file = stack.enter_context(_opened(path))
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file = stack.enter_context(spool(chunks_of(file), seen))
    except (OSError, ValueError) as error:
        raise refusal(name, getattr(error, "strerror", None) or str(error)) from error
    return name, file


def _opened(path: str) -> BinaryIO:
    if path != "-":
        return Path(path).open("rb")
    if sys.stdin is None or sys.stdin.isatty():
        raise ValueError("nothing is piped in")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


def folder_sources(folder: Path) -> list[Source]:
    """Return the files of a folder and those below it whose names end like JSON or YAML, in the order of their paths.

    Hidden files and folders are left out, and so are folders behind a symbolic link.

    Raises:
        InputError: a folder cannot be listed, or there is no such file.
    """
    try:
        sources = [_file_source(folder, path) for path in _files(folder)]
    except OSError as error:
        raise refusal(str(error.filename or folder), error.strerror or str(error)) from error
    if not sources:
        raise refusal(str(folder), "no .json, .yaml or .yml file in this folder")
    return sorted(sources, key=lambda source: PurePosixPath(source.inner).parts)


def _files(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        paths = (Path(root, name) for name in files if name.lower().endswith(SUFFIXES) and not name.startswith("."))
        yield from (path for path in paths if path.is_file())


def _raise(error: OSError) -> None:
    raise error


def _file_source(folder: Path, path: Path) -> Source:
    def opened() -> BinaryIO:
        return path.open("rb")

    return Source(str(path), path.stat().st_size, opened, path.relative_to(folder).as_posix())
