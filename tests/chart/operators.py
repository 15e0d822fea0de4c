"""The operators' own CustomResourceDefinitions, from their Go modules, whose checksums go.sum has."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Final

_MODULES: Final = Path(__file__).parents[1] / "tools" / "operators"
_PROMETHEUS: Final = (
    "github.com/prometheus-operator/prometheus-operator",
    "example/prometheus-operator-crd/monitoring.coreos.com_{}.yaml",
)
_GRAFANA: Final = ("github.com/grafana/grafana-operator/v5", "config/crd/bases/grafana.integreatly.org_{}.yaml")
_KINDS: Final = {
    "servicemonitors": _PROMETHEUS,
    "podmonitors": _PROMETHEUS,
    "prometheusrules": _PROMETHEUS,
    "prometheuses": _PROMETHEUS,
    "grafanadashboards": _GRAFANA,
}


def definitions() -> list[Path]:
    """Return the files that define the kinds which the chart makes, and the one that selects among them."""
    folders = {module: _downloaded(module) for module, _ in _KINDS.values()}
    return [folders[module] / pattern.format(plural) for plural, (module, pattern) in _KINDS.items()]


def _downloaded(module: str) -> Path:
    command = ["go", "mod", "download", "-json", module]
    answer = subprocess.run(command, cwd=_MODULES, check=True, stdout=subprocess.PIPE, text=True)
    return Path(json.loads(answer.stdout)["Dir"])
