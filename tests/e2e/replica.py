"""A replica of the exporter: the real ``serve`` in a process of its own, killed and started again as a kubelet does."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Final

from api.control_plane import free_ports
from stack.child import Child

PROGRAM: Final = Path(sys.executable).with_name("longhorn-cr-exporter")
_SERVING: Final = re.compile(r"msg=(serving) ")


class Replica:
    """One that follows the API server at ``api_server``; its address stays, whatever happens to its process."""

    def __init__(self, name: str, api_server: str, folder: Path) -> None:
        (port,) = free_ports(1)
        self.address = f"127.0.0.1:{port}"
        self._name = name
        self._folder = folder
        self._kubeconfig = folder / f"{name}.kubeconfig"
        self._kubeconfig.write_text(json.dumps(_kubeconfig(api_server)))
        self._starts = 0
        self._child: Child | None = None

    async def start(self) -> None:
        """Start it and return when it listens."""
        self._starts += 1
        command: list[str | Path] = [PROGRAM, "serve", f"--listen={self.address}", f"--kubeconfig={self._kubeconfig}"]
        self._child = await Child.start(self._name, command, self._folder / f"{self._name}-{self._starts}.log")
        await self._child.says(_SERVING)

    async def kill(self) -> None:
        """End it as a crash does."""
        if self._child is not None:
            await self._child.kill()


def _kubeconfig(server: str) -> dict[str, object]:
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "recorded",
        "contexts": [{"name": "recorded", "context": {"cluster": "recorded", "user": "nobody"}}],
        "clusters": [{"name": "recorded", "cluster": {"server": server}}],
        "users": [{"name": "nobody", "user": {}}],
    }
