"""The alerts for a recording that is played fast: the same rules, with their durations as short as it is fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from alerts.render import config, groups

from .pace import EACH, hurried
from .place import RUNBOOKS

_DURATIONS: Final = ("for", "keepFiringFor")
_OWN: Final = "LonghornExporter"


def local_links(dashboards: str | None) -> dict[str, str]:
    """Return where alerts lead to on this machine: runbooks, and dashboards where they are shown at a URL."""
    shown = {"dashboardURLPattern": f"{dashboards}/d/%s"} if dashboards else {}
    return {"runbookURLPattern": f"{RUNBOOKS.as_uri()}/%s.md", **shown}


def rules(speed: float, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the rule file for ``speed`` recorded seconds a second, with further keys of the configuration changed.

    What is said of the exporter itself keeps its time: no recording tells how long it may be away.
    """
    alerts = {name: alert if name.startswith(_OWN) else _paced(alert, speed) for name, alert in _alerts().items()}
    return groups(changes={"evaluationInterval": EACH, "alerts": alerts, **(changes or {})})


def _alerts() -> dict[str, dict[str, Any]]:
    alerts: dict[str, dict[str, Any]] = config()["alerts"]
    return alerts


def _paced(alert: Mapping[str, Any], speed: float) -> dict[str, Any]:
    return {key: _paced_tier(value, speed) if isinstance(value, dict) else value for key, value in alert.items()}


def _paced_tier(tier: Mapping[str, Any], speed: float) -> dict[str, Any]:
    return {key: hurried(value, speed) if key in _DURATIONS else value for key, value in tier.items()}
