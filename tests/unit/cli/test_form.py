"""Every form in which people keep a dump says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from dumped import FORMS, write_folder
from unit.cli.conftest import Command, Ran
from unit.cli.moment import DEADLOCK, at, dump_at, objects

CLOCK = "06:40:00"
COMMANDS = [pytest.param(("check",), id="check"), pytest.param(("drain-check", "--all"), id="drain-check")]


def told(command: Command, arguments: tuple[str, ...], path: Path) -> Ran:
    """Return what a command says of a dump, as JSON."""
    return command(*arguments, "-o", "json", "--from", path, "--at", at(CLOCK))


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("form", FORMS)
def test_a_file(command: Command, tmp_path: Path, arguments: tuple[str, ...], form: str) -> None:
    """JSON, YAML, gzip and support bundles are judged alike."""
    path = tmp_path / "kept"
    path.write_bytes(FORMS[form](objects(DEADLOCK, CLOCK)))
    wanted = command(*arguments, "-o", "json", *dump_at(tmp_path, DEADLOCK, CLOCK))
    assert wanted.status == 1
    assert told(command, arguments, path) == wanted


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_folder(command: Command, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """So is a folder of files, one a resource."""
    folder = tmp_path / "kept"
    folder.mkdir()
    wanted = command(*arguments, "-o", "json", *dump_at(tmp_path, DEADLOCK, CLOCK))
    assert told(command, arguments, write_folder(folder, objects(DEADLOCK, CLOCK))) == wanted
