"""The reference page stands for the code, and the code for the page."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from judged import exposition, page
from longhorn_cr_exporter.metrics.catalogue import METRICS
from longhorn_cr_exporter.metrics.reference import page as reference
from longhorn_cr_exporter.metrics.text import Format

DOCUMENT = Path(__file__).parents[3] / "docs" / "metrics.md"
NAMED = re.compile(r"^\| `(\w+)` \| (\w+) \|", re.MULTILINE)


def test_the_page_is_the_generated_one() -> None:
    """docs/metrics.md is what the generator writes."""
    assert DOCUMENT.read_text(encoding="utf-8") == reference()


def test_the_command_writes_the_page() -> None:
    """The module is the generator."""
    command = [sys.executable, "-m", "longhorn_cr_exporter.metrics.reference"]
    done = subprocess.run(
        command, capture_output=True, check=True, env={"PYTHONPATH": str(DOCUMENT.parents[1] / "exporter")}
    )
    assert done.stdout.decode("utf-8") == reference()


def test_every_metric_stands_in_the_page_and_the_reverse() -> None:
    """The page names the catalogue's metrics, the library's, and no other."""
    named = dict(NAMED.findall(reference()))
    served = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page(exposition(), format_=Format.OPENMETRICS), re.MULTILINE))
    bases = {
        name.removesuffix("_total").removesuffix("_info"): kind for name, kind in named.items() if name != "python_info"
    }
    bases["python_info"] = "gauge"
    assert bases == served
    assert {metric.name for metric in METRICS} <= set(named)
