"""The runbooks' commands, as somebody types them from top to bottom, with the names filled in.

A command is a line of a block marked ``sh``, or code in a sentence that begins with one of the programs. Words in
capitals stand for names; the index of the runbooks says for which.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

RUNBOOKS: Final = Path(__file__).parents[2] / "docs" / "runbooks"
INDEX: Final = RUNBOOKS / "README.md"
NAMES: Final = sorted(path.stem for path in RUNBOOKS.glob("Longhorn*.md"))
READ: Final = frozenset({"get", "describe", "auth", "api-resources", "check", "drain-check"})
CHANGE: Final = frozenset({"patch", "delete", "cordon", "uncordon"})

_CODE: Final = re.compile(
    r"^ *```(?P<language>\w*)\n(?P<block>.*?)^ *```$|`(?P<inline>(?:kubectl|longhorn-cr-exporter|curl) [^`\n]+)`",
    re.DOTALL | re.MULTILINE,
)
_CONTINUED: Final = re.compile(r"\\\n\s*")
_PLACEHOLDER: Final = re.compile(r"\b[A-Z][A-Z_]+[A-Z]\b(?!:\.)")
_PLACEHOLDER_ROW: Final = re.compile(r"^\| ([A-Z][A-Z_, ]+) \|", re.MULTILINE)
_OPTIONS_WITH_VALUE: Final = frozenset({"-n", "-o", "-l", "-p", "--namespace", "--field-selector"})


class Command(NamedTuple):
    """One command of a runbook. ``text`` is as it is written there."""

    runbook: str
    text: str

    @property
    def words(self) -> list[str]:
        """Its words as the shell would split them, up to a pipe or another command."""
        words = shlex.split(self.text, comments=True)
        return words[: next((at for at, word in enumerate(words) if word in {"|", "&&"}), len(words))]

    @property
    def program(self) -> str:
        """What is run."""
        return self.words[0]

    @property
    def arguments(self) -> list[str]:
        """Its words without the program, options and their values: the verb, then what it is about."""
        found: list[str] = []
        words = iter(self.words[1:])
        for word in words:
            if word in _OPTIONS_WITH_VALUE:
                next(words)
            elif not word.startswith("-"):
                found.append(word)
        return found

    @property
    def verb(self) -> str:
        """What the program is told to do; "" where it has no verbs."""
        return next(iter(self.arguments), "") if self.program != "curl" else ""

    @property
    def placeholders(self) -> set[str]:
        """The words in capitals that stand for names."""
        return set(_PLACEHOLDER.findall(self.text))

    def value(self, option: str) -> str:
        """Return an option's value, "" without it."""
        for at, word in enumerate(self.words):
            if word == option:
                return self.words[at + 1]
            if word.startswith(f"{option}="):
                return word.partition("=")[2]
        return ""

    def filled(self, names: Mapping[str, str]) -> Command:
        """Return it with the names in it; a placeholder that has none is a KeyError."""
        return self._replace(text=_PLACEHOLDER.sub(lambda found: names[found[0]], self.text))


def commands(runbook: str) -> list[Command]:
    """Return a runbook's commands in the order in which they are read."""
    text = (RUNBOOKS / f"{runbook}.md").read_text(encoding="utf-8")
    return [Command(runbook, line) for line in _lines(text)]


def blocks(runbook: str) -> list[str]:
    """Return the languages that a runbook's blocks are marked with, "" for one that is not."""
    text = (RUNBOOKS / f"{runbook}.md").read_text(encoding="utf-8")
    return [found["language"] for found in _CODE.finditer(text) if found["block"] is not None]


def explained_placeholders() -> set[str]:
    """Return the placeholders that the index explains."""
    rows = _PLACEHOLDER_ROW.findall(INDEX.read_text(encoding="utf-8"))
    return {name.strip() for row in rows for name in row.split(",")}


def _lines(text: str) -> Iterator[str]:
    for found in _CODE.finditer(text):
        if found["inline"]:
            yield found["inline"]
        elif found["language"] == "sh":
            lines = _CONTINUED.sub("", found["block"]).splitlines()
            yield from (line.strip() for line in lines if line.strip())
