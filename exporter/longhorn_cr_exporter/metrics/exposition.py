"""The exposition of the whole fleet: facts are put in as they change, scrapes are taken out at any time."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from ..cluster.shard import WHOLE, Shard
from ..diagnosis.fact import (
    ClusterFacts,
    DrainSummary,
    EngineFacts,
    InstanceManagerFacts,
    NodeFacts,
    ReplicaFacts,
    VolumeFacts,
)
from ..model.contact import Contact
from .chunk import Part, Text
from .cluster import CLUSTER
from .engine import ENGINES
from .exporter import Build, ExporterFacts
from .instance_manager import INSTANCE_MANAGERS
from .node import DRAINS, NODES
from .own import Library, own_page
from .replica import REPLICAS
from .scrape import Scrape, Snapshot
from .selection import Selection
from .table import Table
from .text import Format, header
from .volume import VOLUMES

_THE_CLUSTER: Final = ""


def describe_build(version: str, revision: str = "") -> Build:
    """Describe the running build, with the Python it runs on."""
    return Build(version, platform.python_version(), revision)


class Exposition:
    """Facts in, scrapes out. All methods belong to one thread; what ``snapshot`` returns may be rendered in another.

    ``contacts`` (by resource name) is read at every scrape, so is ``objects()``: how many are held, by resource name.
    """

    def __init__(
        self,
        *,
        build: Build,
        contacts: Mapping[str, Contact],
        objects: Callable[[], Mapping[str, int]],
        shard: Shard = WHOLE,
    ) -> None:
        self._build = build
        self._shard = shard
        self._contacts = contacts
        self._objects = objects
        self._series = 0
        self._size = 0
        self._library = Library()
        self._cluster = Table(CLUSTER)
        self._volumes = Table(VOLUMES)
        self._engines = Table(ENGINES)
        self._replicas = Table(REPLICAS)
        self._instance_managers = Table(INSTANCE_MANAGERS)
        self._nodes = Table(NODES)
        self._drains = Table(DRAINS)
        self._tables: tuple[Table[Any], ...] = (
            self._cluster,
            self._volumes,
            self._engines,
            self._replicas,
            self._instance_managers,
            self._nodes,
            self._drains,
        )
        self._heads: dict[tuple[str, Format], Text] = {}

    def put_volume(self, facts: VolumeFacts) -> None:
        """Take a volume's facts, new or changed."""
        self._volumes.put(facts.name, facts)

    def drop_volume(self, name: str) -> None:
        """Forget a volume; an unknown one is none."""
        self._volumes.drop(name)

    def put_engine(self, facts: EngineFacts) -> None:
        """Take an engine's facts, new or changed."""
        self._engines.put(facts.name, facts)

    def drop_engine(self, name: str) -> None:
        """Forget an engine; an unknown one is none."""
        self._engines.drop(name)

    def put_replica(self, facts: ReplicaFacts) -> None:
        """Take a replica's facts, new or changed."""
        self._replicas.put(facts.name, facts)

    def drop_replica(self, name: str) -> None:
        """Forget a replica; an unknown one is none."""
        self._replicas.drop(name)

    def put_instance_manager(self, facts: InstanceManagerFacts) -> None:
        """Take an instance manager's facts, new or changed."""
        self._instance_managers.put(facts.name, facts)

    def drop_instance_manager(self, name: str) -> None:
        """Forget an instance manager; an unknown one is none."""
        self._instance_managers.drop(name)

    def put_node(self, facts: NodeFacts) -> None:
        """Take a node's facts, new or changed."""
        self._nodes.put(facts.name, facts)

    def drop_node(self, name: str) -> None:
        """Forget a node; an unknown one is none."""
        self._nodes.drop(name)

    def put_drain(self, summary: DrainSummary) -> None:
        """Take the verdict on a node's drain, new or changed."""
        self._drains.put(summary.node, summary)

    def drop_drain(self, node: str) -> None:
        """Forget the verdict on a node's drain; an unknown one is none."""
        self._drains.drop(node)

    def set_cluster(self, facts: ClusterFacts | None) -> None:
        """Take the cluster's facts; None while nothing is known of it."""
        if facts is None:
            self._cluster.drop(_THE_CLUSTER)
        else:
            self._cluster.put(_THE_CLUSTER, facts)

    def observe_lags(self, seconds: Iterable[float]) -> None:
        """Count the times from events' arrival until their facts were put."""
        self._library.observe_lags(seconds)

    def observe_scrape(self, scrape: Scrape, seconds: float) -> None:
        """Count a scrape that was answered, and the time that took."""
        self._library.observe_scrape(seconds)
        self._series = scrape.series
        self._size = scrape.size

    def snapshot(self, *, now: float, format_: Format = Format.TEXT, names: Iterable[str] = ()) -> Snapshot:
        """Take the exposition as it stands at ``now``: all families, or those that ``names`` (``name[]``) ask for."""
        selection = Selection(names)
        return Snapshot([*self._fleet(now, format_, selection), *self._own(format_, selection)], format_)

    def render(
        self, *, now: float, format_: Format = Format.TEXT, gzip: bool = False, names: Iterable[str] = ()
    ) -> Scrape:
        """Take a snapshot and render it in one go."""
        return self.snapshot(now=now, format_=format_, names=names).render(gzip=gzip)

    def _fleet(self, now: float, format_: Format, selection: Selection) -> Iterator[Part]:
        for table in self._tables:
            for metric, chunks in table.chunks(now, lambda metric: selection.takes(metric.names)):
                head = self._heads.get((metric.name, format_))
                if head is None:
                    head = self._heads[metric.name, format_] = Text(header(metric, format_))
                yield head
                yield from chunks

    def _own(self, format_: Format, selection: Selection) -> Iterator[Part]:
        facts = ExporterFacts(
            self._build, self._shard, self._contacts, self._objects(), series=self._series, size=self._size
        )
        yield own_page(facts, format_, selection)
        yield self._library.page(format_, selection)
        yield Text(format_.end)
