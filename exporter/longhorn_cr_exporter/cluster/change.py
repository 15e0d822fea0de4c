"""What an event concerns: names by kind, gathered until the next refresh takes them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Changes:
    """Names of the objects whose facts may have changed. ``everything`` stands for all of them (a setting changed).

    ``drains`` are volumes that may weigh differently on the drain of their nodes, besides ``volumes``.
    """

    volumes: set[str] = field(default_factory=set)
    engines: set[str] = field(default_factory=set)
    replicas: set[str] = field(default_factory=set)
    instance_managers: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    drains: set[str] = field(default_factory=set)
    everything: bool = False

    def __bool__(self) -> bool:
        return self.everything or bool(
            self.volumes or self.engines or self.replicas or self.instance_managers or self.nodes or self.drains
        )
