"""The reference page of all metrics: ``python -m longhorn_cr_exporter.metrics.reference`` writes docs/metrics.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from .catalogue import HISTOGRAMS, METRICS, SECTIONS
from .family import Metric, Section
from .own import Library

_INTRODUCTION = """\
# Metrics

Every metric of this exporter. This page is generated from the catalogue in the code (`make docs`); do not edit it.

- `longhorn_cr_…` is read or derived from the cluster, `longhorn_cr_exporter_…` is about the exporter itself.
- A state is one row with value 1 for the current state; booleans are 0 or 1; points in time are Unix seconds.
- What cannot be known, or makes no sense for an object, has no row: it is never a made-up 0.
- The labels named in a section's first line are on every series of that section and do not change while the object
  lives; `pvc` and `pvc_namespace` are empty for a volume without a claim.
- Info metrics are gauges with value 1 in the text format. Both formats serve the same rows.
"""


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join([_INTRODUCTION, *(_section(section) for section in SECTIONS), _histograms(), _library()])


def _section(section: Section[object]) -> str:
    labels = ", ".join(f"`{label}`" for label in section.labels)
    lead = [f"Labels of every series: {labels}.", ""] if labels else []
    return "\n".join([f"## {section.title}", "", *lead, *_table(section.metrics), ""])


def _histograms() -> str:
    return "\n".join(["### Histograms of the exporter", "", *_table(HISTOGRAMS), ""])


def _table(metrics: Iterable[Metric]) -> Iterator[str]:
    yield "| Metric | Type | Further labels | Meaning |"
    yield "|---|---|---|---|"
    for metric in metrics:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        yield f"| `{metric.name}` | {metric.kind.value} | {labels} | {_cell(metric.help)} |"


def _library() -> str:
    """Return the families that prometheus_client adds: all but those that the catalogue declares."""
    own = {metric.base for metric in METRICS}
    suffixes = {"counter": "_total"}
    lines = [
        f"| `{family.name}{suffixes.get(family.type, '')}` | {family.type} | {_cell(family.documentation)} |"
        for family in Library().collect()
        if family.name not in own
    ]
    return "\n".join(["## The process", "", "| Metric | Type | Meaning |", "|---|---|---|", *lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(page())
