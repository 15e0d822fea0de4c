"""Zips from strangers: what is read out of them, and what ends the reading."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from dumped import bundle, bundled_list, cluster_objects, read_text, volume_object, zipped
from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.model.resource import VOLUMES

VOLUMES_PATH = "b/yamls/namespaced/longhorn-system/longhorn.io/v1beta2/volumes.yaml"
GOOD: dict[str, str | bytes] = {VOLUMES_PATH: bundled_list([volume_object()])}


def _with(name: str, content: str | bytes = "x", **attributes: int) -> bytes:
    """A bundle with one member more, whose ZipInfo has these attributes."""
    file = io.BytesIO(zipped(GOOD))
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(info, content)
    return file.getvalue()


def _encrypted() -> bytes:
    """Set the flag in the local header and in the directory, as a zip with a password has it."""
    content = bytearray(zipped(GOOD))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def _damaged() -> bytes:
    content = bytearray(zipped(GOOD))
    start = 30 + len(VOLUMES_PATH)
    content[start + 20 : start + 30] = b"\xff" * 10
    return bytes(content)


def _understated() -> bytes:
    """A member that unpacks to more than it declares."""
    content = bytearray(zipped(GOOD))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = struct.pack("<I", 40)
    return bytes(content)


def test_other_members_are_not_read(tmp_path: Path) -> None:
    """Logs, nested zips, hidden files and other resources of a bundle may hold anything, broken things included."""
    others: dict[str, str | bytes] = {
        "b/logs/longhorn-system/m/volumes.log": "kind: Volume",
        "b/nodes/n1.zip": b"PK\x03\x04 broken",
        "b/.hidden/volumes.yaml": "{",
        "b/yamls/cluster/v1/namespaces.yaml": "kind: Volume\n\t{",
        "b/yamls/namespaced/longhorn-system/v1/events.yaml": "kind: Volume\n\t{",
        "b/metadata.yaml": "projectname: Longhorn",
        "b/bundleGenerationError.log": "",
        "b/empty.yaml": "",
    }
    dump = read_text(tmp_path, zipped(GOOD | others))
    assert [obj.name for obj in dump.objects[VOLUMES]] == ["a"]
    assert (dump.total, dump.skipped.total()) == (1, 0)


def test_a_bundle_lies_anywhere_in_the_tree(tmp_path: Path) -> None:
    """Older layouts: a file named otherwise, beside others, in JSON too."""
    members = {"x/yamls/longhorn/longhorn-system/all.yaml": bundled_list([volume_object("a")]), "y.json": "{}"}
    assert [obj.name for obj in read_text(tmp_path, zipped(members)).objects[VOLUMES]] == ["a"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(lambda: zipped(GOOD)[:-30], "a zip that is cut or broken", id="cut"),
        pytest.param(lambda: zipped(GOOD)[:40], "a zip that is cut or broken", id="cut-early"),
        pytest.param(lambda: zipped({}), "no Longhorn objects", id="no-members"),
        pytest.param(lambda: zipped({"logs/x.log": "x"}), "no Longhorn objects", id="no-text"),
        pytest.param(lambda: _with("../../etc/x.yaml"), "member '../../etc/x.yaml' leads out of", id="parent"),
        pytest.param(lambda: _with("b/../../x"), "member 'b/../../x' leads out", id="parent-within"),
        pytest.param(lambda: _with("/etc/passwd"), "member '/etc/passwd' leads out", id="absolute"),
        pytest.param(lambda: _with("..\\x.yaml"), r"member '..\\x.yaml' leads out", id="backslash"),
        pytest.param(lambda: _with("C:/x.yaml"), "member 'C:/x.yaml' leads out", id="drive"),
        pytest.param(
            lambda: _with("b/nodes.yaml", "/etc/passwd", external_attr=(stat.S_IFLNK | 0o777) << 16),
            "member 'b/nodes.yaml' is a symbolic link", id="symlink",
        ),
        pytest.param(_encrypted, f"member '{VOLUMES_PATH}' is encrypted", id="encrypted"),
        pytest.param(_damaged, f"member '{VOLUMES_PATH}' is broken", id="damaged"),
        pytest.param(_understated, f"member '{VOLUMES_PATH}' is broken", id="understated"),
        pytest.param(
            lambda: _with("b/nodes.yaml", b"\0" * (70 << 20)), "b/nodes.yaml: a decompression bomb: ", id="bomb"
        ),
        pytest.param(lambda: _with("b/volumes.yaml", ""), "b/volumes.yaml: empty", id="hollow"),
        pytest.param(lambda: _with("b/engines.json", '{"kind": '), "b/engines.json: JSON ends in the", id="cut-json"),
        pytest.param(lambda: _with("b/x.yaml", "kind: Volume\n\t-"), "b/x.yaml: malformed YAML", id="malformed"),
    ],
)  # fmt: skip
def test_a_bundle_that_is_not_to_be_trusted_is_refused(
    content: Callable[[], bytes], message: str, tmp_path: Path
) -> None:
    """One line that names the zip and the member, and nothing is read on."""
    with pytest.raises(InputError) as refused:
        read_text(tmp_path, content())
    assert str(refused.value).startswith(f"{tmp_path}/dump: {message}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        pytest.param("dump_bundle._MAX_MEMBERS", 1, "a zip of 2 members, more than 1", id="members"),
        pytest.param("dump_bundle._MAX_MEMBER_BYTES", 100, "unpacks to more than 0 GiB", id="member"),
        pytest.param("dump_content.MAX_BYTES", 500, "unpacks to more than 0 GiB", id="all"),
    ],
)
def test_a_bundle_beyond_the_limits_is_refused(
    limit: str, value: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too many members, one too large, all too large together: known before anything is unpacked."""
    monkeypatch.setattr(f"longhorn_cr_exporter.replay.{limit}", value)
    with pytest.raises(InputError, match=message):
        read_text(tmp_path, _with("b/other.yaml", "x" * 400))


def test_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle is read in place, into memory."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    read_text(tmp_path, bundle(cluster_objects()))
    assert [path.name for path in tmp_path.iterdir()] == ["dump"]
