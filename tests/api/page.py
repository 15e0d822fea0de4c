"""The commands of a page of the documentation, as somebody types them from top to bottom, with the names filled in.

A command is a line of a block marked ``sh``, or code in a sentence that begins with one of the programs. Words in
capitals stand for names. Behind ``# →`` may stand what a command says when all is well.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

_CODE: Final = re.compile(
    r"^ *```(?P<language>\w*)\n(?P<block>.*?)^ *```$|`(?P<inline>(?:kubectl|helm|longhorn-cr-exporter|curl) [^`\n]+)`",
    re.DOTALL | re.MULTILINE,
)
_CONTINUED: Final = re.compile(r"\\\n\s*")
_PLACEHOLDER: Final = re.compile(r"\b[A-Z][A-Z_]+[A-Z]\b(?!:\.)")
_PROMISE: Final = " # → "
_OPTIONS_WITH_VALUE: Final = frozenset({"-n", "-o", "-l", "-p", "--namespace", "--field-selector"})


class Command(NamedTuple):
    """One command of a page. ``text`` is as it is written there."""

    page: str
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
    def promise(self) -> str:
        """What the page promises that it says; "" where it promises nothing."""
        return self.text.partition(_PROMISE)[2].strip()

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


def commands(page: Path, *, below: str = "") -> list[Command]:
    """Return a page's commands in the order in which they are read, or those below one heading."""
    text = page.read_text(encoding="utf-8")
    return [Command(page.stem, line) for line in _lines(section(text, below) if below else text)]


def blocks(page: Path, *, language: str) -> list[str]:
    """Return the blocks that are marked with a language."""
    return [code["block"] for code in _blocks(page) if code["language"] == language]


def languages(page: Path) -> list[str]:
    """Return the languages that the page's blocks are marked with, "" for one that is not."""
    return [code["language"] for code in _blocks(page)]


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next of any depth; no such heading is a ValueError."""
    lines = text.splitlines(keepends=True)
    begin = next((at for at, line in enumerate(lines) if line.lstrip("#") == f" {heading}\n"), None)
    if begin is None:
        raise ValueError(f"no heading {heading!r}")
    end = next((at for at in range(begin + 1, len(lines)) if re.match(r"#+ \S", lines[at])), len(lines))
    return "".join(lines[begin + 1 : end])


def _blocks(page: Path) -> Iterator[re.Match[str]]:
    found = _CODE.finditer(page.read_text(encoding="utf-8"))
    return (code for code in found if code["block"] is not None)


def _lines(text: str) -> Iterator[str]:
    for found in _CODE.finditer(text):
        if found["inline"]:
            yield found["inline"]
        elif found["language"] == "sh":
            lines = _CONTINUED.sub("", found["block"]).splitlines()
            yield from (line.strip() for line in lines if line.strip())
