"""The program's streams: text that is harmless on a terminal, and output whose reader has gone away."""

from __future__ import annotations

import os
import sys

from ..replay.narration import printable


def clean(text: str) -> str:
    """Return one line without control characters."""
    return printable(" ".join(text.split()))


def abandon_output() -> None:
    """Send what is still to be written to standard output nowhere: its reader has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
