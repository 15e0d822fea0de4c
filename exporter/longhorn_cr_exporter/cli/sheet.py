"""Text for a person: wrapped and indented to the terminal, coloured only on one, and harmless whatever it quotes."""

from __future__ import annotations

from typing import Final, TextIO

from rich.console import Console
from rich.text import Text

from .stream import clean

_WIDEST: Final = 110  # lines longer than that are hard to read
_NARROWEST: Final = 40


class _Console(Console):
    """Leaves it to the program what a reader means that goes away: rich itself would end it, with status 1."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


class Sheet:
    """Writes to one stream. rich decides on colours (``NO_COLOR``, ``FORCE_COLOR``) and on the width (``COLUMNS``).

    What is written may come from the cluster: it is taken as plain text, never as markup, and what could move a
    terminal's cursor is replaced.
    """

    def __init__(self, out: TextIO) -> None:
        self._console = _Console(file=out, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self._width = max(_NARROWEST, min(self._console.width, _WIDEST))

    def blank(self) -> None:
        """Write an empty line."""
        self._console.print()

    def title(self, *parts: tuple[str, str, int]) -> None:
        """Write a line of (text, style, width to fill) parts, two spaces apart, wrapped where it must be."""
        texts = [Text(clean(text), style) for text, style, _ in parts]
        for text, (_, _, width) in zip(texts, parts, strict=True):
            text.pad_right(max(0, width - text.cell_len))
        self._write(Text("  ").join(texts), first="", rest="    ")

    def paragraph(self, text: str, *, label: str = "", indent: int = 2, style: str = "") -> None:
        """Write a wrapped paragraph; a label stands before its first line, and the others hang below its text."""
        first = " " * indent + label
        self._write(Text(clean(text), style), first=first, rest=" " * len(first))

    def command(self, text: str, *, indent: int = 2) -> None:
        """Write a command to copy: never wrapped here, so that it stays one line."""
        self._console.print(Text(" " * indent) + Text(clean(text), "bold"))

    def _write(self, text: Text, *, first: str, rest: str) -> None:
        lines = text.wrap(self._console, self._width - len(rest), overflow="fold")
        for number, line in enumerate(lines):
            line.rstrip()
            self._console.print(Text(first if number == 0 else rest) + line)
