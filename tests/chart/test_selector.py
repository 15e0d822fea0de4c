"""What objects select by is for life: Kubernetes refuses a Deployment whose selector changes.

selectors.json holds, by chart version, the selectors of a release as that version made them. A new version adds its
own and changes none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from chart.helm import STACK, VALUE_SETS, Json, render
from deploy.render.place import CHART

_RECORDED: Final[dict[str, Json]] = json.loads((Path(__file__).parent / "selectors.json").read_text())
_SETS: Final = [
    pytest.param(path, id=path.stem) for path in (*VALUE_SETS, STACK) if path.stem != "other_names"
]  # another name is another object


def _selectors(objects: list[Json]) -> dict[str, Any]:
    return {f"{obj['kind']}/{obj['metadata']['name']}": obj["spec"]["selector"] for obj in objects if _selects(obj)}


def _selects(obj: Json) -> bool:
    return obj["kind"] in {"Deployment", "Service", "PodDisruptionBudget"}


@pytest.mark.parametrize("version", _RECORDED)
@pytest.mark.parametrize("values", _SETS)
def test_no_value_and_no_version_changes_a_selector(values: Path, version: str) -> None:
    """What has a name selects what it selected under that name in every version."""
    recorded = _RECORDED[version]
    selectors = _selectors(render(values))
    common = selectors.keys() & recorded.keys()
    assert "Deployment/longhorn-cr-exporter" in common
    assert {name: selectors[name] for name in common} == {name: recorded[name] for name in common}


def test_this_version_is_recorded() -> None:
    """So that the next one is held against it."""
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["version"]
    assert _RECORDED[version] == _selectors(render(values=["shards=3"]))


def test_pods_carry_what_is_selected() -> None:
    """Each Deployment's pods and no other's."""
    deployments = [obj["spec"] for obj in render(values=["shards=2"]) if obj["kind"] == "Deployment"]
    for one in deployments:
        selected = [it for it in deployments if one["selector"]["matchLabels"].items() <= _labels(it).items()]
        assert selected == [one]


def _labels(spec: Json) -> dict[str, str]:
    labels: dict[str, str] = spec["template"]["metadata"]["labels"]
    return labels
