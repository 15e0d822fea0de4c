"""What the alerts cost Prometheus on a large fleet: ``make bench-rules``.

The exporter's own page of the fleet is scraped into Prometheus' storage, and every rule is evaluated by its own rule
engine, once at rest and once with a tenth of the nodes down. Nothing here fails for a number: it prints them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from fleet_node import kubernetes_node
from fleet_objects import fleet
from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.metrics.exporter import Build
from longhorn_cr_exporter.metrics.text import Format
from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.resource import KUBERNETES_NODES, RESOURCES

ROOT: Final = Path(__file__).resolve().parents[1]
RULES: Final = ROOT / "alerts" / "rendered" / "alerts.yaml"
_START: Final = 1_772_452_800
_STEP_SECONDS: Final = 30
_COSTLIEST: Final = 5


class Scene(NamedTuple):
    """A fleet at one moment: what it is, and the exporter's page of it."""

    title: str
    page: bytes


def scenes(volumes: int) -> Iterator[Scene]:
    """Yield the fleet at rest, and with a tenth of its nodes not Ready."""
    nodes = max(25, volumes // 100)
    exporter = _exporter()
    for resource, body in fleet(volumes, nodes):
        exporter.put(resource, decode_object(resource, body), _START)
    yield Scene("at rest", _page(exporter))
    for index in range(nodes // 10 or 1):
        node = kubernetes_node(index)
        ready = next(each for each in node["status"]["conditions"] if each["type"] == "Ready")
        ready["status"] = "False"
        exporter.put(KUBERNETES_NODES, decode_object(KUBERNETES_NODES, msgspec.json.encode(node)), _START)
    yield Scene("a tenth of the nodes down", _page(exporter))


def _exporter() -> Exporter:
    exporter = Exporter(clock=lambda: float(_START), monotonic=time.monotonic, build=Build("bench", "3"))
    for resource in RESOURCES:
        exporter.replace(resource, [], _START)
        contact = exporter.contacts[resource.name]
        contact.up = contact.settled = True
        contact.last_sync = contact.last_event = float(_START)
    return exporter


def _page(exporter: Exporter) -> bytes:
    while not exporter.advance(1_000_000):
        pass
    snapshot = exporter.exposition.snapshot(now=float(_START), format_=Format.TEXT, names=())
    return snapshot.render(gzip=False).body()


def measured(scene: Scene, evaluations: int) -> dict[str, Any]:
    """Evaluate all rules that many times, 30 s apart; return what the engine says of it, and how many alerts it has."""
    with tempfile.TemporaryFile() as answer:
        with subprocess.Popen([_engine(), str(RULES)], stdin=subprocess.PIPE, stdout=answer) as engine:
            assert engine.stdin is not None
            for step in range(evaluations):
                at = (_START + step * _STEP_SECONDS) * 1000
                engine.stdin.write(b"SCRAPE %d fleet:9899 %d\n%bEVAL %d\n" % (at, len(scene.page), scene.page, at))
            engine.stdin.write(b"END\n")
        answer.seek(0)
        lines = [json.loads(line) for line in answer]
    end: dict[str, Any] = next(line["end"] for line in lines if "end" in line)
    return end | {"alerts": len({json.dumps([line["alert"], line["labels"]]) for line in lines if "alert" in line})}


def _engine() -> str:
    build = str(ROOT / "tests" / "tools" / "build")
    built = subprocess.run([build, "rule-replay"], check=True, stdout=subprocess.PIPE, text=True)
    return built.stdout.strip().partition("=")[2]


def report(scene: Scene, evaluations: int) -> None:
    """Measure one scene and print it."""
    end = measured(scene, evaluations)
    series = scene.page.count(b"\n") - scene.page.count(b"\n#")
    print(f"\n{scene.title}: {series:,} series, {end['alerts']:,} alerts pending or firing")
    print(f"  {'all rules, once':<58} {1000 * end['seconds'] / evaluations:>10,.1f} ms")
    costliest = sorted(end["rules"].items(), key=lambda item: -item[1])[:_COSTLIEST]
    for name, seconds in costliest:
        print(f"    {name:<56} {1000 * seconds / evaluations:>10,.1f} ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volumes", type=int, default=10_000, help="with 3 replicas and an engine each")
    parser.add_argument("--evaluations", type=int, default=10, help="of all rules, 30 s apart")
    arguments = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    for scene in scenes(arguments.volumes):
        report(scene, arguments.evaluations)


if __name__ == "__main__":
    main()
