"""The one line that says which file is refused, and why."""

from __future__ import annotations

from typing import Final

from ..error import InputError

_MAX_CHARACTERS: Final = 400


def refusal(name: str, what: str) -> InputError:
    """Return the error ``name: what``, in one line that a terminal can show whatever a dump put into it."""
    line = " ".join(f"{name}: {what}".split())
    printable = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
    return InputError(printable if len(printable) <= _MAX_CHARACTERS else printable[: _MAX_CHARACTERS - 1] + "…")
