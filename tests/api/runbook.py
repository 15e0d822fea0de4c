"""The runbooks: where they are, and which words are their programs' verbs and their placeholders."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from api import page
from api.page import Command

RUNBOOKS: Final = Path(__file__).parents[2] / "docs" / "runbooks"
INDEX: Final = RUNBOOKS / "README.md"
NAMES: Final = sorted(path.stem for path in RUNBOOKS.glob("Longhorn*.md"))
READ: Final = frozenset({"get", "describe", "auth", "api-resources", "check", "drain-check"})
CHANGE: Final = frozenset({"patch", "delete", "cordon", "uncordon"})

_PLACEHOLDER_ROW: Final = re.compile(r"^\| ([A-Z][A-Z_, ]+) \|", re.MULTILINE)


def commands(runbook: str) -> list[Command]:
    """Return a runbook's commands in the order in which they are read."""
    return page.commands(_path(runbook))


def languages(runbook: str) -> list[str]:
    """Return the languages that a runbook's blocks are marked with, "" for one that is not."""
    return page.languages(_path(runbook))


def explained_placeholders() -> set[str]:
    """Return the placeholders that the index explains."""
    rows = _PLACEHOLDER_ROW.findall(INDEX.read_text(encoding="utf-8"))
    return {name.strip() for row in rows for name in row.split(",")}


def _path(runbook: str) -> Path:
    return RUNBOOKS / f"{runbook}.md"
