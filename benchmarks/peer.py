"""The exporter beside kube-state-metrics, which a user would pick instead: ``make bench-peer``.

Both read one and the same API server, one after the other, as real processes; kube-state-metrics exports by
``peer.yaml`` what the exporter judges, as raw facts. Both are measured in the same way, and nothing fails for a number.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Final, NamedTuple

from fleet import Results
from fleet_measure import fleet_size, memory, scrapes
from fleet_process import FleetServer, Program, exporter
from peer_measure import RATE, Meter, Quiet, events, sync
from peer_process import kube_state_metrics

_LEAST_NODES: Final = 25
Launched = Callable[[FleetServer], AbstractContextManager[Program]]


class Row(NamedTuple):
    """One line of the comparison. ``wanted`` is how many times less the exporter should need, 0 for no such wish."""

    key: str
    text: str
    unit: str
    wanted: int = 0


_ROWS: Final = (
    Row("sync_cpu", "first sync, all CPU since the start", "s", 20),
    Row("sync_wall", "from the start to its end", "s"),
    Row("sync_rss", "memory after it", "MB", 7),
    Row("rss_peak_after_scrapes", "memory after scrapes, its highest", "MB", 7),
    Row("plain_mb", "a plain scrape", "MB"),
    Row("plain_cpu", "a plain scrape, CPU", "ms"),
    Row("gzip_mb", "a gzip scrape", "MB"),
    Row("gzip_cpu", "a gzip scrape, CPU", "ms", 10),
    Row("volume_event_cpu", "a volume's event, CPU", "µs", 10),
    Row("engine_event_cpu", "an engine's event, CPU", "µs", 10),
    Row("volume_event_shown_cpu", "… a volume's, and its part of the next scrape", "µs"),
    Row("engine_event_shown_cpu", "… an engine's, and its part of the next scrape", "µs"),
)


def main() -> None:
    """Measure both and compare."""
    arguments = _arguments()
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the start")
    ours, peer = Results(), Results()
    with closing(FleetServer(arguments.volumes, nodes=max(_LEAST_NODES, arguments.volumes // 100))) as server:
        Results().take("The fleet", fleet_size(server))
        _measure("longhorn-cr-exporter", exporter, ours, server, arguments)
        _measure("kube-state-metrics", kube_state_metrics, peer, server, arguments)
    _compare(ours.values, peer.values)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end")
    if arguments.json:
        found = {"ours": ours.values, "peer": peer.values}
        arguments.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _measure(name: str, launched: Launched, results: Results, server: FleetServer, chosen: argparse.Namespace) -> None:
    starts: list[Quiet] = []
    for _ in range(chosen.rounds - 1):
        with launched(server) as program:
            starts.append(Meter(program, chosen.quiet).until_synced(server.hello.objects))
    with launched(server) as program:
        meter = Meter(program, chosen.quiet)
        starts.append(meter.until_synced(server.hello.objects))
        results.take(f"{name}: first sync, the least of {chosen.rounds}", sync(starts))
        results.take(f"{name}: scrapes at rest", scrapes(program, chosen.scrapes))
        results.take(f"{name}: memory", memory(program, "after scrapes"))
        results.take(f"{name}: {RATE:g} events a second", events(server, meter, chosen.seconds, chosen.rounds))


def _compare(ours: Mapping[str, float], peer: Mapping[str, float]) -> None:
    print(f"\n{'':<50} {'ours':>10} {'peer':>10}    {'ratio':>8}  wanted")
    for row in _ROWS:
        ratio = peer[row.key] / ours[row.key] if ours[row.key] > 0 else float("inf")
        verdict = f"1/{row.wanted}: {'met' if ratio >= row.wanted else 'NOT MET'}" if row.wanted else "-"
        values = f"{ours[row.key]:>10,.1f} {peer[row.key]:>10,.1f} {row.unit:<2}"
        print(f"{row.text:<50} {values} {'1/' + format(ratio, '.1f'):>8}  {verdict}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volumes", type=int, default=10_000, help="with 3 replicas and an engine each")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each kind of event is measured")
    parser.add_argument("--rounds", type=int, default=2, help="how often each is started, and each kind measured")
    parser.add_argument("--scrapes", type=int, default=20, help="of each encoding")
    parser.add_argument("--quiet", type=float, default=1.5, help="after so many seconds without work, work is done")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers there")
    arguments = parser.parse_args()
    if arguments.seconds * RATE > arguments.volumes * 0.9:
        parser.error("--seconds is too long for so few volumes: none may change twice")
    return arguments


if __name__ == "__main__":
    main()
