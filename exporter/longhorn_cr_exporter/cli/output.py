"""How an answer leaves: as a table for people, or as JSON for scripts."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Final, TypeVar

import click
import msgspec

from ..report.document import Document
from .option import option
from .sheet import Sheet
from .stream import abandon_output

D = TypeVar("D", bound=Document)
_TERMINAL_CONTROL: Final = re.compile(rb"\x7f|\xc2[\x80-\x9f]")

output: Final = option(
    "--output", "-o", type=click.Choice(("table", "json")), default="table", help="For people, or for scripts."
)


def write(document: D, form: str, table: Callable[[Sheet, D], None]) -> None:
    """Write a document to standard output in the form that was asked for.

    A reader that goes away early (``… | head``) changes nothing about the exit status, which is an answer too.
    """
    try:
        if form == "json":
            sys.stdout.buffer.write(json_text(document))
        else:
            table(Sheet(sys.stdout), document)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_output()


def json_text(document: Document) -> bytes:
    """Return indented JSON, with a newline at its end."""
    return harmless(msgspec.json.format(msgspec.json.encode(document), indent=2)) + b"\n"


def harmless(text: bytes) -> bytes:
    """Return JSON that moves no terminal's cursor: what JSON itself leaves as it is, and some terminals obey."""
    return _TERMINAL_CONTROL.sub(lambda found: b"\\u%04x" % found[0][-1], text)
