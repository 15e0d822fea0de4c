"""The real servers, built from source the first time they are wanted."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

from longhorn_cr_exporter.error import ConfigError

from .place import BUILD


class Binaries(NamedTuple):
    """Where the servers' executables are."""

    prometheus: Path
    alertmanager: Path


def binaries() -> Binaries:
    """Return the executables. What is built for it, and how long that took, is said on standard error.

    Raises:
        ConfigError: they cannot be built; why has been said on standard error.
    """
    command: list[str | Path] = [BUILD, *Binaries._fields]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  # this repository's
    if found.returncode != 0:
        raise ConfigError("cannot build Prometheus and Alertmanager; the reason is above")
    return Binaries(**{name: Path(path) for name, path in (line.split("=", 1) for line in found.stdout.splitlines())})
