"""The dashboards that alerts may link to."""

from __future__ import annotations

import json
import re
from typing import Final

from rules.rulebook import ROOT

RENDERED: Final = ROOT / "dashboards"
_CONFIGURED: Final = re.compile(r"^    dashboards: {(.*?)^    }", re.DOTALL | re.MULTILINE)


def dashboards() -> set[str]:
    """Return the uids of the dashboards that are here; those the mixin is configured for, where none is."""
    rendered = [json.loads(path.read_text()) for path in sorted(RENDERED.rglob("*.json"))]
    return {dashboard["uid"] for dashboard in rendered if "uid" in dashboard} or configured()


def configured() -> set[str]:
    """Return the uids in the mixin's configuration."""
    config = (ROOT / "alerts" / "config.libsonnet").read_text()
    block = _CONFIGURED.search(config)
    return set(re.findall(r"'([^']+)'", block[1])) if block else set()
