"""The pictures of docs/walkthrough.md: every dashboard at its moments, down to where the answer ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from dashboards.drawn.picture import Easel, Scene, drawn
from dashboards.filled import Prometheus
from dashboards.shown import answered
from dashboards.twist import PLAIN, Twist
from dashboards.walkthrough import BEGUN, MOMENTS, RECORDING, Moment, Pictured

pytestmark = pytest.mark.asyncio(loop_scope="session")

ENDS_ABOVE: Final[Mapping[str, str]] = {
    "longhorn-cr-exporter": "The API server",
    "longhorn-node-drain": "How it came to this",
    "longhorn-rolling-update": "How it came to this",
    "longhorn-volume": "Replicas",
}
"""The first row of each dashboard that a picture does not show."""


def _id(part: Moment | Pictured) -> str:
    return part.name if isinstance(part, Moment) else part.board.name


@pytest.mark.parametrize(
    ("moment", "picture"), [(moment, picture) for moment in MOMENTS for picture in moment.pictures], ids=_id
)
async def test_a_picture_can_be_read(
    easel: Easel, prometheus_of: Callable[[str, Twist], Prometheus], moment: Moment, picture: Pictured
) -> None:
    """No error, no text cut off, no panel empty that has an answer; UPDATE_IMAGES=1 keeps the picture."""
    prometheus = prometheus_of(RECORDING, PLAIN)
    board = picture.board
    chosen = {"volume": "", "node": "", **picture.chosen}
    scene = Scene(moment.name, RECORDING, f"{moment.clock}:00", **chosen, seconds=moment.at - BEGUN)
    empty = {panel.title for panel in board.panels if not answered(panel, prometheus, moment.at, chosen)}
    async with drawn(easel, prometheus.url, scene.address(board.name)) as drawing:
        assert await drawing.problems(frozenset(empty)) == []
        if os.environ.get("UPDATE_IMAGES") == "1":
            await drawing.save(Path(picture.path).stem, above=ENDS_ABOVE[board.name])
