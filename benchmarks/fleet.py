"""What the exporter costs on a large fleet: ``make bench``, and ``make bench-smoke`` to see that it still runs.

A process of its own serves the fleet as an API server does (HTTP on loopback); the exporter runs as the real ``serve``
command in another, so that its CPU and memory, read from /proc, are its own and nothing else's. Nothing here fails for
a number: it prints them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from fleet_measure import Figure, busy_scrapes, cordons, events, fleet_size, lag, library, memory, scrapes, sync
from fleet_process import FleetServer, exporter

_SHORT_SECONDS = 10.0


class Results:
    """Prints figures as they come and keeps them by key."""

    def __init__(self) -> None:
        self.values: dict[str, float] = {}

    def take(self, title: str, figures: Iterable[Figure]) -> None:
        """Print one section."""
        print(f"\n{title}", flush=True)
        for figure in figures:
            self.values[figure.key] = figure.value
            print(f"  {figure.text:<58} {figure.value:>12,.1f} {figure.unit}", flush=True)


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    begun = time.monotonic()
    results = Results()
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the start")
    with closing(FleetServer(arguments.volumes, nodes=max(25, arguments.volumes // 100))) as server:
        results.take("The fleet", fleet_size(server))
        _measure(results, server, arguments)
    print(f"\n{time.monotonic() - begun:.0f} s in all, load {os.getloadavg()[0]:.1f} at the end")
    if arguments.json:
        arguments.json.write_text(json.dumps(results.values, indent=2) + "\n", encoding="utf-8")


def _measure(results: Results, server: FleetServer, arguments: argparse.Namespace) -> None:
    seconds, rounds = arguments.seconds, arguments.rounds
    results.take(f"First sync (the least of {rounds} starts)", sync(server, rounds))
    with exporter(server) as process:
        results.take("Memory", memory(process, "after the sync"))
        results.take("Events (500 a second, no scrapes)", events(server, process, seconds, rounds))
        results.take("Scrapes at rest", scrapes(process, 33 * rounds))
        results.take("Scrapes while events arrive", busy_scrapes(server, process, 2 * seconds))
        results.take("Event to scrape at 500 events/s", lag(server, process, seconds))
        results.take("Event to scrape, the node of 300 replicas", cordons(server, process, 10 * rounds))
        results.take("Memory at the end", memory(process, "after scrapes"))
        results.take("prometheus_client over the same samples", library(process, results.values))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volumes", type=int, default=10_000, help="with 3 replicas and an engine each")
    parser.add_argument("--seconds", type=float, default=15.0, help="how long each kind of event is measured")
    parser.add_argument("--rounds", type=int, help="how often what can be repeated is; 3, or 1 in a short run")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (1 if arguments.seconds < _SHORT_SECONDS else 3)
    return arguments


if __name__ == "__main__":
    main()
