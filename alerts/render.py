"""Renders the mixin into what is loaded as it is: ``python alerts/render.py`` writes alerts/rendered.

``alerts.yaml`` is a rule file for Prometheus, ``prometheusrule.yaml`` the same for prometheus-operator.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import _jsonnet
import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
RENDERED: Final = ROOT / "alerts" / "rendered"
_HEAD: Final = "# Rendered from jsonnet by `make alerts`: change it there.\n"
_CONFIG: Final = "(import 'mixin.libsonnet')._config"
_MIXIN: Final = """
local mixin = (import 'mixin.libsonnet') + { _config+:: std.parseJson(std.extVar('config')) };
{ groups: mixin.prometheusRules.groups + mixin.prometheusAlerts.groups }
"""
_ORDER: Final = (
    "name",
    "interval",
    "record",
    "alert",
    "expr",
    "for",
    "keep_firing_for",
    "labels",
    "annotations",
    "rules",
)
"""jsonnet sorts keys by name; people read them in this order."""


class _Dumper(yaml.SafeDumper):
    """YAML as people write it: texts of several lines as blocks, long ones unbroken."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def config(root: Path = ROOT) -> dict[str, Any]:
    """Return the configuration of the mixin under ``root``, every key as it is unless changed."""
    configured: dict[str, Any] = json.loads(_jsonnet.evaluate_snippet(str(root / "config.jsonnet"), _CONFIG))
    return configured


def groups(root: Path = ROOT, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the rule file that the mixin under ``root`` makes: recording rules, then alerts.

    ``changes`` are keys of the configuration with the values they have instead.
    """
    given = {"config": json.dumps(changes or {})}
    text = _jsonnet.evaluate_snippet(str(root / "rules.jsonnet"), _MIXIN, ext_vars=given)
    rules: dict[str, Any] = json.loads(text, object_pairs_hook=_in_order)
    return rules


def _in_order(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(sorted(pairs, key=lambda pair: _ORDER.index(pair[0]) if pair[0] in _ORDER else len(_ORDER)))


def _resource(rules: dict[str, Any]) -> dict[str, Any]:
    labels = {"app.kubernetes.io/name": "longhorn-cr-exporter"}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "longhorn-cr-exporter", "labels": labels},
        "spec": rules,
    }


def files(root: Path = ROOT) -> dict[str, str]:
    """Return the text of every rendered file, by name."""
    rules = groups(root)
    documents = {"alerts.yaml": rules, "prometheusrule.yaml": _resource(rules)}
    return {name: _HEAD + _dumped(document) for name, document in documents.items()}


def _dumped(document: dict[str, Any]) -> str:
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, width=10_000, allow_unicode=True)
    return text


def main() -> None:
    """Write what is rendered."""
    RENDERED.mkdir(exist_ok=True)
    for name, text in files().items():
        (RENDERED / name).write_text(text)


if __name__ == "__main__":
    main()
