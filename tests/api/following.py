"""An exporter that follows the real API server, built as ``serve`` builds it, with the test's clock and impatience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Final

from prometheus_client.parser import text_string_to_metric_families

from api.admin import NAMESPACE
from api.playback import Playback
from api.waiting import WITHIN_SECONDS, until
from longhorn_cr_exporter.cli.run import new_exporter
from longhorn_cr_exporter.diagnosis.fact import Fact
from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.kube.connection import connect
from longhorn_cr_exporter.kube.options import ClusterOptions
from longhorn_cr_exporter.kube.reflector import Reflector
from longhorn_cr_exporter.kube.retry import RetryPolicy
from longhorn_cr_exporter.metrics.text import Format
from longhorn_cr_exporter.model.contact import Contact
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import RESOURCES, Resource
from longhorn_cr_exporter.replay.clock import Clock
from recorded import assert_true, moments

ALL: Final = 10**9
LISTS: Final = "longhorn_cr_exporter_list_total"
_IMPATIENT: Final = RetryPolicy(base=0.05, cap=0.2, denied=0.2)
"""The policy of ``serve`` with its half minutes made fifths of a second."""


class Witness:
    """Passes events on to the exporter and notes which version of each object it has been given."""

    def __init__(self, exporter: Exporter) -> None:
        self.versions: dict[Resource, dict[str, str]] = {resource: {} for resource in RESOURCES}
        self._exporter = exporter
        self._changed = asyncio.Event()

    def replace(self, resource: Resource, objects: Sequence[Object], now: float) -> None:
        """As ``Sink.replace``."""
        self.versions[resource] = {obj.name: obj.metadata.resource_version for obj in objects}
        self._exporter.replace(resource, objects, now)
        self._changed.set()

    def put(self, resource: Resource, obj: Object, now: float) -> None:
        """As ``Sink.put``."""
        self.versions[resource][obj.name] = obj.metadata.resource_version
        self._exporter.put(resource, obj, now)
        self._changed.set()

    def remove(self, resource: Resource, obj: Object, now: float) -> None:
        """As ``Sink.remove``."""
        self.versions[resource].pop(obj.name, None)
        self._exporter.remove(resource, obj, now)
        self._changed.set()

    async def sees(self, versions: Mapping[Resource, Mapping[str, str]], *, within: float = WITHIN_SECONDS) -> None:
        """Return once exactly these versions have been handed over."""
        try:
            async with asyncio.timeout(within):
                while self.versions != versions:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"not caught up after {within:g} s: {self._missing(versions)}") from None

    def _missing(self, versions: Mapping[Resource, Mapping[str, str]]) -> dict[str, object]:
        return {
            resource.name: sorted(wanted.items() ^ self.versions[resource].items())
            for resource, wanted in versions.items()
            if wanted != self.versions[resource]
        }


class Follower:
    """An exporter at work and what a test asks of it."""

    def __init__(self, exporter: Exporter, witness: Witness, clock: Clock) -> None:
        self.exporter = exporter
        self.witness = witness
        self.clock = clock

    def judge(self) -> None:
        """Bring the facts in step with all that was received."""
        self.exporter.advance(ALL)

    def facts(self) -> dict[str, dict[str, Fact]]:
        """Return all facts by kind and name, as they are now."""
        self.judge()
        assessment = self.exporter.assessment
        return {
            "volume": dict(assessment.volumes.facts),
            "engine": dict(assessment.engines.facts),
            "replica": dict(assessment.replicas.facts),
            "instance manager": dict(assessment.instance_managers.facts),
            "node": dict(assessment.nodes.facts),
        }

    def contact(self, resource: Resource) -> Contact:
        """Return how the contact with a resource stands."""
        return self.exporter.contacts[resource.name]

    def assert_true_at_end(self, run: str) -> None:
        """Hold the facts against the last truth of a run."""
        *_, last = moments(run)
        assert assert_true(run, last, self.exporter.assessment.volumes.facts)

    async def metric(self, name: str, **labels: str) -> float | None:
        """Return the value of one series as a scrape has it, None where there is none."""
        scrape = await self.exporter.scrape(format_=Format.TEXT, gzip=False, names=(name,))
        families = text_string_to_metric_families(b"".join(scrape.pieces()).decode())
        found = [s.value for family in families for s in family.samples if s.name == name and s.labels == labels]
        return found[0] if found else None

    async def up(self) -> dict[str, float | None]:
        """Return ``resource_up`` by resource, from a scrape."""
        name = "longhorn_cr_exporter_resource_up"
        return {resource.name: await self.metric(name, resource=resource.name) for resource in RESOURCES}

    async def until_up(self, *, but: Sequence[Resource] = ()) -> None:
        """Return once every resource is up, and exactly these are not."""
        down = {resource.name for resource in but}

        async def as_wanted() -> bool:
            return all(contact.up == (name not in down) for name, contact in self.exporter.contacts.items())

        await until(as_wanted, f"every resource to be up, but {sorted(down)}")

    async def until_ready(self) -> None:
        """Return once all that can be read was, what cannot be is believed to be so, and the facts are judged."""

        async def ready() -> bool:
            self.judge()
            return self.exporter.ready

        await until(ready, "the exporter to be ready")

    async def in_step_with(self, playback: Playback) -> None:
        """Return once every resource is up, all that was written has arrived, and the facts are judged."""
        await self.until_up()
        await self.witness.sees(playback.versions)
        self.judge()


Follow = Callable[..., AbstractAsyncContextManager[Follower]]
"""Begins to follow the test's cluster; ``page_limit`` may be given."""


@asynccontextmanager
async def following(kubeconfig: Path, clock: Clock, *, page_limit: int = 500) -> AsyncIterator[Follower]:
    """Follow the cluster of a kubeconfig while the context lasts."""
    exporter = new_exporter(clock.now, None)
    witness = Witness(exporter)
    async with connect(ClusterOptions(kubeconfig=kubeconfig)) as connection:
        tasks = [asyncio.create_task(exporter.run())]
        for resource in RESOURCES:
            reflector = Reflector(
                resource,
                connection,
                witness,
                exporter.contacts[resource.name],
                clock=clock.now,
                namespace=NAMESPACE,
                policy=_IMPATIENT,
                page_limit=page_limit,
            )
            tasks.append(asyncio.create_task(reflector.run()))
        try:
            yield Follower(exporter, witness, clock)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
