"""Drains as they would go: what ``drain-check`` says beforehand, and what ``kubectl drain`` then does.

Everything is real but Longhorn itself, whose part the rehearsal plays: it takes budgets away when Longhorn did, or said
that it would (``drain_case``), and at no word of the code under test.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final, NamedTuple

from api.admin import Json
from api.command import Command
from api.scene import Scene
from api.terminal import Terminal

AT_ONCE: Final = "goes through at once"
AFTER_WAITING: Final = "goes through after waiting"
HANGS: Final = "hangs"

_REFUSED: Final = "Cannot evict pod as it would violate the pod's disruption budget"
_TRIES: Final = 2
"""How often one pod must be refused, when nothing is left to happen, for the drain to hang: kubectl asks every 5 s."""
_PATIENCE: Final = "--timeout=5m"


class Answer(NamedTuple):
    """What ``drain-check`` says: its exit status, and the node's part of its document."""

    status: int
    node: Json


class Rehearsal(NamedTuple):
    """What was said before the cordon and once the workloads had left, how the drain went, and which pods are left."""

    before: Answer
    emptied: Answer
    outcome: str
    pods_left: set[str]


class Operator:
    """Somebody with kubectl and this program, who asks before draining."""

    def __init__(self, kubectl: Path, kubeconfig: Path) -> None:
        self._kubectl = kubectl
        self._kubeconfig = kubeconfig
        self._terminal = Terminal()

    async def ask(self, scene: Scene) -> Answer:
        """Ask ``drain-check`` about the scene's node, as its cluster stands."""
        case = scene.case
        release = ("--longhorn-version", case.version) if case.version else ()
        source = ("--kubeconfig", str(self._kubeconfig), "--namespace", scene.namespace, "--at", case.at, *release)
        output = await self._terminal.run("drain-check", case.node, "-o", "json", *source)
        (node,) = output.document["nodes"]
        return Answer(output.status, node)

    async def rehearse(self, scene: Scene, before: Answer) -> Rehearsal:
        """Drain the node, play Longhorn's part, and tell how it went."""
        case = scene.case
        options = ("--force", "--ignore-daemonsets", "--delete-emptydir-data", _PATIENCE)
        async with Command.of(self._kubectl, f"--kubeconfig={self._kubeconfig}", "drain", case.node, *options) as drain:
            await scene.workloads_left()
            emptied = await self.ask(scene)
            await scene.delete_budgets(case.goes)
            if case.goes_later:
                assert await drain.says(_REFUSED, since=time.monotonic()), drain.text
                await scene.delete_budgets(case.goes_later)
            hangs = await drain.says(_REFUSED, since=time.monotonic(), times=_TRIES)
            assert hangs or await drain.end() == 0, drain.text
        outcome = HANGS if hangs else AFTER_WAITING if case.goes_later else AT_ONCE
        return Rehearsal(before, emptied, outcome, await scene.pods())
