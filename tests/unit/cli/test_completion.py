"""``completion``: the scripts, and what a shell is answered through them."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from longhorn_cr_exporter.cli.main import cli
from unit.cli.conftest import Command


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shells_script_names_the_program(command: Command, shell: str) -> None:
    """The script binds to the program's name and asks it through its own variable."""
    ran = command("completion", shell)
    assert (ran.status, ran.err) == (0, "")
    assert "longhorn-cr-exporter" in ran.out
    assert f"_LONGHORN_CR_EXPORTER_COMPLETE={shell}_complete" in ran.out


def test_no_other_shell_is_known(command: Command) -> None:
    """One line says which there are."""
    ran = command("completion", "tcsh")
    assert ran.status == 2
    assert "'bash', 'zsh', 'fish'" in ran.err


def test_bash_is_answered() -> None:
    """What bash has of the line is completed with the commands that begin so."""
    code = "import sys; sys.argv[0] = 'longhorn-cr-exporter'; from longhorn_cr_exporter.cli.main import main; main()"
    environment = {
        "_LONGHORN_CR_EXPORTER_COMPLETE": "bash_complete",
        "COMP_WORDS": "longhorn-cr-exporter dr",
        "COMP_CWORD": "1",
        "PYTHONPATH": ":".join(sys.path),
    }
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout == "plain,drain-check\n"


def options() -> list[object]:
    """Return every option of every command, with its command's name."""
    context = click.Context(cli)
    commands = {"": cli} | {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    return [
        pytest.param(option, id=f"{name}{option.opts[0]}")
        for name, command in commands.items()
        for option in command.params  # type: ignore[union-attr]  # every listed command is there
        if isinstance(option, click.Option) and option.expose_value
    ]


@pytest.mark.parametrize("option", options())
def test_every_option_has_its_environment_variable(option: click.Option) -> None:
    """The variable goes by the flag."""
    assert option.envvar == "LONGHORN_CR_EXPORTER_" + option.opts[0].removeprefix("--").upper().replace("-", "_")
