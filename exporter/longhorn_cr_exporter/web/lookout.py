"""What is asked for by page and API alike: everything received so far judged, and the findings made once for all.

On a fleet of 10,000 volumes the findings take a second or two. They are made in slices, so that nobody else waits for
that long, and kept for a while that depends on what they cost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from ..diagnosis.finding import ranked, search
from ..diagnosis.pattern import Finding, View
from ..exporter import Exporter

_CATCH_UP: Final = 500  # objects judged before an answer: some 30 ms; a longer backlog is left to the exporter's task
_OF_NODES: Final = frozenset({"Node", "InstanceManager"})  # not to be judged by a share of the volumes
_TURN_SECONDS: Final = 0.01
_KEPT_FOR: Final = 10.0  # times what making them took


class Lookout:
    """Looks after one exporter. ``complete`` becomes true, for good, once all was read and judged."""

    def __init__(self, exporter: Exporter) -> None:
        self.complete = False
        self._exporter = exporter
        self._lock = asyncio.Lock()
        self._found: Sequence[Finding] = ()
        self._kept_until = 0.0

    def catch_up(self) -> None:
        """Judge what was received last, unless that is much."""
        self._exporter.advance(_CATCH_UP)
        self.complete = self.complete or self._exporter.ready

    async def findings(self) -> Sequence[Finding]:
        """Return all findings, most urgent first; those of the last time while much is still to be judged."""
        async with self._lock:
            loop = asyncio.get_running_loop()
            begun = loop.time()
            if self._exporter.ready and begun >= self._kept_until:
                self._found = await self._search(loop.time)
                self._kept_until = loop.time() + _KEPT_FOR * (loop.time() - begun)
            return self._found

    async def _search(self, time: Callable[[], float]) -> Sequence[Finding]:
        exporter, found = self._exporter, list[Finding]()
        turn_ends = time() + _TURN_SECONDS
        for part in search(View(exporter.assessment, exporter.state, exporter.clock())):
            found.extend(part)
            if time() >= turn_ends:
                await asyncio.sleep(0)
                turn_ends = time() + _TURN_SECONDS
        return ranked(finding for finding in found if exporter.shard.shows_nodes or finding.kind not in _OF_NODES)
