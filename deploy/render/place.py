"""Where the chart is, and what is made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
CHART: Final = ROOT / "deploy" / "chart"
MANIFESTS: Final = ROOT / "deploy" / "manifests"
