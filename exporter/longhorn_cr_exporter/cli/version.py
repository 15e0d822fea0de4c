"""``version``."""

from __future__ import annotations

import platform

import click

from ..version import REVISION, __version__


@click.command()
def version() -> None:
    """Say which version this is."""
    revision = f" ({REVISION})" if REVISION else ""
    click.echo(f"longhorn-cr-exporter {__version__}{revision}, Python {platform.python_version()}")
