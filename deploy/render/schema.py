"""The schema of the chart's values: written by hand beside this, but for the names of the alerts and their tiers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from deploy.render.rule import Tier

_SOURCE: Final = Path(__file__).with_name("values.schema.json")


def text(tiers: Iterable[Tier]) -> str:
    """Return the schema; ``prometheusRule.alerts`` has a key for each alert, and that one for each tier."""
    schema: dict[str, Any] = json.loads(_SOURCE.read_text(encoding="utf-8"))
    alerts: dict[str, dict[str, Any]] = {}
    for tier in tiers:
        alerts.setdefault(tier.alert, {"enabled": {"type": "boolean"}})[tier.name] = {"$ref": "#/definitions/tier"}
    known = {alert: _closed(keys) for alert, keys in alerts.items()}
    schema["properties"]["prometheusRule"]["properties"]["alerts"] = _closed(known)
    return json.dumps(schema, indent=2) + "\n"


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}
