"""A recording through the real exporter, at the recording's own clock: the frames that ``rule-replay`` reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from longhorn_cr_exporter.exporter import Exporter
from longhorn_cr_exporter.metrics.exposition import describe_build
from longhorn_cr_exporter.metrics.text import Format
from longhorn_cr_exporter.model.decode import decode_object
from longhorn_cr_exporter.model.resource import RESOURCES
from longhorn_cr_exporter.replay.event import Event
from longhorn_cr_exporter.replay.recording import Recording

SCRAPE_SECONDS: Final = 15
END: Final = b"END\n"
INSTANCE: Final = "exporter:9899"
_BOOKMARK_SECONDS: Final = 60
_ALL: Final = 1_000_000_000


class Replay:
    """An exporter that follows a recording as list and watch would let it.

    It begins with the cluster, which is empty then; its watches hear a bookmark each minute. ``monotonic`` counts real
    seconds.
    """

    def __init__(self, recording: Recording, *, monotonic: Callable[[], float]) -> None:
        self._recording = recording
        self._monotonic = monotonic
        self._now = recording.start
        self._exporter = Exporter(clock=lambda: self._now, monotonic=monotonic, build=describe_build("quality"))
        for resource in RESOURCES:
            contact = self._exporter.contacts[resource.name]
            contact.up = contact.settled = True
            contact.last_sync = contact.last_event = recording.start
            contact.lists["success"] = contact.watches["success"] = 1
            self._exporter.replace(resource, [], recording.start)

    def frames(self) -> Iterator[bytes]:
        """Yield a scrape and an evaluation for every 15 s of the recording, then the end."""
        events = iter(self._recording.events)
        event = next(events, None)
        for moment in scrape_times(self._recording):
            while event is not None and event.clock <= moment:
                self._feed(event)
                event = next(events, None)
            self._hear_bookmark(moment)
            page = self._scrape(moment)
            yield from scraped_and_evaluated(page, moment)
        yield END

    def _feed(self, event: Event) -> None:
        self._now = event.clock
        obj = decode_object(event.resource, event.body)
        feed = self._exporter.remove if event.type == "DELETED" else self._exporter.put
        feed(event.resource, obj, event.clock)
        contact = self._exporter.contacts[event.resource.name]
        contact.last_event = event.clock
        contact.events[event.type] += 1

    def _hear_bookmark(self, moment: int) -> None:
        if moment % _BOOKMARK_SECONDS == 0:
            for contact in self._exporter.contacts.values():
                contact.last_event = float(moment)
                contact.events["BOOKMARK"] += 1

    def _scrape(self, moment: int) -> bytes:
        self._now = float(moment)
        self._exporter.advance(_ALL)
        begun = self._monotonic()
        scrape = self._exporter.exposition.render(now=self._now, format_=Format.TEXT)
        self._exporter.exposition.observe_scrape(scrape, self._monotonic() - begun)
        return scrape.body()


def scraped_and_evaluated(page: bytes, moment: int) -> Iterator[bytes]:
    """Yield the frames for a scrape of a page, and for the rules that are due right after it; Unix seconds."""
    yield b"SCRAPE %d %s %d\n" % (moment * 1000, INSTANCE.encode(), len(page))
    yield page
    yield b"EVAL %d\n" % (moment * 1000)


def scrape_times(recording: Recording) -> range:
    """Return the Unix seconds at which a recording is scraped: each full 15 s from its first event to its last."""
    first = -int(-recording.start // SCRAPE_SECONDS) * SCRAPE_SECONDS
    return range(first, int(recording.end) + 1, SCRAPE_SECONDS)
