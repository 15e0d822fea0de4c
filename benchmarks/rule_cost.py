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
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from alerts.quality.replay import END, scraped_and_evaluated
from fleet_exporter import EVALUATION_SECONDS, RULES, START, FleetExporter, series
from stack.binary import built

_COSTLIEST: Final = 5


class Scene(NamedTuple):
    """A fleet at one moment: what it is, and the exporter's page of it."""

    title: str
    page: bytes


def scenes(volumes: int) -> Iterator[Scene]:
    """Yield the fleet at rest, and with a tenth of its nodes not Ready."""
    exporter = FleetExporter(volumes)
    yield Scene("at rest", exporter.page())
    exporter.lose_nodes()
    yield Scene("a tenth of the nodes down", exporter.page())


def measured(scene: Scene, evaluations: int) -> dict[str, Any]:
    """Evaluate all rules that many times, 30 s apart; return what the engine says of it, and how many alerts it has."""
    command = [built("rule-replay")["rule-replay"], RULES]
    with tempfile.TemporaryFile() as answer:
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=answer) as process:
            assert process.stdin is not None
            for step in range(evaluations):
                process.stdin.writelines(scraped_and_evaluated(scene.page, START + step * EVALUATION_SECONDS))
            process.stdin.write(END)
        answer.seek(0)
        lines = [json.loads(line) for line in answer]
    end: dict[str, Any] = next(line["end"] for line in lines if "end" in line)
    return end | {"alerts": len({json.dumps([line["alert"], line["labels"]]) for line in lines if "alert" in line})}


def report(scene: Scene, evaluations: int) -> None:
    """Measure one scene and print it."""
    end = measured(scene, evaluations)
    print(f"\n{scene.title}: {series(scene.page):,} series, {end['alerts']:,} alerts pending or firing")
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
