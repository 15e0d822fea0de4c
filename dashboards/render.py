"""Renders the dashboards into what is loaded as it is: ``python dashboards/render.py`` writes dashboards/rendered.

Each dashboard as a file to import, ``configmaps.yaml`` with all of them for Grafana's sidecar, and
``grafanadashboards.yaml`` for grafana-operator.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import _jsonnet
import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
RENDERED: Final = ROOT / "dashboards" / "rendered"
_HEAD: Final = "# Rendered from jsonnet by `make dashboards`: change it there.\n"
_MIXIN: Final = "(import 'mixin.libsonnet').grafanaDashboards"
_FIRST: Final = ("title", "uid", "description", "id", "type", "name")
"""What people look for comes first; the rest by name."""


def dashboards(root: Path = ROOT) -> dict[str, Any]:
    """Return the dashboards that the mixin under ``root`` makes, by file name."""
    made: dict[str, Any] = json.loads(_jsonnet.evaluate_snippet(str(root / "dashboards.jsonnet"), _MIXIN))
    return made


def files(root: Path = ROOT) -> dict[str, str]:
    """Return the text of every rendered file, by name."""
    made = dashboards(root)
    texts = {name: json.dumps(_in_order(dashboard), indent=2, ensure_ascii=False) for name, dashboard in made.items()}
    compact = {name: json.dumps(_in_order(dashboard), ensure_ascii=False) for name, dashboard in made.items()}
    configmaps = [_configmap(name, text) for name, text in compact.items()]
    resources = [_grafana_dashboard(name, text) for name, text in compact.items()]
    return {
        **{name: text + "\n" for name, text in texts.items()},
        "configmaps.yaml": _HEAD + _dumped(configmaps),
        "grafanadashboards.yaml": _HEAD + _dumped(resources),
    }


def _in_order(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        names = [name for name in _FIRST if name in value] + sorted(value.keys() - set(_FIRST))
        return {name: _in_order(value[name]) for name in names}
    return [_in_order(item) for item in value] if isinstance(value, list) else value


def _metadata(name: str) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": "longhorn-cr-exporter"}
    return {"name": f"{Path(name).stem}-dashboard", "labels": labels}


def _configmap(name: str, text: str) -> dict[str, Any]:
    metadata = _metadata(name)
    metadata["labels"]["grafana_dashboard"] = "1"
    metadata["annotations"] = {"grafana_folder": "Longhorn"}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {name: text}}


def _grafana_dashboard(name: str, text: str) -> dict[str, Any]:
    return {
        "apiVersion": "grafana.integreatly.org/v1beta1",
        "kind": "GrafanaDashboard",
        "metadata": _metadata(name),
        "spec": {
            "folder": "Longhorn",
            "instanceSelector": {"matchLabels": {"dashboards": "grafana"}},
            "json": text,
        },
    }


def _dumped(documents: list[dict[str, Any]]) -> str:
    text: str = yaml.safe_dump_all(documents, sort_keys=False, width=10_000_000, allow_unicode=True)
    return text


def main() -> None:
    """Write what is rendered."""
    RENDERED.mkdir(exist_ok=True)
    for name, text in files().items():
        (RENDERED / name).write_text(text)


if __name__ == "__main__":
    main()
