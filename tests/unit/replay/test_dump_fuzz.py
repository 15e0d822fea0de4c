"""Damaged dumps: whatever is cut off or flipped, there is a dump or one InputError, and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dumped import FORMS, cluster_objects, read_text
from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.replay.dump import Dump

_SETTINGS = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
_MAGICS = [
    b"",
    b"{",
    b'{"kind":"',
    b"kind: ",
    b"\x1f\x8b\x08\0",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
]
_FORMS = ["json-list", "json-lines", "json-typed-lists", "json-utf-16", "json-gzip", "yaml-list", "yaml-flow", "bundle"]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Unreadable objects are logged one by one; here they are the rule."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@cache
def _whole(form: str) -> bytes:
    """One object of each resource, in a form."""
    first = {(obj["apiVersion"], obj["kind"]): obj for obj in cluster_objects()}
    return FORMS[form](tuple(first.values()))


def _survives(tmp_path: Path, content: bytes) -> None:
    try:
        result: Dump | str = read_text(tmp_path, content)
    except InputError as error:
        result = str(error)
    assert result.isprintable() if isinstance(result, str) else any(result.objects.values())


@pytest.mark.parametrize("form", _FORMS)
@_SETTINGS
@given(data=st.data())
def test_a_cut_dump_is_a_dump_or_refused(form: str, data: st.DataObject, tmp_path: Path) -> None:
    """Cut anywhere."""
    whole = _whole(form)
    _survives(tmp_path, whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize("form", _FORMS)
@_SETTINGS
@given(data=st.data())
def test_a_flipped_dump_is_a_dump_or_refused(form: str, data: st.DataObject, tmp_path: Path) -> None:
    """Some bytes replaced by others."""
    content = bytearray(_whole(form))
    places = st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255))
    for place, byte in data.draw(st.lists(places, min_size=1, max_size=4)):
        content[place] = byte
    _survives(tmp_path, bytes(content))


@pytest.mark.parametrize("magic", _MAGICS)
@_SETTINGS
@given(noise=st.binary(max_size=200))
def test_noise_is_refused(magic: bytes, noise: bytes, tmp_path: Path) -> None:
    """Bytes that were never a dump, behind what one may begin with."""
    with pytest.raises(InputError):
        read_text(tmp_path, magic + noise)
