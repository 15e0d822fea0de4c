"""What the chart takes from elsewhere, as it cannot read outside itself, and what is made of it: schema, README."""

from __future__ import annotations

from typing import Final

import yaml

from deploy.render import readme, rule, schema, value
from deploy.render.place import CHART, ROOT

DASHBOARDS: Final = ROOT / "dashboards" / "rendered"


def files() -> dict[str, str]:
    """Return the text of every such file, by its path in the chart."""
    rules = rule.marked()
    tiers = rule.tiers(rules)
    described = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    explained = value.values((CHART / "values.yaml").read_text(encoding="utf-8"))
    return {
        "files/rules.json": rule.text(rules),
        **{f"files/dashboards/{path.name}": path.read_text(encoding="utf-8") for path in DASHBOARDS.glob("*.json")},
        "README.md": readme.text(described, explained, tiers),
        "values.schema.json": schema.text(tiers),
    }
