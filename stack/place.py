"""Where things of this repository are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
RUNBOOKS: Final = ROOT / "docs" / "runbooks"
ALERTMANAGER_EXAMPLE: Final = ROOT / "alerts" / "alertmanager.example.yaml"
BUILD: Final = ROOT / "tests" / "tools" / "build"
DASHBOARDS: Final = ROOT / "dashboards" / "rendered"
VIEW: Final = ROOT / "dashboards" / "view" / "build"
