"""The program's commands as they are typed at a terminal, run in this process: a new one takes a second to start."""

from __future__ import annotations

import asyncio
import json
from typing import NamedTuple

from click.testing import CliRunner

from api.admin import Json
from longhorn_cr_exporter.cli.main import cli


class Output(NamedTuple):
    """A command's exit status and what it wrote."""

    status: int
    text: str

    @property
    def document(self) -> Json:
        """Return the JSON that it wrote."""
        document: Json = json.loads(self.text)
        return document


class Terminal:
    """A terminal: a command has it to itself, as a process has its standard output."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def run(self, *words: str) -> Output:
        """Run a command to its end, beside the event loop; fail where it could not tell."""
        async with self._turn:
            result = await asyncio.to_thread(CliRunner().invoke, cli, words, standalone_mode=False)
        assert result.exception is None, f"{' '.join(words)}: {result.exception}"
        return Output(result.return_value, result.stdout)
