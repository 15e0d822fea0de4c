"""Firings held against the truth: which were right, which came when they had to, and how soon."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from .catalogue import CRITICAL, DEADLOCK, PROMISES, WARNING, Promise, Tier
from .firing import Firing
from .truth import Deadlock, Subject, Truth
from .window import Window, bridged

LATE_SECONDS: Final = 90.0
"""A scrape, an evaluation and a rule's ``for`` after a condition: what lasts shorter need not be seen."""
_SHORT_SECONDS: Final = 45.0
_SAMPLED_SECONDS: Final = 60.0
_UNKNOWN: Final = Promise("", 0)


class Verdict(NamedTuple):
    """One firing, and the window of truth that it is right by, None for a false one.

    ``reset`` is the seconds from the end of what it tells of to its resolution; None while either is not over.
    """

    firing: Firing
    object: str
    window: Window | None
    reset: float | None

    @property
    def tier(self) -> Tier:
        """The alert and its severity."""
        return Tier(self.firing.alert, self.firing.severity)


class Demand(NamedTuple):
    """A window in which an alert had to come, and the firing that did, None where it was missed."""

    subject: Subject
    window: Window
    met: Firing | None

    @property
    def delay(self) -> float | None:
        """Seconds from the moment at which the catalogue wants it; below zero where it was there before."""
        if self.met is None:
            return None
        return self.met.firing_at - self.window.start - promise(self.subject.tier).seconds


class Lead(NamedTuple):
    """A deadlock, the warning that came before it (None: none), and the page."""

    deadlock: Deadlock
    warning: Firing | None
    page: Firing | None

    @property
    def seconds(self) -> float | None:
        """How long before the first refusal the warning fired."""
        return None if self.warning is None else self.deadlock.refused.start - self.warning.firing_at


class Judgement(NamedTuple):
    """One recording's alerts, judged."""

    recording: str
    truth: Truth
    verdicts: Sequence[Verdict]
    demands: Sequence[Demand]
    leads: Sequence[Lead]


def judge(recording: str, truth: Truth, firings: Sequence[Firing]) -> Judgement:
    """Hold a recording's firings against its truth."""
    by_subject: dict[Subject, list[Firing]] = defaultdict(list)
    for firing in firings:
        by_subject[_subject(firing)].append(firing)
    verdicts = [_verdict(truth, each) for each in firings]
    leads = [_lead(each, by_subject) for each in truth.deadlocks]
    return Judgement(recording, truth, verdicts, list(_demands(truth, by_subject)), leads)


def promise(tier: Tier) -> Promise:
    """Return what the catalogue promises of a tier; of one that it does not know, nothing."""
    return PROMISES.get(tier, _UNKNOWN)


def _subject(firing: Firing) -> Subject:
    tier = Tier(firing.alert, firing.severity)
    return Subject(tier, firing.labels.get(promise(tier).label, ""))


def _verdict(truth: Truth, firing: Firing) -> Verdict:
    window = _reason(truth, firing)
    return Verdict(firing, _subject(firing).object, window, None if window is None else _reset(truth, firing))


def _reset(truth: Truth, firing: Firing) -> float | None:
    if firing.resolved_at is None:
        return None
    ends = [each.end for each in truth.named[_subject(firing)] if not each.open and each.end <= firing.resolved_at]
    return firing.resolved_at - max(ends) if ends else None


def _reason(truth: Truth, firing: Firing) -> Window | None:
    subject = _subject(firing)
    lasting = promise(subject.tier).seconds
    for window in bridged(truth.named.get(subject, ()), _SAMPLED_SECONDS):
        lasted = window.seconds >= lasting - _SHORT_SECONDS
        if lasted and window.covers(firing.firing_at, before=_SHORT_SECONDS, after=_SAMPLED_SECONDS):
            return window
    return None


def _demands(truth: Truth, firings: dict[Subject, list[Firing]]) -> Iterator[Demand]:
    for subject, windows in sorted(truth.sure.items()):
        for window in windows:
            if window.seconds >= promise(subject.tier).seconds + LATE_SECONDS:
                yield Demand(subject, window, _during(firings.get(subject, ()), window))


def _during(firings: Iterable[Firing], window: Window) -> Firing | None:
    """Return the first firing that was active within a window."""
    active = (
        each
        for each in firings
        if each.firing_at <= window.end + _SAMPLED_SECONDS
        and (each.resolved_at is None or each.resolved_at > window.start)
    )
    return min(active, key=lambda each: each.firing_at, default=None)


def _lead(deadlock: Deadlock, firings: dict[Subject, list[Firing]]) -> Lead:
    page = _during(firings.get(Subject(Tier(DEADLOCK, CRITICAL), deadlock.volume), ()), deadlock.refused)
    warnings = firings.get(Subject(Tier(DEADLOCK, WARNING), deadlock.volume), ())
    armed = deadlock.armed
    before = None if armed is None else _during(warnings, Window(armed.start, deadlock.refused.start))
    if before is not None and before.firing_at >= deadlock.refused.start:
        before = None
    return Lead(deadlock, before, page)


class Tally(NamedTuple):
    """One tier over all recordings; seconds are medians, None where there is nothing to measure."""

    tier: Tier
    recordings: int
    right: int
    false: int
    demanded: int
    met: int
    delay: float | None
    lead: float | None
    reset: float | None

    @property
    def precision(self) -> float | None:
        """Share of firings that were right."""
        return self.right / (self.right + self.false) if self.right + self.false else None

    @property
    def recall(self) -> float | None:
        """Share of the windows which demanded it that it came in."""
        return self.met / self.demanded if self.demanded else None


def tally(tier: Tier, judgements: Sequence[Judgement]) -> Tally:
    """Count one tier over recordings."""
    verdicts = [each for judgement in judgements for each in judgement.verdicts if each.tier == tier]
    demands = [each for judgement in judgements for each in judgement.demands if each.subject.tier == tier]
    leads = [each.seconds for judgement in judgements for each in judgement.leads] if tier.alert == DEADLOCK else []
    return Tally(
        tier=tier,
        recordings=len({each.firing.recording for each in verdicts}),
        right=sum(each.window is not None for each in verdicts),
        false=sum(each.window is None for each in verdicts),
        demanded=len(demands),
        met=sum(each.met is not None for each in demands),
        delay=_median(each.delay for each in demands),
        lead=_median(leads) if tier.severity == WARNING else None,
        reset=_median(each.reset for each in verdicts),
    )


def _median(seconds: Iterable[float | None]) -> float | None:
    known = [each for each in seconds if each is not None]
    return statistics.median(known) if known else None
