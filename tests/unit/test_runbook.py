"""The runbooks that alerts and findings send people to, and the links of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from dumped import cluster_objects
from longhorn_cr_exporter.diagnosis.pattern import INFO, Pattern

ROOT: Final = Path(__file__).parents[2]
RUNBOOKS: Final = ROOT / "docs" / "runbooks"
INDEX: Final = RUNBOOKS / "README.md"
REFERENCE: Final = ROOT / "docs" / "metrics.md"
NAMES: Final = sorted(path.stem for path in RUNBOOKS.glob("*.md") if path != INDEX)
DOCUMENTS: Final = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
SECTIONS: Final = ["Means", "Confirm", "Do", "How it ends", "Looks like it but is not"]

_LINK: Final = re.compile(r"\]\(([^)\s]+)\)")
_FENCED: Final = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
_OUTSIDE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|#|/")
_FIELD: Final = re.compile(r"`((?:spec|status)\.\w+)`")
_METRIC: Final = re.compile(r"longhorn_cr_\w+")


@pytest.mark.parametrize("pattern", Pattern, ids=lambda pattern: pattern.id)
def test_a_finding_names_a_runbook_that_exists(pattern: Pattern) -> None:
    """The path in a finding is relative to the project."""
    finding = pattern.found(INFO, "Volume", "vol", message="", action="")
    assert (ROOT / finding.runbook).is_file()


def test_every_alert_has_a_runbook_and_every_runbook_an_alert() -> None:
    """The configuration of the alerts has a key for each of them."""
    config = (ROOT / "alerts" / "config.libsonnet").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^ +(Longhorn\w+): \{$", config, re.MULTILINE)) == NAMES


def test_the_index_names_every_runbook_once() -> None:
    """An operator finds each of them from the index, and none that is gone."""
    assert sorted(_links(INDEX)) == [f"{name}.md" for name in NAMES]


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_has_its_sections_in_order(name: str) -> None:
    """Whoever has read one knows where to look in all others."""
    text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_refers_only_to_runbooks_that_exist(name: str) -> None:
    """They name each other by alert, not by link."""
    text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    named = re.findall(r"\bLonghorn[A-Z]\w+", text)
    assert set(named) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_runbook_names_only_fields_and_metrics_that_exist(name: str) -> None:
    """An operator who is told to read a field finds it in the recorded objects, and a metric in the reference."""
    text = (RUNBOOKS / f"{name}.md").read_text(encoding="utf-8")
    assert set(_FIELD.findall(text)) <= set(_recorded_fields())
    assert set(_METRIC.findall(text)) <= set(_METRIC.findall(REFERENCE.read_text(encoding="utf-8")))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_points_at_a_file(document: Path) -> None:
    """A link may name a part of the file after ``#``; that is not followed."""
    assert [link for link in _links(document) if not (document.parent / link).exists()] == []


def _links(document: Path) -> Iterator[str]:
    """Yield the paths that a document links to, without those into the web, into itself and in code."""
    text = _FENCED.sub("", document.read_text(encoding="utf-8"))
    return (link.partition("#")[0] for link in _LINK.findall(text) if not _OUTSIDE.match(link))


def _recorded_fields() -> Iterator[str]:
    """Yield every field of the recorded objects, as ``spec.nodeID``."""
    for obj in cluster_objects():
        for part in ("spec", "status"):
            fields: dict[str, Any] = obj.get(part) or {}
            yield from (f"{part}.{field}" for field in fields)
