"""What the dashboards cost Prometheus on a large fleet: ``make bench-dashboards``.

Prometheus' own storage is filled with hours of the exporter's pages and of what the rules make of them: the first half
at rest, the second with a tenth of the nodes down and cordoned, and every volume that ran there deadlocked. A real
Prometheus then answers every query of every dashboard, at the end of that time. With ``--panel`` it is asked for some
panels only, and each of their queries is told. No time fails here, it is printed; what it does not answer ends it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from alerts.quality.replay import END, scraped_and_evaluated
from dashboards.board import Query, boards, chosen
from dashboards.filled import QueryError, answering
from fleet_exporter import EVALUATION_SECONDS, RULES, START, FleetExporter, series
from fleet_place import node_name
from stack.binary import built

_REPEATS: Final = 3
_SLOWEST: Final = 10
_AIM_SECONDS: Final = 1.0
_HEADING: Final = f"{'':<60} {'seconds':>9} {'samples':>13} {'peak':>11} {'rows':>8}"


class Span(NamedTuple):
    """The time that is shown: its length, and the steps of scrapes and of ranges, in seconds."""

    seconds: int
    scrape: int
    step: int

    @property
    def end(self) -> int:
        """Its last moment, Unix seconds."""
        return START + self.seconds


class Cost(NamedTuple):
    """What a query costs, or several one after another; ``peak`` is of the one that holds most samples at a time."""

    dashboard: str
    name: str
    seconds: float
    samples: int
    peak: int
    rows: int


def fill(folder: Path, exporter: FleetExporter, span: Span) -> int:
    """Leave what Prometheus would hold of a fleet in a folder; return how many series the last page had."""
    command: list[str | Path] = [built("rule-replay")["rule-replay"], "-keep", folder, RULES]
    page = b""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        lost = False
        for at in range(START, span.end + 1, span.scrape):
            if not lost and at - START >= span.seconds / 2:
                exporter.lose_nodes(cordoned=True)
                exporter.deadlock()
                lost = True
            page = exporter.page(at)
            process.stdin.writelines(scraped_and_evaluated(page, at))
        process.stdin.write(END)
    assert process.returncode == 0, "rule-replay failed; its output is above"
    return series(page)


def costs(url: str, span: Span, variables: Mapping[str, str], named: str = "") -> Iterator[Cost]:
    """Yield what each panel and annotation costs; of those whose title has a name in it, what each query does too."""
    for board in boards():
        panels = {panel.title: panel.queries for panel in board.panels if panel.queries}
        for title, queries in (panels | {name: [query] for name, query in board.annotations.items()}).items():
            if named in title:
                each = [
                    Cost(board.name, f"query {query.ref_id}", *_asked(url, query, span, variables)) for query in queries
                ]
                if named:
                    yield from each
                yield _sum(board.name, title, each)


def _sum(dashboard: str, name: str, found: Iterable[Cost]) -> Cost:
    _, _, seconds, samples, peaks, rows = zip(*found, strict=True)
    return Cost(dashboard, name, sum(seconds), sum(samples), max(peaks), sum(rows))


def _asked(url: str, query: Query, span: Span, variables: Mapping[str, str]) -> tuple[float, int, int, int]:
    """Ask a query a few times; return the median of the seconds, its samples, their peak and the rows of the answer."""
    when: dict[str, int] = {"time": span.end} if query.instant else {"start": START, "end": span.end, "step": span.step}
    path = "query" if query.instant else "query_range"
    asked = urlencode({"query": chosen(query.expr, variables), "stats": "all", **when})
    seconds: list[float] = []
    for _ in range(_REPEATS):
        begun = time.monotonic()
        body = _answer(f"{url}/api/v1/{path}?{asked}", query)
        seconds.append(time.monotonic() - begun)
    data: dict[str, Any] = json.loads(body)["data"]
    samples = data["stats"]["samples"]
    return statistics.median(seconds), samples["totalQueryableSamples"], samples["peakSamples"], len(data["result"])


def _answer(url: str, query: Query) -> bytes:
    try:
        with urlopen(url) as answer:
            body: bytes = answer.read()
            return body
    except HTTPError as error:
        problem = f"{query.panel} {query.ref_id}: {json.load(error)['error']}"
        raise QueryError(problem) from error


def tell(found: Iterable[Cost]) -> None:
    """Print what is asked as it comes."""
    print(_HEADING)
    for cost in found:
        _line(cost)


def report(found: list[Cost]) -> None:
    """Print the costs by dashboard, and of the panels that cost most."""
    print(f"\nEach dashboard, its queries one after another\n{_HEADING}")
    for name in dict.fromkeys(cost.dashboard for cost in found):
        its = [cost for cost in found if cost.dashboard == name]
        _line(_sum(name, f"{len(its)} panels and annotations", its))
    print(f"\nThe slowest panels\n{_HEADING}")
    for cost in sorted(found, key=lambda cost: -cost.seconds)[:_SLOWEST]:
        _line(cost)
    print(f"\nWithout any answer: {_names(cost for cost in found if not cost.rows)}")
    over = _names(cost for cost in found if cost.seconds > _AIM_SECONDS)
    print(f"Over {_AIM_SECONDS:g} s, of {len(found)} panels and annotations: {over}")


def _names(found: Iterable[Cost]) -> str:
    return ", ".join(f"{cost.dashboard}: {cost.name}" for cost in found) or "none"


def _line(cost: Cost) -> None:
    name = f"{cost.dashboard.removeprefix('longhorn-')}: {cost.name}"
    print(f"  {name:<58} {cost.seconds:>9.3f} {cost.samples:>13,} {cost.peak:>11,} {cost.rows:>8,}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--volumes", type=int, default=10_000, help="with 3 replicas and an engine each")
    parser.add_argument("--hours", type=int, default=3, help="of history, all of it shown")
    parser.add_argument("--scrape", type=int, default=120, help="seconds between scrapes; rules are evaluated at each")
    parser.add_argument("--panel", default="", help="only those whose title has this in it, query by query")
    parser.add_argument("--step", type=int, default=15, help="seconds between the points of a history")
    arguments = parser.parse_args()
    if arguments.scrape <= 0 or arguments.scrape % EVALUATION_SECONDS:
        parser.error(f"--scrape must be a multiple of {EVALUATION_SECONDS}, the interval of the rules")
    return arguments


def _variables(exporter: FleetExporter, span: Span) -> dict[str, str]:
    """Return what is chosen: a node that is lost and a volume that ran there; and what Grafana makes of the span."""
    return {
        "volume": exporter.places[0].name,
        "node": node_name(0),
        "__rate_interval": f"{4 * span.scrape}s",
        "__interval": f"{span.step}s",
        "__range": f"{span.seconds}s",
    }


def main() -> None:
    """Fill, ask and print."""
    arguments = _arguments()
    span = Span(arguments.hours * 3600, arguments.scrape, arguments.step)
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}")
    exporter = FleetExporter(arguments.volumes)
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        held = fill(Path(folder), exporter, span)
        spent = time.monotonic() - begun
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        print(
            f"{arguments.hours} h of {held:,} series, scraped and all rules evaluated every {span.scrape} s, "
            "a tenth of the nodes down and what ran there\n"
            f"deadlocked in the second half: {size / 1e6:,.0f} MB, made in {spent:,.0f} s. "
            f"Histories are asked for with a point every {span.step} s;\n"
            f"the node is one that is down, the volume one that ran there. Seconds are the median of {_REPEATS}."
        )
        with answering(Path(folder)) as prometheus:
            found = costs(prometheus.url, span, _variables(exporter, span), arguments.panel)
            if arguments.panel:
                tell(found)
            else:
                report(list(found))


if __name__ == "__main__":
    main()
