"""A cluster that a story is told of: the clock, the settings, and the nodes and volumes by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .journal import Journal
from .node import Node
from .shape import IMAGE, Json, Shapes
from .truth import Account
from .volume import Volume

_MINUTE: Final = 60
_HEARTBEAT: Final = 5 * _MINUTE


class Cluster:
    """A Longhorn cluster at a release with nodes n1, n2, …, from 06:00:00 on."""

    def __init__(self, release: str, *, nodes: int, settings: Mapping[str, str]) -> None:
        self.shapes = Shapes(release)
        self.account = Account()
        self.journal = Journal(self._close_second)
        self.steps: list[Json] = []
        self.volumes: dict[str, Volume] = {}
        self._settings = self.shapes.settings()
        for name, setting in self._settings.items():
            setting["value"] = settings.get(name, _default(name, setting))
            self.journal.add(setting)
        self.nodes = {name: Node(self, name, number) for number in range(1, nodes + 1) for name in [f"n{number}"]}
        self.image = self.shapes.make(IMAGE, {})
        self.image["status"]["nodeDeploymentMap"] = dict.fromkeys(self.nodes, True)
        self.journal.add(self.image)
        self.wait(6)

    def at(self, minute: float, what: str) -> None:
        """Go on to a minute of the recording, at which something happens, and note what."""
        self._go(round(minute * _MINUTE))
        self.steps.append({"start": self.journal.clock, "label": what})

    def wait(self, seconds: int) -> None:
        """Let some seconds pass."""
        self._go(self.journal.second + seconds)

    def end(self, minute: float) -> None:
        """End the recording: the last event is a heartbeat of the nodes."""
        self._go(round(minute * _MINUTE))
        self._beat()
        self._close_second()

    def node(self, name: str) -> Node:
        """Return a node."""
        return self.nodes[name]

    def volume(
        self, name: str, on: str, *, ready: bool = True, status: Mapping[str, Any] | None = None, **spec: Any
    ) -> Volume:
        """Make a volume with replicas on nodes, "n1 n2 -" ("-": none yet); ``spec`` and ``status`` are its fields."""
        nodes = [node.strip("-") for node in on.split()]
        volume = Volume(self, name, nodes, ready=ready, status=dict(status or {}), **spec)
        self.volumes[name] = volume
        return volume

    def set(self, name: str, value: str) -> None:
        """Change a setting."""
        self._settings[name]["value"] = value
        self.journal.change(self._settings[name])

    def deploy(self, node: str, *, deployed: bool) -> None:
        """Say whether the engine image is on a node."""
        self.image["status"]["nodeDeploymentMap"][node] = deployed
        self.image["status"]["state"] = "deployed" if deployed else "deploying"
        self.journal.change(self.image)

    def _go(self, second: int) -> None:
        """Move the clock, and let the nodes' heartbeats be heard on the way."""
        while (beat := (self.journal.second // _HEARTBEAT + 1) * _HEARTBEAT) < second:
            self.journal.move(beat)
            self._beat()
        self.journal.move(second)

    def _beat(self) -> None:
        for node in self.nodes.values():
            node.beat()

    def _close_second(self) -> None:
        self.account.close(self.journal.clock, {name: volume.seen() for name, volume in self.volumes.items()})


def _default(name: str, setting: Json) -> str:
    """Return a setting's value: the recorded one, but for what the recorded run had changed."""
    return "true" if name == "allow-volume-creation-with-degraded-availability" else str(setting["value"])
