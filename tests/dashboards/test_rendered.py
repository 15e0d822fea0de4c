"""What is rendered from the mixin lies beside it, is what the mixin says, and comes in every envelope."""

from __future__ import annotations

import json
import runpy
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

import _jsonnet
import pytest
import yaml

from dashboards.board import RENDERED, boards, chosen
from rules.rulebook import ROOT
from rules.tool import badly_formatted, lint

files: Final[Callable[[Path], dict[str, str]]] = cache(runpy.run_path(str(ROOT / "dashboards" / "render.py"))["files"])
"""The rendered files' texts, by name, of the mixin in a folder."""
SOURCES: Final = sorted((ROOT / "dashboards").rglob("*.libsonnet"))
ENVELOPES: Final = ("configmaps.yaml", "grafanadashboards.yaml")


def _configured(overrides: str) -> dict[str, dict[str, Any]]:
    """Return the dashboards of a mixin with other settings, by the name of their file."""
    source = f"((import 'mixin.libsonnet') + {{ _config+:: {overrides} }}).grafanaDashboards"
    made: dict[str, dict[str, Any]] = json.loads(_jsonnet.evaluate_snippet(str(ROOT / "mixin.jsonnet"), source))
    return made


@pytest.mark.parametrize("name", [*(f"{board.name}.json" for board in boards()), *ENVELOPES])
def test_rendered_files_are_what_the_mixin_says(name: str) -> None:
    """`make dashboards` writes them anew."""
    assert (RENDERED / name).read_text() == files(ROOT)[name]


def test_nothing_else_is_rendered() -> None:
    """A file whose source is gone would be loaded still."""
    assert {path.name for path in RENDERED.iterdir()} == set(files(ROOT))


def test_a_changed_colour_is_noticed(tmp_path: Path) -> None:
    """The comparison fails when the jsonnet says something else."""
    shutil.copy(ROOT / "mixin.libsonnet", tmp_path)
    for part in ("alerts", "dashboards"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("rendered", "*.py"))
    colours = tmp_path / "dashboards" / "library" / "colour.libsonnet"
    colours.write_text(colours.read_text().replace("warning: 'orange'", "warning: 'brown'"))
    changed = files(tmp_path)
    assert all(changed[name] != (RENDERED / name).read_text() for name in ("longhorn-rolling-update.json", *ENVELOPES))


def test_the_sidecar_finds_every_dashboard() -> None:
    """By its label, in a ConfigMap each."""
    maps = list(yaml.safe_load_all((RENDERED / "configmaps.yaml").read_text()))
    assert all(each["metadata"]["labels"]["grafana_dashboard"] == "1" for each in maps)
    held = {name: json.loads(text) for each in maps for name, text in each["data"].items()}
    assert held == {f"{board.name}.json": board.json for board in boards()}


def test_the_operator_finds_every_dashboard() -> None:
    """In a resource of its own each."""
    resources = list(yaml.safe_load_all((RENDERED / "grafanadashboards.yaml").read_text()))
    assert {each["kind"] for each in resources} == {"GrafanaDashboard"}
    assert [json.loads(each["spec"]["json"]) for each in resources] == [board.json for board in boards()]


@pytest.mark.parametrize("file", SOURCES, ids=lambda path: path.stem)
def test_jsonnet_passes_the_linter(file: Path) -> None:
    """No unused variable, no wrong type."""
    assert lint(file) == ""


def test_jsonnet_is_formatted() -> None:
    """As jsonnetfmt writes it."""
    assert badly_formatted(SOURCES) == ""


def test_without_a_cluster_label_there_is_no_cluster() -> None:
    """No variable for it, no matcher, no column, nothing to join by."""
    text = json.dumps(_configured("{ clusterLabel: '' }"))
    assert "$cluster" not in text
    assert "cluster:queryparam" not in text
    assert "by (cluster" not in text
    assert '"cluster"' not in text


def test_the_cluster_may_have_another_label() -> None:
    """The variable is called cluster all the same: alerts link to it by that name."""
    board = _configured("{ clusterLabel: 'site' }")["longhorn-volume.json"]
    cluster = board["templating"]["list"][1]
    assert (cluster["name"], cluster["query"]["query"]) == ("cluster", "label_values(longhorn_cr_longhorn_info, site)")
    assert 'site=~"$cluster"' in board["panels"][1]["targets"][0]["expr"]


def test_a_uid_that_is_changed_is_changed_in_links() -> None:
    """The file's name, the uid and whatever leads there come of one setting."""
    made = _configured("{ dashboards+: { volume: 'storage-volume' } }")
    assert made["storage-volume.json"]["uid"] == "storage-volume"
    text = json.dumps(made["longhorn-rolling-update.json"])
    assert "/d/storage-volume?" in text
    assert "/d/longhorn-volume?" not in text


def test_every_selector_takes_the_matchers_that_are_asked_for() -> None:
    """So that dashboards hold to one job."""
    [stat, *_] = _configured("""{ exporterSelector: 'job="x"' }""")["longhorn-node-drain.json"]["panels"][1:]
    assert 'longhorn_cr_node_drain_verdict{job="x",cluster=~".*",node="a-node"' in chosen(stat["targets"][0]["expr"])
