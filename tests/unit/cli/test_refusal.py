"""Bad input of every kind: exit status 2, nothing on standard output, and one line that says what and where."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from unit.cli.conftest import Command

COMMANDS = [pytest.param(("check",), id="check"), pytest.param(("drain-check", "--all"), id="drain-check")]


def zipped_with_a_way_out(path: Path) -> None:
    """Write a zip whose member would be written outside of its folder."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../yamls/cluster/v1/nodes.yaml", "kind: List")


FILES = [
    pytest.param(b"", "empty", id="empty"),
    pytest.param(b"{", "dump", id="cut-json"),
    pytest.param(b"a: [1", "dump", id="cut-yaml"),
    pytest.param(b"hello", "dump", id="prose"),
    pytest.param(b"\x00\x01\x02\xff", "dump", id="binary"),
    pytest.param(b"PK\x03\x04broken", "dump", id="broken-zip"),
    pytest.param(b'{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p"}}', "no Longhorn objects", id="pods"),
]


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize(("content", "said"), FILES)
def test_a_file_that_is_no_dump(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], content: bytes, said: str
) -> None:
    """The file is named."""
    path = tmp_path / "dump"
    path.write_bytes(content)
    ran = command(*arguments, "--from", path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("longhorn-cr-exporter: ")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("--from", "/nowhere/dump.json"), "/nowhere/dump.json: No such file or directory", id="no-file"),
        pytest.param(("--from", "x", "--at", "tea-time"), "'tea-time' is no time", id="no-time"),
        pytest.param(("--timeout", "0"), "0.0 is not in the range x>0", id="no-patience"),
        pytest.param(("--output", "xml"), "'xml' is not one of 'table', 'json'", id="no-such-form"),
        pytest.param(("--kubeconfig", "/nowhere/config"), "/nowhere/config", id="no-kubeconfig"),
        pytest.param(("--frm", "x"), "No such option", id="no-such-option"),
    ],
)
@pytest.mark.parametrize("arguments", COMMANDS)
def test_an_option_without_a_sense(
    command: Command, arguments: tuple[str, ...], options: tuple[str, ...], said: str
) -> None:
    """The option's value is named."""
    ran = command(*arguments, *options)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_zip_that_leads_out_of_itself(command: Command, tmp_path: Path) -> None:
    """Path tricks are refused by the member's name."""
    zipped_with_a_way_out(tmp_path / "bundle.zip")
    ran = command("check", "--from", tmp_path / "bundle.zip")
    assert (ran.status, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1


def test_a_hostile_file_name_moves_no_cursor(command: Command, tmp_path: Path) -> None:
    """The line on standard error is as harmless as the table."""
    ran = command("check", "--from", tmp_path / "x\x1b[2J\ny")
    assert ran.status == 2
    assert "\x1b" not in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("options", [("--from", "x"), ("--at", "2026-03-02T06:33:00Z")], ids=["from", "at"])
def test_only_a_cluster_can_be_watched(command: Command, options: tuple[str, ...]) -> None:
    """--watch goes with neither a dump nor another time."""
    said = "longhorn-cr-exporter: --watch follows a cluster: it goes with neither --from nor --at\n"
    assert command("check", "--watch", *options) == (2, "", said)
