"""What both tables show: what to do with the commands to type, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ..report.document import GapDocument
from .sheet import Sheet

_COMMAND: Final = ": kubectl "
_NAMED: Final = 20


def write_actions(sheet: Sheet, actions: Iterable[str], *, label: str, indent: int = 2) -> None:
    """Write what to do, and the command that each action ends with on a line of its own; what repeats itself once."""
    commands: dict[str, dict[str, None]] = {}
    for action in actions:
        words, command, arguments = action.partition(_COMMAND)
        commands.setdefault(words + command[:1], {}).update({f"kubectl {arguments}": None} if command else {})
    for words, lines in commands.items():
        sheet.paragraph(words, label=label, indent=indent)
        for line in lines:
            sheet.command(line, indent=indent + len(label))


def others(names: Sequence[str]) -> str:
    """Return the names of what is not told in full; of very many the first, and how many there are besides."""
    more = len(names) - _NAMED
    return f"and {', '.join(names[:_NAMED])}" + (f", and {more} more (--output json tells all)" if more > 0 else "")


def write_gaps(sheet: Sheet, gaps: Iterable[GapDocument]) -> None:
    """Write what could not be read; what has the same reason together."""
    resources: dict[str, list[str]] = {}
    for gap in gaps:
        resources.setdefault(gap.problem, []).append(gap.resource)
    for problem, names in resources.items():
        sheet.paragraph(f"{', '.join(names)}: {problem}", label="unread  ", indent=0, style="yellow")
