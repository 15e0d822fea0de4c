"""The mixin's rules as the chart holds them: each alert with its tier, and words in @…@ for what the values say.

A tier is what a value goes by; the rules themselves do not name it. So the mixin is rendered twice, the second time
with each tier's name as its severity, and the two stand in the same order.
"""

from __future__ import annotations

import copy
import json
from typing import Any, Final, NamedTuple

from alerts.render import config, groups

_PLACEHOLDERS: Final = {
    "longhornNamespace": "@namespace@",
    "runbookURLPattern": "@runbooks@/%s.md",
    "dashboardURLPattern": "@grafana@/d/%s",
}


class Tier(NamedTuple):
    """One alert that the mixin makes: what a value calls it, and what it is unless a value says otherwise."""

    alert: str
    name: str
    severity: str
    wait: str
    keep_firing: str


def marked() -> dict[str, Any]:
    """Return the mixin's rule file with a ``tier`` in each alert."""
    plain = groups(changes=_PLACEHOLDERS)["groups"]
    twins = groups(changes={**_PLACEHOLDERS, "alerts": _tiers_as_severities()})["groups"]
    pairs = zip(plain, twins, strict=True)
    return {"groups": [{**group, "rules": [*map(_mark, group["rules"], twin["rules"])]} for group, twin in pairs]}


def text(rules: dict[str, Any]) -> str:
    """Return the text of the chart's rule file."""
    return json.dumps(rules, indent=1, ensure_ascii=False) + "\n"


def tiers(rules: dict[str, Any]) -> list[Tier]:
    """Return every alert of a marked rule file, in its order."""
    return [
        Tier(rule["alert"], rule["tier"], rule["labels"]["severity"], rule["for"], rule.get("keep_firing_for", ""))
        for group in rules["groups"]
        for rule in group["rules"]
        if "alert" in rule
    ]


def _mark(rule: dict[str, Any], twin: dict[str, Any]) -> dict[str, Any]:
    return {"alert": rule["alert"], "tier": twin["labels"]["severity"], **rule} if "alert" in rule else rule


def _tiers_as_severities() -> dict[str, Any]:
    alerts: dict[str, Any] = copy.deepcopy(config()["alerts"])
    for alert in alerts.values():
        for name, tier in alert.items():
            if isinstance(tier, dict):
                tier["severity"] = name
    return alerts
