"""How much time the demonstration's dashboards show."""

from __future__ import annotations

import pytest

from stack.screen import _span


@pytest.mark.parametrize(
    ("seconds", "span"),
    [
        pytest.param(0, "2m", id="nothing"),
        pytest.param(120, "2m", id="just as long"),
        pytest.param(121, "5m", id="longer"),
        pytest.param(7200, "3h", id="as it was recorded"),
        pytest.param(1_000_000, "3h", id="longest"),
    ],
)
def test_recording_fits(seconds: float, span: str) -> None:
    """The shortest usual range that holds all of it; three hours of a longer one."""
    assert _span(seconds) == span
