"""What the exposition of a large fleet costs, beside prometheus_client's ``generate_latest`` over the same samples.

Run it as ``python benchmarks/exposition.py [--volumes N]``: N volumes, N engines, 3 N replicas, N / 100 nodes.
All times are CPU times of this one process; memory is what it holds beyond the given facts and the interpreter.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from longhorn_cr_exporter.diagnosis.fact import (
    ConditionFact,
    DiskFacts,
    EngineFacts,
    Fact,
    InstanceManagerFacts,
    NodeFacts,
    ReplicaFacts,
    VolumeFacts,
)
from longhorn_cr_exporter.metrics.exposition import Exposition, describe_build
from longhorn_cr_exporter.metrics.text import Format

F = TypeVar("F", bound=Fact)
NOW = 1_772_432_000.0
CONDITIONS = ("Restore", "Scheduled", "TooManySnapshots", "WaitForBackingImage")


def resident_mb() -> float:
    """Return this process's resident memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def made(kind: type[F], **fields: object) -> F:
    """Make facts of the given fields; the others are not known."""
    return kind(**({field.name: None for field in msgspec.structs.fields(kind) if field.required} | fields))


def volume(index: int, chance: random.Random) -> VolumeFacts:
    """Make one volume's facts, with every family that an attached, degraded volume has."""
    usable = chance.choice((2, 3, 3, 3))
    conditions = tuple(
        ConditionFact(type_, type_ == "Scheduled", "", NOW - chance.randrange(10**7)) for type_ in CONDITIONS
    )
    return made(
        VolumeFacts,
        name=f"pvc-{uuid.UUID(int=chance.getrandbits(128))}",
        pvc=f"data-app-{index % 977}-0",
        pvc_namespace=f"team-{index % 37}",
        node=f"worker-{index % 100}",
        access_mode="rwo",
        data_engine="v1",
        data_locality="disabled",
        workload=f"app-{index % 977}",
        workload_type="StatefulSet",
        state="attached",
        robustness="healthy" if usable == 3 else "degraded",
        conditions=conditions,
        desired_replicas=3,
        replicas={"healthy": usable, "failed": 3 - usable},
        usable_replicas=usable,
        replica_deficit=3 - usable,
        replica_surplus=0,
        redundancy_deficit=3 - usable,
        replica_nodes=usable,
        replica_zones=usable,
        ready=True,
        next_replica_deletion=NOW if usable < 3 else None,
    )


def engine(of: VolumeFacts, index: int) -> EngineFacts:
    """Make a volume's engine; one in ten is stopped."""
    return made(
        EngineFacts,
        name=f"{of.name}-e-0",
        volume=of.name,
        pvc=of.pvc,
        pvc_namespace=of.pvc_namespace,
        state="running" if index % 10 else "stopped",
        wanted=bool(index % 10),
        stopped_since=None if index % 10 else NOW - index,
    )


def replica(of: VolumeFacts, index: int) -> ReplicaFacts:
    """Make one of a volume's replicas; one in twelve has failed."""
    failed = index % 12 == 0
    return made(
        ReplicaFacts,
        name=f"{of.name}-r-{index:08x}",
        volume=of.name,
        node=f"worker-{index % 100}",
        state="stopped" if failed else "running",
        failed_since=NOW - 600 if failed else None,
        deletion_at=NOW + 1200 if failed else None,
        node_missing=False,
    )


def node(index: int) -> NodeFacts:
    """Make a node with three disks."""
    ready = tuple(ConditionFact(type_, bool(type_), "", NOW) for type_ in ("Ready", "Schedulable"))
    return made(
        NodeFacts,
        name=f"worker-{index}",
        cordoned=False,
        cordoned_since=None,
        kubernetes_node_present=True,
        kubernetes_ready=True,
        conditions=ready,
        allow_scheduling=True,
        eviction_requested=False,
        disks=tuple(DiskFacts(f"disk-{disk}", ready) for disk in range(3)),
    )


def instance_manager(index: int) -> InstanceManagerFacts:
    """Make a node's instance manager."""
    return made(
        InstanceManagerFacts,
        name=f"instance-manager-{index:032x}",
        node=f"worker-{index}",
        data_engine="v1",
        state="running",
        on_cordoned_node=False,
        needed_replicas=0,
    )


@dataclass
class Fleet:
    """The facts of everything, made before anything is measured."""

    volumes: list[VolumeFacts]
    engines: list[EngineFacts]
    replicas: list[ReplicaFacts]
    nodes: list[NodeFacts]
    instance_managers: list[InstanceManagerFacts]

    def put(self, exposition: Exposition) -> None:
        """Put all of it."""
        for volume_ in self.volumes:
            exposition.put_volume(volume_)
        for engine_ in self.engines:
            exposition.put_engine(engine_)
        for replica_ in self.replicas:
            exposition.put_replica(replica_)
        for node_ in self.nodes:
            exposition.put_node(node_)
        for manager in self.instance_managers:
            exposition.put_instance_manager(manager)


def fleet(size: int, chance: random.Random) -> Fleet:
    """Make a fleet of ``size`` volumes."""
    volumes = [volume(index, chance) for index in range(size)]
    nodes = range(max(1, size // 100))
    return Fleet(
        volumes,
        [engine(of, index) for index, of in enumerate(volumes)],
        [replica(of, 3 * index + number) for index, of in enumerate(volumes) for number in range(3)],
        [node(index) for index in nodes],
        [instance_manager(index) for index in nodes],
    )


def timed(work: Callable[[], object]) -> float:
    """Return how much CPU time ``work`` takes, in milliseconds."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def changes(exposition: Exposition, volumes: Sequence[VolumeFacts], count: int, chance: random.Random) -> None:
    """Put ``count`` volumes again, each degraded by another replica."""
    for facts in chance.choices(volumes, k=count):
        usable = chance.randrange(3)
        exposition.put_volume(
            msgspec.structs.replace(
                facts,
                robustness="degraded",
                usable_replicas=usable,
                redundancy_deficit=3 - usable,
                replica_nodes=usable,
            )
        )


def scrapes(exposition: Exposition, before: Callable[[], None], *, gzip: bool, count: int) -> tuple[float, float]:
    """Return the median and the worst of ``count`` scrapes, each after ``before``; the body is consumed in pieces."""

    def scrape() -> None:
        for _ in exposition.render(now=NOW, format_=Format.OPENMETRICS, gzip=gzip).pieces():
            pass

    times = []
    for _ in range(count):
        before()
        times.append(timed(scrape))
    return statistics.median(times), max(times)


class Parsed:
    """The same samples, in prometheus_client's own model."""

    def __init__(self, text: str) -> None:
        self._families = list(text_string_to_metric_families(text))

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        yield from self._families


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volumes", type=int, default=10_000)
    parser.add_argument("--scrapes", type=int, default=30)
    arguments = parser.parse_args()
    chance = random.Random(1)
    facts = fleet(arguments.volumes, chance)
    exposition = Exposition(build=describe_build("bench"), contacts={}, objects=dict)
    gc.collect()
    before = resident_mb()
    milliseconds = timed(lambda: facts.put(exposition))
    gc.collect()
    print(f"put of the fleet            {milliseconds:9.0f} ms, {resident_mb() - before:6.1f} MB resident")
    report_scrapes(exposition, facts.volumes, chance, before, arguments.scrapes)
    report_puts(exposition, facts.volumes, chance)
    report_library(exposition)


def report_scrapes(
    exposition: Exposition, volumes: Sequence[VolumeFacts], chance: random.Random, before: float, count: int
) -> None:
    """Print what scrapes cost: the first, then with nothing, little and much changed between them."""
    for compressed in (True, False):
        kind = "gzip " if compressed else "plain"
        first = timed(lambda compressed=compressed: exposition.render(now=NOW, gzip=compressed))  # type: ignore[misc]
        scrape = exposition.render(now=NOW, format_=Format.OPENMETRICS, gzip=compressed)
        print(
            f"{kind} scrape, first         {first:9.1f} ms, {scrape.size / 1e6:.1f} MB, {scrape.series} series,"
            f" {resident_mb() - before:6.1f} MB resident"
        )
        for changed in (0, 20, 500, 7500):
            median, worst = scrapes(
                exposition,
                lambda changed=changed: changes(exposition, volumes, changed, chance),  # type: ignore[misc]
                gzip=compressed,
                count=count,
            )
            print(f"{kind} scrape, {changed:5} changed {median:9.1f} ms median, {worst:6.1f} ms worst")
        gc.collect()
        print(f"{kind} scrapes done          {resident_mb() - before:9.1f} MB resident")


def report_puts(exposition: Exposition, volumes: Sequence[VolumeFacts], chance: random.Random) -> None:
    """Print what putting one volume costs, unchanged and changed."""

    def again() -> None:
        for facts in volumes:
            exposition.put_volume(facts)

    same = timed(again) / len(volumes) * 1000
    changed = timed(lambda: changes(exposition, volumes, len(volumes), chance)) / len(volumes) * 1000
    print(f"put of one volume           {same:9.1f} µs unchanged, {changed:.1f} µs changed")


def report_library(exposition: Exposition) -> None:
    """Print what prometheus_client takes for the same page."""
    text = exposition.render(now=NOW).body()
    registry = Parsed(text.decode())
    plain = min(timed(lambda: generate_latest(registry)) for _ in range(3))
    packed = timed(lambda: gzip.compress(text))
    ours = min(timed(lambda: list(exposition.render(now=NOW).pieces())) for _ in range(5))
    print(f"prometheus_client           {plain:9.0f} ms plain, {packed:.0f} ms more for gzip")
    print(f"ours, the same page plain   {ours:9.1f} ms, a {plain / ours:.0f}th")


if __name__ == "__main__":
    main()
