"""The recording's clock: it stands, runs at a speed, or is moved by hand; it never goes back."""

from __future__ import annotations

from collections.abc import Callable


class Clock:
    """Unix seconds in the recording's own time.

    ``monotonic`` counts real seconds; ``speed`` is how many recorded seconds pass in one of them. Listeners are called
    whenever the clock stops, starts or jumps, so that a sleeper can reckon anew.
    """

    def __init__(
        self, start: float, *, monotonic: Callable[[], float], speed: float = 1.0, running: bool = True
    ) -> None:
        if speed <= 0:
            raise ValueError(f"speed {speed:g} is not above zero")
        self.speed = speed
        self._monotonic = monotonic
        self._base = start
        self._since = monotonic() if running else None
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        """Return the moment the recording has come to."""
        if self._since is None:
            return self._base
        return self._base + (self._monotonic() - self._since) * self.speed

    @property
    def running(self) -> bool:
        """Whether time passes by itself."""
        return self._since is not None

    def pause(self) -> None:
        """Let time stand."""
        self._base, self._since = self.now(), None
        self._notify()

    def resume(self) -> None:
        """Let time pass again."""
        self._base, self._since = self.now(), self._monotonic()
        self._notify()

    def advance_to(self, moment: float) -> None:
        """Jump ahead; a running clock runs on from there.

        Raises:
            ValueError: the moment has passed already.
        """
        now = self.now()
        if moment < now:
            raise ValueError(f"the clock cannot go back from {now} to {moment}")
        self._base = moment
        if self.running:
            self._since = self._monotonic()
        self._notify()

    def real_seconds_until(self, moment: float) -> float | None:
        """Return the real seconds until a moment, 0 when it has come, None while the clock stands before it."""
        ahead = moment - self.now()
        if ahead <= 0:
            return 0.0
        return ahead / self.speed if self.running else None

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` on every stop, start and jump; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _notify(self) -> None:
        for listener in tuple(self._listeners):
            listener()
