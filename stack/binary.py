"""The real servers and tools, built from source the first time they are wanted."""

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
    return Binaries(**built(*Binaries._fields))


def built(*names: str) -> dict[str, Path]:
    """Return where servers and tools of tests/tools lie, by name, built first where they are not.

    That takes minutes with a cold cache; what is built, and how long it took, is said on standard error.

    Raises:
        ConfigError: one cannot be built; why has been said on standard error.
    """
    command: list[str | Path] = [BUILD, *names]
    found = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603  # this repository's
    if found.returncode != 0:
        raise ConfigError(f"cannot build {' and '.join(names)}; the reason is above")
    return {name: Path(path) for name, path in (line.split("=", 1) for line in found.stdout.splitlines())}
