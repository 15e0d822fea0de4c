"""How the volumes' sizes are spread, so that "is there any between these bounds" costs nothing where there is none."""

from __future__ import annotations

from collections import Counter


class Magnitudes:
    """How many numbers there are of each number of bits. Negative ones count as 0."""

    __slots__ = ("_counts",)

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()

    def move(self, before: int | None, after: int | None) -> None:
        """Put one number in the place of another; None is none."""
        if before == after:
            return
        if before is not None:
            self._counts[_magnitude(before)] -= 1
        if after is not None:
            self._counts[_magnitude(after)] += 1

    def may_lie_between(self, low: int, high: int) -> bool:
        """Whether some number has a magnitude from that of ``low`` to that of ``high``; else none lies between."""
        return any(self._counts[bits] for bits in range(_magnitude(low), _magnitude(high) + 1))


def _magnitude(number: int) -> int:
    return max(number, 0).bit_length()
