"""Recordings played into a real API server: the exporter that follows it says what is true, at every step."""

from __future__ import annotations

import pytest

from api.definition import MINIMAL
from api.following import Follow
from api.playback import Playback
from recorded import assert_true, moments


@pytest.mark.parametrize(
    ("definitions", "run"),
    [
        pytest.param(MINIMAL, "v1.7.2/b-deadlock-9938", id="9938-minimal-crds"),
        pytest.param("v1.7.2", "v1.7.2/b-deadlock-9938", id="9938-v1.7.2"),
        pytest.param("v1.8.1", "v1.8.1/b-deadlock-9938", id="9938-v1.8.1"),
        pytest.param("v1.12.1", "v1.12.1/b-deadlock-9938", id="9938-v1.12.1"),
    ],
)
async def test_facts_equal_the_truth_at_every_step(run: str, playback: Playback, follow: Follow) -> None:
    """Longhorn's own ``ready``, the condition, the state, the counts and the waiting workload."""
    async with follow(page_limit=5) as follower:
        steps = 0
        for moment in moments(run):
            follower.clock.advance_to(moment.clock)
            for event in moment.events:
                await playback.play(event)
            await follower.in_step_with(playback)
            steps += assert_true(run, moment, follower.exporter.assessment.volumes.facts)
        assert steps > 20
