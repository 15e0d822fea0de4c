"""``completion``: what makes a shell complete this program's commands and options."""

from __future__ import annotations

from typing import Final

import click
from click.shell_completion import get_completion_class

_VARIABLE: Final = "_LONGHORN_CR_EXPORTER_COMPLETE"  # click's own rule for the name of the program


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of a shell.

    \b
    bash  source <(longhorn-cr-exporter completion bash)
    zsh   source <(longhorn-cr-exporter completion zsh)
    fish  longhorn-cr-exporter completion fish | source
    """  # noqa: D301 - the \b is click's, and keeps the lines below it as they are
    root = context.find_root()
    script = get_completion_class(shell)
    if script is None:
        raise click.UsageError(f"no completion for {shell}")
    click.echo(script(root.command, {}, root.info_name or "", _VARIABLE).source())
