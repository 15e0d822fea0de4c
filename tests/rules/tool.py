"""The real tools that judge rules and jsonnet, each run on files."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from rules.rulebook import ROOT
from stack.binary import built


@cache
def tool(name: str) -> Path:
    """Return where a tool is, built first where it is not."""
    return built(name)[name]


def run(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a tool; what it says is in ``stdout``, with its errors."""
    command = [tool(name), *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


def jsonnet_files(root: Path = ROOT) -> list[Path]:
    """Return every jsonnet file of the alerts."""
    return [root / "mixin.libsonnet", *sorted((root / "alerts").rglob("*.libsonnet"))]


def badly_formatted(files: Iterable[Path]) -> str:
    """Return what jsonnetfmt complains of, "" where it does not."""
    result = run("jsonnetfmt", "--test", *files)
    return "" if result.returncode == 0 else result.stdout or "not formatted"


def lint(file: Path) -> str:
    """Return what jsonnet-lint complains of, "" where it does not."""
    result = run("jsonnet-lint", file)
    return "" if result.returncode == 0 else result.stdout
