"""The exit status, whatever becomes of the output or of the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from longhorn_cr_exporter.cli.main import cli
from unit.cli.conftest import Command
from unit.cli.moment import DEADLOCK, dump_at


@pytest.mark.parametrize("form", ["table", "json"])
@pytest.mark.parametrize(
    ("node", "status"), [pytest.param("n2", "0", id="degrading"), pytest.param("n1", "1", id="unsafe")]
)
def test_a_reader_that_goes_away_changes_nothing(tmp_path: Path, node: str, status: str, form: str) -> None:
    """``drain-check n1 | true`` still says whether n1 may be drained, without a complaint."""
    program = f"{sys.executable} -c 'from longhorn_cr_exporter.cli.main import main; main()'"
    options = " ".join(dump_at(tmp_path, DEADLOCK, "06:33:00"))
    pipe = f'{program} drain-check {node} -o {form} {options} | true; echo "${{PIPESTATUS[0]}}"'
    environment = {**os.environ, "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run(["bash", "-c", pipe], capture_output=True, text=True, check=True, env=environment)
    assert (done.stdout, done.stderr) == (f"{status}\n", "")


def test_a_defect_is_no_answer(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that nobody foresaw ends with 2 and its traceback: 1 would say that something is found."""

    @click.command()
    def broken() -> None:
        raise RuntimeError("a defect")

    monkeypatch.setitem(cli.commands, "broken", broken)
    ran = command("broken")
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.endswith("RuntimeError: a defect\n")


def test_a_command_does_not_load_the_others() -> None:
    """``version`` answers without the server, the cluster's client and what draws tables."""
    code = (
        "import sys; sys.argv = ['longhorn-cr-exporter', 'version']\n"
        "from longhorn_cr_exporter.cli.main import main\n"
        "try: main()\nexcept SystemExit: print(sorted({'aiohttp', 'kubernetes', 'rich'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("[]\n")
