"""kubectl as it was built here."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import yaml

from chart.helm import Json


class RefusedError(AssertionError):
    """Kubectl ended with an error; the message is what it wrote."""


class Kubectl:
    """Commands with the rights of a kubeconfig."""

    def __init__(self, binary: Path, kubeconfig: Path) -> None:
        self.binary = binary
        self.kubeconfig = kubeconfig

    def __call__(self, *arguments: str | Path, given: str = "") -> str:
        """Run one, with ``given`` on its standard input; return what it writes to its standard output."""
        command = [self.binary, f"--kubeconfig={self.kubeconfig}", *arguments]
        done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RefusedError(done.stderr)
        return done.stdout

    def apply(self, *files: Path) -> None:
        """Create or change what files define."""
        self("apply", "--server-side", *(f"--filename={file}" for file in files))

    def try_out(self, objects: Iterable[Json]) -> list[str]:
        """Have the server do all but keep the objects, strict about their fields; return their names."""
        given = yaml.safe_dump_all(objects)
        said = self(
            "apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-", "-o", "name", given=given
        )
        return said.splitlines()
