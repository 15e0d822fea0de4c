"""What `make chart` writes is what the sources say, and the chart is what helm wants."""

from __future__ import annotations

import pytest
import yaml

from chart.helm import RefusedError, helm, render, the
from deploy.render import chart, manifest, value
from deploy.render.place import CHART, MANIFESTS

_VALUES = (CHART / "values.yaml").read_text()


def test_the_chart_holds_what_the_sources_say() -> None:
    """Rules, dashboards and README; `make chart` writes them anew."""
    files = chart.files()
    assert {name: (CHART / name).read_text() for name in files} == files
    assert {f"files/dashboards/{path.name}" for path in (CHART / "files" / "dashboards").iterdir()} <= set(files)


def test_the_manifests_are_what_the_chart_says() -> None:
    """`make chart` writes them anew; none is left whose source is gone."""
    written = {path.relative_to(MANIFESTS).as_posix(): path.read_text() for path in MANIFESTS.rglob("*.yaml")}
    assert written == manifest.files()


def test_every_value_is_explained() -> None:
    """In values.yaml, and so in the README."""
    assert value.unexplained(_VALUES) == []


def test_an_unexplained_value_is_noticed() -> None:
    """By its path; one below an explained value belongs to that."""
    text = "# -- Said.\na:\n  b: 1\nc:\n  # not said\n  d: 2\n  # -- Said\n  # at length.\n  e: {}\n"
    assert value.unexplained(text) == [("c", "d")]
    assert value.values(text) == [
        value.Value(("a",), {"b": 1}, "Said."),
        value.Value(("c", "e"), {}, "Said at length."),
    ]


def test_lint() -> None:
    """Helm's own, strict."""
    assert "0 chart(s) failed" in helm("lint", "--strict", CHART)


def test_what_is_installed_is_the_chart_of_this_version() -> None:
    """The chart's appVersion is the program's, and the image's tag by default."""
    version = yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"]
    (container,) = the(render(), "Deployment")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"longhorn-cr-exporter:{version}"
    assert helm("show", "chart", CHART).count(f": {version}\n") == 2


def test_a_cluster_that_is_too_old_is_refused() -> None:
    """Before anything is sent to it."""
    with pytest.raises(RefusedError, match="kubeVersion"):
        helm("template", "x", CHART, "--kube-version=1.26.9")
