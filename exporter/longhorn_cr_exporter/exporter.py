"""Exporter: one cluster's way from events to exposition, and the task that keeps the facts current between scrapes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from .cluster.shard import WHOLE, Shard
from .cluster.state import ClusterState
from .diagnosis.assessment import Assessment
from .diagnosis.fact import Fact
from .diagnosis.ledger import Ledger
from .metrics.exporter import Build
from .metrics.exposition import Exposition
from .metrics.scrape import Scrape
from .metrics.text import Format
from .model.contact import Contact
from .model.meta import Object
from .model.resource import RESOURCES, Resource

F = TypeVar("F", bound=Fact)
_SLICE = 200  # objects judged before other tasks get a turn: some 10 ms
_SCRAPE_SLICE = 2000  # objects that a scrape judges itself; a longer backlog (a first sync) is left to the task
_IDLE_SECONDS = 1.0  # a round without any event: contact may have settled without one


class Exporter:
    """The state of one cluster with its facts and their exposition; a ``kube.sink.Sink`` for its events.

    ``clock`` gives Unix seconds (in a replay the recording's own), ``monotonic`` real seconds to measure with.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        monotonic: Callable[[], float],
        build: Build,
        version_override: str | None = None,
        shard: Shard = WHOLE,
    ) -> None:
        self.clock = clock
        self.contacts = {resource.name: Contact() for resource in RESOURCES}
        self.state = ClusterState()
        self.assessment = Assessment(self.state, version_override)
        self.exposition = Exposition(build=build, contacts=self.contacts, objects=self.objects, shard=shard)
        self.shard = shard
        self._monotonic = monotonic
        self._received: list[float] = []
        self._changed = asyncio.Event()
        self._ready = asyncio.Event()

    def objects(self) -> dict[str, int]:
        """Return how many objects are held, by resource name."""
        return {resource.name: self.state.count(resource) for resource in RESOURCES}

    def replace(self, resource: Resource, objects: Sequence[Object], now: float) -> None:
        """As ``Sink.replace``."""
        self.state.replace(resource, [obj for obj in objects if self.shard.holds(obj)], now)
        self._note_received()

    def put(self, resource: Resource, obj: Object, now: float) -> None:
        """As ``Sink.put``."""
        if self.shard.holds(obj):
            self.state.put(resource, obj, now)
            self._note_received()

    def remove(self, resource: Resource, obj: Object, now: float) -> None:
        """As ``Sink.remove``."""
        self.state.remove(resource, obj, now)
        self._note_received()

    def _note_received(self) -> None:
        self._received.append(self._monotonic())
        self._changed.set()

    @property
    def settled(self) -> bool:
        """Whether every resource was read whole or found unreadable: before that, facts would be guesses."""
        return all(contact.settled for contact in self.contacts.values())

    @property
    def ready(self) -> bool:
        """Whether all that can be read was, and is judged."""
        return self.settled and self.assessment.cluster is not None and not self.assessment.pending

    async def until_ready(self) -> None:
        """Wait until it was ready once."""
        await self._ready.wait()

    async def run(self) -> None:
        """Judge what changes, for ever: in slices, so that a scrape never waits for long."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_IDLE_SECONDS):
                    await self._changed.wait()
            self._changed.clear()
            self.advance(_SLICE)
            while self.assessment.pending:  # in between others have their turn
                await asyncio.sleep(0)
                self.advance(_SLICE)

    def advance(self, limit: int) -> bool:
        """Judge up to about ``limit`` objects and render what changed; return whether all is told that came in."""
        if not self.settled:
            return True
        done = self.assessment.advance(limit, self.clock())
        self._expose()
        if done:
            self._tell_lag()
        if self.ready:
            self._ready.set()
        return done

    def _expose(self) -> None:
        facts, exposition = self.assessment, self.exposition
        owns = self.shard.owns
        _hand_over(facts.volumes, exposition.put_volume, exposition.drop_volume, lambda volume: owns(volume.name))
        _hand_over(facts.engines, exposition.put_engine, exposition.drop_engine, lambda engine: owns(engine.volume))
        _hand_over(
            facts.replicas, exposition.put_replica, exposition.drop_replica, lambda replica: owns(replica.volume)
        )
        if self.shard.shows_nodes:
            _hand_over(facts.instance_managers, exposition.put_instance_manager, exposition.drop_instance_manager)
            _hand_over(facts.nodes, exposition.put_node, exposition.drop_node)
            _hand_over(facts.drains, exposition.put_drain, exposition.drop_drain)
        exposition.set_cluster(facts.cluster)

    def _tell_lag(self) -> None:
        received, self._received = self._received, []
        now = self._monotonic()
        self.exposition.observe_lags([now - moment for moment in received])

    async def scrape(self, *, format_: Format, gzip: bool, names: Iterable[str]) -> Scrape:
        """Return the exposition as it stands, everything received so far included; rendered off the event loop."""
        begun = self._monotonic()
        self.advance(_SCRAPE_SLICE)
        snapshot = self.exposition.snapshot(now=self.clock(), format_=format_, names=names)
        scrape = await asyncio.to_thread(snapshot.render, gzip=gzip)
        self.exposition.observe_scrape(scrape, self._monotonic() - begun)
        return scrape


def _hand_over(
    ledger: Ledger[F], put: Callable[[F], None], drop: Callable[[str], None], shown: Callable[[F], bool] | None = None
) -> None:
    for name, facts in ledger.take_updated():
        if facts is None:
            drop(name)
        elif shown is None or shown(facts):
            put(facts)
