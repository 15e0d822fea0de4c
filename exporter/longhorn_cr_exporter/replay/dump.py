"""A dump of a cluster, as people keep one: kubectl's output, a folder of it, or a Longhorn support bundle.

``read_dump`` is all that the rest of the program needs; how each form is read stands in the modules beside this one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path
from typing import Final

from ..model.meta import Object
from ..model.resource import RESOURCES, Resource
from .dump_bundle import bundle_sources, is_zip
from .dump_content import Content, check_text, is_blank, read_content
from .dump_intake import Intake, Item, Listing
from .dump_json import json_items
from .dump_refusal import refusal
from .dump_source import Source, folder_sources, open_file
from .dump_yaml import yaml_items

Progress = Callable[[int, int], None]
"""Told (bytes read, bytes in all) now and then, and at the end; 0 in all while a pipe is still being read."""

_STEP_BYTES: Final = 1 << 20
_JSON: Final = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*(?:["}]|\Z)|\[\s*(?:[\[{\]]|\Z))')
_OURS: Final = re.compile(
    rb"\bkind[\"']?\s*:\s*[\"']?(?:" + "|".join(sorted({r.kind for r in RESOURCES})).encode() + rb")(?:List)?\b"
)


@dataclass(frozen=True, slots=True)
class Dump:
    """What a dump holds of the resources watched.

    ``objects`` has every resource as a key, each list in the order of names, each name once. ``given`` are the
    resources that were dumped: an object was there (readable or not), or a list that says of what. ``newest`` is Unix
    seconds of the newest time in the objects, None without any. ``total`` counts all objects met; of these ``skipped``
    are of other kinds (by ``apiVersion/kind``), ``elsewhere`` of another namespace (by namespace), ``decode_errors``
    unreadable. Files of a folder or bundle that name no kind of ours are not read, so not counted.
    """

    objects: dict[Resource, list[Object]]
    given: frozenset[Resource]
    newest: float | None
    total: int
    skipped: Counter[str]
    elsewhere: Counter[str]
    decode_errors: Counter[Resource]


def read_dump(path: str, *, namespace: str = "longhorn-system", progress: Progress | None = None) -> Dump:
    """Read a file, "-" for standard input, a folder, or a support bundle.

    Namespaced objects of other namespaces are left out; those without any are taken. Of two objects of one name the
    newer resourceVersion stays, or else the later one. An object that cannot be read is counted, logged and left out.

    Raises:
        InputError: nothing to read, cut, damaged, hostile, not Kubernetes objects, or none of ours; one line that says
            which file, where in it, and what.
    """
    intake = Intake(namespace)
    with ExitStack() as stack:
        sources = _sources(path, stack, progress)
        meter = _Meter(sum(source.size for source in sources), progress)
        for source in sources:
            _read(source, intake, meter, source.listed(namespace))
            meter.finish(source)
    return _dump("standard input" if path == "-" else path, intake)


class _Meter:
    """Turns how far one source is read into how far all are, and speaks up once a megabyte and at the end."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._finished = 0
        self._told = 0

    def advance(self, source: Source, share: float) -> None:
        """Note which share of a source, 0 to 1, is read."""
        self._tell(self._finished + int(source.size * min(share, 1.0)))

    def finish(self, source: Source) -> None:
        """Note that a source is read to its end."""
        self._finished += source.size
        self._tell(self._finished)

    def _tell(self, done: int) -> None:
        if self._progress is not None and (done - self._told >= _STEP_BYTES or done == self._total > self._told):
            self._told = done
            self._progress(done, self._total)


def _sources(path: str, stack: ExitStack, progress: Progress | None) -> list[Source]:
    if path != "-" and Path(path).is_dir():
        return folder_sources(Path(path))
    name, file = open_file(path, stack, lambda done: progress(done, 0) if progress else None)
    if is_zip(file):
        return bundle_sources(file, name)
    return [Source(name, file.seek(0, SEEK_END), lambda: file)]


def _read(source: Source, intake: Intake, meter: _Meter, listed: Resource | None) -> None:
    """Read one source into the intake. An untyped list there is one of the resource ``listed``."""
    if source.foreign:
        return
    content = _content(source)
    if is_blank(content):
        if source.promising or not source.inner:
            raise refusal(source.name, "empty")
    elif not source.inner or source.promising or _OURS.search(content):
        check_text(content, source.name)
        for found in _items(content, source.name):
            if isinstance(found, Listing):
                intake.take_listing(found, listed)
            else:
                intake.take_item(found)
                meter.advance(source, found.end / len(content))


def _content(source: Source) -> Content:
    try:
        with source.open() as file:
            return read_content(file, source.name)
    except OSError as error:
        raise refusal(source.name, error.strerror or str(error)) from error


def _items(content: Content, name: str) -> Iterator[Item | Listing]:
    if _JSON.match(content):
        return json_items(memoryview(content), name)
    return yaml_items(content, name)


def _dump(name: str, intake: Intake) -> Dump:
    objects = intake.objects()
    if not any(objects.values()):
        raise refusal(name, _nothing(intake))
    return Dump(
        objects=objects,
        given=frozenset(intake.given),
        newest=intake.newest,
        total=intake.total,
        skipped=intake.skipped,
        elsewhere=intake.elsewhere,
        decode_errors=intake.decode_errors,
    )


def _nothing(intake: Intake) -> str:
    """Say why there is no object of ours."""
    if intake.decode_errors:
        return f"no Longhorn objects: none of {intake.decode_errors.total()} could be read"
    if intake.elsewhere:
        [(namespace, count)] = intake.elsewhere.most_common(1)
        return f"no Longhorn objects of this namespace, but {count} of namespace {namespace!r}"
    if intake.total and not intake.kinds_met:
        return "not Kubernetes objects: nothing in it has a kind"
    kinds = ", ".join(kind for kind, _ in intake.skipped.most_common(3) if kind)
    return f"no Longhorn objects among {intake.total} ({kinds})" if kinds else "no Longhorn objects"
