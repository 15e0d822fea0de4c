"""What ``rule-replay``, Prometheus' own storage and rule engine, is fed with."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
RULES: Final = ROOT / "alerts" / "rendered" / "alerts.yaml"
END: Final = b"END\n"
EVALUATION_SECONDS: Final = 30
"""The rules' interval: an evaluation at another moment than a multiple of it evaluates nothing."""


def engine() -> str:
    """Return where rule-replay is, built first where it is not."""
    build = str(ROOT / "tests" / "tools" / "build")
    built = subprocess.run([build, "rule-replay"], check=True, stdout=subprocess.PIPE, text=True)
    return built.stdout.strip().partition("=")[2]


def scraped_and_evaluated(page: bytes, at: int) -> bytes:
    """Return the frames for a scrape of a page, and for all rules right after it, at a moment in Unix seconds."""
    return b"SCRAPE %d fleet:9899 %d\n%bEVAL %d\n" % (at * 1000, len(page), page, at * 1000)
