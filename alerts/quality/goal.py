"""The goals that the alerts are held to, and where a run of them missed one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from longhorn_cr_exporter.model.time import format_time

from .catalogue import CRITICAL, DEADLOCK, INFO, Tier
from .judge import LATE_SECONDS, Judgement, Lead, Verdict
from .truth import Expected

RESET_SECONDS: Final = 120.0


class Goal(NamedTuple):
    """A goal in a person's words, and what finds where one recording misses it."""

    text: str
    misses: Callable[[Judgement], Iterator[str]]


def _page_in_time(judgement: Judgement) -> Iterator[str]:
    for lead in judgement.leads:
        start = lead.deadlock.refused.start
        if lead.deadlock.refused.seconds < LATE_SECONDS:
            continue
        if lead.page is None or lead.page.firing_at > start + LATE_SECONDS:
            came = "never paged" if lead.page is None else f"paged after {lead.page.firing_at - start:.0f} s"
            yield f"{lead.deadlock.volume}, refused since {format_time(start)}: {came}"


def _page_for_deadlocks_only(judgement: Judgement) -> Iterator[str]:
    yield from (_told(each) for each in judgement.verdicts if _is_page(each) and each.window is None)


def _page_resolved(judgement: Judgement) -> Iterator[str]:
    for lead in judgement.leads:
        cure = lead.deadlock.refused.end
        if lead.page is None or lead.deadlock.refused.open or judgement.truth.end < cure + RESET_SECONDS:
            continue
        if lead.page.resolved_at is None or lead.page.resolved_at > cure + RESET_SECONDS:
            yield f"{lead.deadlock.volume}, cured at {format_time(cure)}: resolved {_moment(lead.page.resolved_at)}"


def _warned_before(judgement: Judgement) -> Iterator[str]:
    for lead in judgement.leads:
        if _foreseeable(lead) and lead.warning is None:
            start = format_time(lead.deadlock.refused.start)
            yield f"{lead.deadlock.volume}, refused since {start}: no warning before"


def _foreseeable(lead: Lead) -> bool:
    """Whether the volume was armed for as long as it takes to see that."""
    armed = lead.deadlock.armed
    return armed is not None and lead.deadlock.refused.start - armed.start >= LATE_SECONDS


def _quiet_where_benign(judgement: Judgement) -> Iterator[str]:
    if judgement.truth.benign and not judgement.truth.summary.made:
        yield from (_told(each) for each in judgement.verdicts if each.window is None and each.tier.severity != INFO)


def _made_as_expected(judgement: Judgement) -> Iterator[str]:
    """In a recording of our own making everything that fires is expected, and all that is expected fires."""
    summary = judgement.truth.summary
    if not summary.made:
        return
    wanted, came = set(summary.expected), {_expectation(each) for each in judgement.verdicts}
    yield from (f"{each.alert} {each.severity} {each.object}: never fired" for each in sorted(wanted - came, key=str))
    for each in judgement.verdicts:
        if each.tier.severity != INFO and _expectation(each) not in wanted:
            yield _told(each)


def _expectation(verdict: Verdict) -> Expected:
    return Expected(verdict.firing.alert, verdict.firing.severity, verdict.object)


def _is_page(verdict: Verdict) -> bool:
    return verdict.tier == Tier(DEADLOCK, CRITICAL)


def _told(verdict: Verdict) -> str:
    about = f" {verdict.object}" if verdict.object else ""
    return f"{verdict.firing.alert} {verdict.firing.severity}{about} fired at {format_time(verdict.firing.firing_at)}"


def _moment(seconds: float | None) -> str:
    return "never" if seconds is None else f"at {format_time(seconds)}"


GOALS: Final = (
    Goal(f"Every deadlock is paged within {LATE_SECONDS:.0f} s of the first refusal", _page_in_time),
    Goal("No page for anything but a deadlock", _page_for_deadlocks_only),
    Goal(f"A page resolves within {RESET_SECONDS:.0f} s of the cure", _page_resolved),
    Goal("A warning before every deadlock that was armed while attached", _warned_before),
    Goal("Nothing above info in a benign recording, save what its truth names", _quiet_where_benign),
    Goal("Recordings of our own making raise what they were made for, and nothing else above info", _made_as_expected),
)


class Outcome(NamedTuple):
    """A goal and every place where it was missed."""

    goal: Goal
    misses: Sequence[str]


def outcomes(judgements: Sequence[Judgement]) -> list[Outcome]:
    """Hold all recordings against all goals."""
    return [
        Outcome(goal, [f"{each.recording}: {miss}" for each in judgements for miss in goal.misses(each)])
        for goal in GOALS
    ]
