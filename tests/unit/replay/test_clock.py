"""The recording's clock under a monotonic source moved by hand."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.replay.clock import Clock


class Real:
    """Real seconds, moved by the test."""

    def __init__(self) -> None:
        self.seconds = 50.0

    def __call__(self) -> float:
        """Return the real seconds."""
        return self.seconds


def test_runs_at_its_speed() -> None:
    """A minute passes in a second at speed 60."""
    real = Real()
    clock = Clock(1000.0, monotonic=real, speed=60.0)
    real.seconds += 2
    assert clock.now() == 1120.0
    assert clock.real_seconds_until(1180.0) == 1.0
    assert clock.real_seconds_until(1100.0) == 0.0


def test_stands_and_goes_on() -> None:
    """A paused clock loses no time and gains none."""
    real = Real()
    clock = Clock(1000.0, monotonic=real)
    real.seconds += 5
    clock.pause()
    real.seconds += 100
    assert (clock.now(), clock.running, clock.real_seconds_until(1006.0)) == (1005.0, False, None)
    clock.resume()
    real.seconds += 1
    assert clock.now() == 1006.0


@pytest.mark.parametrize("running", [True, False])
def test_jumps_ahead_only(running: bool) -> None:
    """It jumps to a moment, running or not, and never back."""
    real = Real()
    clock = Clock(1000.0, monotonic=real, running=running)
    real.seconds += 1
    clock.advance_to(2000.0)
    assert clock.now() == 2000.0
    real.seconds += 1
    assert clock.now() == (2001.0 if running else 2000.0)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(1999.0)


def test_tells_its_listeners() -> None:
    """Each stop, start and jump is told, until the listener has enough."""
    clock = Clock(0.0, monotonic=Real())
    calls: list[float] = []
    end = clock.listen(lambda: calls.append(clock.now()))
    clock.pause()
    clock.advance_to(7.0)
    clock.resume()
    end()
    clock.pause()
    assert calls == [0.0, 7.0, 7.0]


def test_speed_must_be_above_zero() -> None:
    """A speed that goes nowhere is refused."""
    with pytest.raises(ValueError, match="not above zero"):
        Clock(0.0, monotonic=Real(), speed=0.0)
