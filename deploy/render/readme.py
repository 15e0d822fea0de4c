"""The chart's README: how to install it, every value, every alert that a value can change."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from deploy.render.rule import Tier
from deploy.render.value import Value

_TEXT: Final = """\
# {name} {version}

{description}. This page is written by `make chart` from values.yaml and the mixin.

```sh
helm install longhorn-cr-exporter deploy/chart --namespace longhorn-cr-exporter --create-namespace \\
  --set image.repository=registry.example.com/longhorn-cr-exporter
helm test longhorn-cr-exporter --namespace longhorn-cr-exporter
```

With prometheus-operator add `--set serviceMonitor.enabled=true,prometheusRule.enabled=true`, with Grafana's sidecar
`--set dashboards.enabled=true`; `deploy/kube-prometheus-stack.yaml` has the values for kube-prometheus-stack.
[docs/operations.md](../../docs/operations.md) says more: upgrades, size, what survives a drain and why;
[docs/security.md](../../docs/security.md): the rights it needs, what is exposed. Kubernetes {kubernetes}.

## Values

| value | default | |
|---|---|---|
{values}

## Alerts

`prometheusRule.alerts.ALERT.enabled: false` leaves an alert out, `prometheusRule.alerts.ALERT.TIER` has `enabled`,
`severity`, `for` and `keepFiringFor`. What the alerts mean: [docs/runbooks](../../docs/runbooks/README.md).

| alert | tier | severity | for | keepFiringFor |
|---|---|---|---|---|
{alerts}
"""


def text(chart: dict[str, Any], values: Iterable[Value], tiers: Iterable[Tier]) -> str:
    """Return the README of a chart, given its Chart.yaml."""
    return _TEXT.format(
        name=chart["name"],
        version=chart["version"],
        description=chart["description"],
        kubernetes=chart["kubeVersion"].removeprefix(">=").removesuffix(".0-0") + " or later",
        values="\n".join(map(_value_row, values)),
        alerts="\n".join(_row(*(f"`{cell}`" if cell else "" for cell in tier)) for tier in tiers),
    )


def _value_row(value: Value) -> str:
    default = json.dumps(value.default, ensure_ascii=False)
    return _row(f"`{'.'.join(value.path)}`", f"`{default}`", value.meaning)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
