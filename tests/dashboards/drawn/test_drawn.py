"""Every dashboard drawn by Grafana's components at telling moments, in both themes, from a real Prometheus."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from dashboards.board import boards
from dashboards.drawn.picture import THEMES, Easel, Scene, Theme, drawn
from dashboards.filled import Prometheus
from dashboards.twist import PLAIN, Twist

pytestmark = pytest.mark.asyncio(loop_scope="session")

Prometheuses = Callable[[str, Twist], Prometheus]

ROLLING: Final = "longhorn-rolling-update"
ARMED: Final = Scene("armed", "v1.7.2/b-deadlock-9938", "06:20:00", "vol-rwo3", "n1")
DEADLOCKED: Final = Scene("deadlocked", "v1.7.2/b-deadlock-9938", "06:50:00", "vol-rwo3", "n1")
SCENES: Final = [
    ARMED,
    DEADLOCKED,
    Scene("replaced", "v1.7.2/l-capi-replacement-no-wait", "06:50:00", "vol-fast", "n4"),
    Scene("in-place", "v1.7.2/k-rolling-in-place-update-5-nodes", "06:33:00", "vol-fast", "n3"),
]
KEPT: Final = {(ARMED, "dark"), (DEADLOCKED, "light")}
"""Whose pictures stand in docs/images."""
NAMES: Final = [board.name for board in boards()]
NOTHING_IS_AN_ANSWER: Final = frozenset(
    {
        "Oldest wait",
        "Cordoned for",
        "Blockers",
        "Blockers over time",
        "Why it cannot attach",
        "Stages by volume",
        "Alerts",
    }
)
"""Panels that are empty where there is nothing to tell; the cases say when that is."""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_it_can_be_read(easel: Easel, prometheus_of: Prometheuses, scene: Scene, name: str, theme: Theme) -> None:
    """No error, no panel without data, no text cut off; UPDATE_IMAGES=1 keeps the picture."""
    prometheus = prometheus_of(scene.recording, PLAIN)
    async with drawn(easel, prometheus.url, scene.address(name), theme=theme) as picture:
        assert await picture.problems(NOTHING_IS_AN_ANSWER) == []
        if os.environ.get("UPDATE_IMAGES") == "1" and (scene, theme) in KEPT:
            await picture.save(f"dashboard-{name.removeprefix('longhorn-')}-{scene.name}-{theme}")


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        pytest.param(("longhorn_cr_degraded_availability_allowed", "nothing("), "parse error", id="query"),
        pytest.param(('"type": "stat"', '"type": "speedometer"'), "no panel of type", id="panel"),
        pytest.param(("longhorn_cr_longhorn_info", "longhorn_cr_wish_info"), "no data", id="data"),
        pytest.param(('"value": 180', '"value": 30'), "cut off", id="width"),
    ],
)
async def test_what_is_broken_is_noticed(
    easel: Easel, prometheus_of: Prometheuses, tmp_path: Path, broken: tuple[str, str], said: str
) -> None:
    """A query that does not parse, a panel that nobody can draw, a metric that nobody exports, a narrow column."""
    text = json.dumps(next(board.json for board in boards() if board.name == ROLLING))
    assert broken[0] in text
    (tmp_path / f"{ROLLING}.json").write_text(text.replace(*broken))
    prometheus = prometheus_of(DEADLOCKED.recording, PLAIN)
    async with drawn(easel, prometheus.url, DEADLOCKED.address(ROLLING), dashboards=tmp_path) as picture:
        problems = await picture.problems(NOTHING_IS_AN_ANSWER)
    assert any(said in problem for problem in problems), problems
