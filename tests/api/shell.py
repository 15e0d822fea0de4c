"""A shell into which the documentation's commands are typed."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

from stack.binary import built

_ROOT: Final = Path(__file__).parents[2]
_WITHIN_SECONDS: Final = 120


class Said(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int
    output: str
    complaint: str


class Shell:
    """A shell at the repository's root with the program and tools at hand, and the administrator's kubeconfig."""

    def __init__(self, folder: Path, kubeconfig: Path, *tools_built: str) -> None:
        tools = folder / "bin"
        tools.mkdir()
        for name, binary in built(*tools_built).items():
            (tools / name).symlink_to(binary)
        path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), "/usr/bin", "/bin"])
        self._environment = {"PATH": path, "HOME": str(folder), "KUBECONFIG": str(kubeconfig)}

    async def run(self, line: str) -> Said:
        """Run a line to its end."""
        process = await asyncio.create_subprocess_exec(
            *("bash", "-c", line),
            env=self._environment,
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(_WITHIN_SECONDS):
                output, complaint = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return Said(process.returncode or 0, output.decode(), complaint.decode())
