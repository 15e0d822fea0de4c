"""What is no dump: refused, each in one line that says which file, where in it, and what."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest

from dumped import any_list, read_text, typed_list, volume_object
from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.model.resource import VOLUMES
from longhorn_cr_exporter.replay.dump import read_dump

_VOLUME = json.dumps(volume_object())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b"\xef\xbb\xbf \n\n", "empty", id="blank"),
        pytest.param(b'{"kind": "List", "items": [{"meta', "JSON ends in the middle of an object at byte 33", id="cut"),
        pytest.param(f"{_VOLUME}\n{_VOLUME[:50]}", "JSON ends in the middle of an object at byte 189", id="cut-second"),
        pytest.param(b"{", "JSON ends in the middle of an object at byte 1", id="cut-at-once"),
        pytest.param(f"{_VOLUME},\n{_VOLUME}", "malformed JSON at byte 138: invalid character", id="commas-between"),
        pytest.param(b'{"kind": "Volume" "x": 1}', "malformed JSON at byte 18: expected ',' or '}'", id="malformed"),
        pytest.param(f"{_VOLUME}\nerror: refused", "malformed JSON at byte 139: invalid character", id="error-behind"),
        pytest.param(b'{"a":' * 100_000, "JSON nested beyond reason after byte 0", id="deep-json"),
        pytest.param(b'{"kind":"VolumeList","items":{}}', "the items of a VolumeList are no list", id="odd-items"),
        pytest.param(b'{"a": 1}', "not Kubernetes objects: nothing in it has a kind", id="other-json"),
        pytest.param(b"[1, 2]", "not Kubernetes objects: nothing in it has a kind", id="json-of-numbers"),
        pytest.param(b"hello world", "not Kubernetes objects: nothing in it has a kind", id="prose"),
        pytest.param(b"a: 1\nb: [2]\n", "not Kubernetes objects: nothing in it has a kind", id="other-yaml"),
        pytest.param(b"# nothing\n", "no Longhorn objects", id="comment"),
        pytest.param(b"\x7fELF\x02\x01\x01\0\0\0", "binary, neither JSON nor YAML", id="binary"),
        pytest.param(b"kind: \xff\xfe\xfd", "no readable YAML", id="not-utf-8"),
        pytest.param(b"\xff\xfe{\0\0\xd8", "broken UTF-16", id="broken-utf-16"),
        pytest.param(b"kind: Volume\n\tx: y", "malformed YAML at line 2, column 1", id="malformed-yaml"),
        pytest.param(b"kind: 'Volume\n", "malformed YAML at line 2, column 1", id="cut-in-quotes"),
        pytest.param(b"items:\n- kind: Volume\n", "YAML ends in the middle: a list without its kind", id="cut-list"),
        pytest.param(b"kind: VolumeList\nitems: 3\n", "the items of a VolumeList are no list", id="odd-yaml-items"),
        pytest.param(gzip.compress(_VOLUME.encode())[:-9], "cut or damaged gzip", id="cut-gzip"),
        pytest.param(b"\x1f\x8b\x08junk", "cut or damaged gzip", id="junk-gzip"),
        pytest.param(json.dumps(any_list([])), "no Longhorn objects", id="no-objects"),
        pytest.param(json.dumps(typed_list(VOLUMES, [])), "no Longhorn objects", id="typed-but-empty"),
        pytest.param('{"kind":"Pod","apiVersion":"v1"}', "no Longhorn objects among 1 (v1/Pod)", id="only-others"),
        pytest.param(
            json.dumps(volume_object(namespace="storage")),
            "no Longhorn objects of this namespace, but 1 of namespace 'storage'", id="only-elsewhere",
        ),
        pytest.param(json.dumps(volume_object(spec=3)), "no Longhorn objects: none of 1 could be", id="unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_dump_is_refused_in_one_line(content: bytes | str, message: str, tmp_path: Path) -> None:
    """The error says which file, where in it, and what."""
    with pytest.raises(InputError) as refused:
        read_text(tmp_path, content)
    assert str(refused.value).startswith(f"{tmp_path}/dump: {message}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        pytest.param("missing", "No such file or directory", id="missing"),
        pytest.param("file/inner", "Not a directory", id="beneath-a-file"),
        pytest.param("a\0b", "embedded null byte", id="no-path"),
        pytest.param("empty", "no .json, .yaml or .yml file in this folder", id="empty-folder"),
        pytest.param("others", "no Longhorn objects", id="folder-of-others"),
        pytest.param("hollow", "empty", id="folder-with-a-hollow-file"),
        pytest.param("cut", "JSON ends in the middle of an object at byte 20", id="folder-with-a-cut-file"),
    ],
)
def test_what_cannot_be_opened_is_refused_in_one_line(path: str, message: str, tmp_path: Path) -> None:
    """A path that leads nowhere, and folders that hold no dump or a broken one; the message names the file."""
    (tmp_path / "file").write_text("x")
    for name, file, text in (
        ("empty", "notes.txt", "x"),
        ("others", "values.yaml", "a: b"),
        ("hollow", "volumes.yaml", "\n"),
        ("cut", "x.json", '{"kind": "Volume",  '),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / file).write_text(text)
    with pytest.raises(InputError, match=message.replace(".", r"\.")) as refused:
        read_dump(str(tmp_path / path))
    assert str(refused.value).startswith(str(tmp_path / path).replace("\0", r"\x00"))


def test_an_unreadable_file_in_a_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Permission denied is told with the file's name."""
    (tmp_path / "volumes.json").write_text(_VOLUME)

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(InputError, match=r"volumes\.json: Permission denied"):
        read_dump(str(tmp_path))


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder below that may not be entered might hold half of the dump."""
    (tmp_path / "volumes.json").write_text(_VOLUME)
    (tmp_path / "closed").mkdir()
    scandir = os.scandir

    def denied(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", denied)
    with pytest.raises(InputError, match=r"closed: Permission denied"):
        read_dump(str(tmp_path))


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    """It is stopped while it unpacks, long before it is unpacked."""
    bomb = gzip.compress(b" " * (80 << 20))
    with pytest.raises(InputError, match=r"a decompression bomb: \d+ bytes unpack to 6\d{7} and more"):
        read_text(tmp_path, bomb)


def test_a_terminal_is_notread_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything piped in a dash would wait for ever."""
    leader, follower = os.openpty()
    with os.fdopen(leader, "rb"), os.fdopen(follower) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        with pytest.raises(InputError, match="standard input: nothing is piped in"):
            read_dump("-")


def test_a_name_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    """Escape sequences and line breaks in a file's name come out as text."""
    path = tmp_path / "a\x1b[31m\nb.json"
    path.write_text("{")
    with pytest.raises(InputError) as refused:
        read_dump(str(path))
    assert str(refused.value).startswith(f"{tmp_path}/a\\x1b[31m b.json: JSON ends")
