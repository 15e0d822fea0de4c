"""``python -m deploy.render``: the chart's files first, as helm reads them, then the manifests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploy.render import chart, manifest
from deploy.render.place import CHART, MANIFESTS


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write texts by their paths below a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(CHART, chart.files())
    write(MANIFESTS, manifest.files())
