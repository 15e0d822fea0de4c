"""What an event concerns: names by kind, gathered until the next refresh takes them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Changes:
    """Names of the objects whose facts may have changed. ``everything`` stands for all of them (a setting changed).

    ``drains`` are volumes that may weigh differently on the drain of their nodes, besides ``volumes``; ``node_shares``
    are nodes that may themselves add something else to their drain.
    """

    volumes: set[str] = field(default_factory=set)
    engines: set[str] = field(default_factory=set)
    replicas: set[str] = field(default_factory=set)
    instance_managers: set[str] = field(default_factory=set)
    nodes: set[str] = field(default_factory=set)
    drains: set[str] = field(default_factory=set)
    node_shares: set[str] = field(default_factory=set)
    everything: bool = False

    def __bool__(self) -> bool:
        kinds = (self.volumes, self.engines, self.replicas, self.instance_managers, self.nodes, self.drains)
        return self.everything or any(kinds) or bool(self.node_shares)
