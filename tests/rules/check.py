"""What must hold of the alerts beyond what promtool knows. A check returns its complaints, none where all is well."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from rules.rulebook import Case, Rule, Tier
from rules.vocabulary import TARGET, Vocabulary

ANNOTATIONS: Final = frozenset({"summary", "description", "runbook_url", "dashboard_url"})
SEVERITIES: Final = frozenset({"critical", "warning", "info"})

_OWN_LABEL: Final = re.compile(r"\$labels\.(\w+)")
_LOOKUP: Final = re.compile(r"{{ with printf `(?P<query>[^`]+)`[^|]*\| query }}(?P<shown>.*?){{ else }}")
_SHOWN_LABEL: Final = re.compile(r"(?:label \"|\.Labels\.|sortByLabel \")(\w+)")


def speaks_of_what_is_exported(rules: Collection[Rule]) -> list[str]:
    """Every metric, label and value in an expression is one that the exporter exports, and none is taken when stale."""
    vocabulary = Vocabulary(rules)
    return [f"{rule.name}: {problem}" for rule in rules for problem in vocabulary.problems(rule.expr)]


def shows_what_there_is(rules: Collection[Rule]) -> list[str]:
    """Every label in a text is one of the alert's, and every look-up asks for what is exported."""
    vocabulary = Vocabulary(rules)
    return [f"{rule.name}: {problem}" for rule in rules for problem in _text_problems(rule, vocabulary)]


def _text_problems(rule: Rule, vocabulary: Vocabulary) -> Iterator[str]:
    labels = vocabulary.labels(rule.expr) | TARGET
    for text in (*rule.annotations.values(), *rule.labels.values()):
        yield from (f"shows $labels.{name}" for name in _OWN_LABEL.findall(text) if name not in labels)
        for lookup in _LOOKUP.finditer(text):
            query = lookup["query"].replace("%q", '""')
            yield from (problem for problem in vocabulary.problems(query) if "however stale" not in problem)
            there = vocabulary.labels(query)
            yield from (
                f"shows {name} of {query}" for name in _SHOWN_LABEL.findall(lookup["shown"]) if name not in there
            )


def carries_all_it_must(rules: Iterable[Rule]) -> list[str]:
    """An alert has its labels and annotations, and a summary that is the same for all of its kind."""
    return [f"{rule.name}: {problem}" for rule in rules if rule.alert for problem in _missing(rule)]


def _missing(rule: Rule) -> Iterator[str]:
    if rule.labels.get("severity") not in SEVERITIES:
        yield "its severity is none of three"
    if not rule.labels.get("namespace"):
        yield "it has no namespace"
    yield from (f"it has no {name}" for name in sorted(ANNOTATIONS) if not rule.annotations.get(name))
    if "{{" in rule.annotations.get("summary", ""):
        yield "its summary has a template"


def leads_somewhere(rules: Iterable[Rule], runbooks: Path, dashboards: Collection[str]) -> list[str]:
    """Every runbook is a file of that name in ``runbooks``, every dashboard one of the uids in ``dashboards``."""
    return [f"{rule.name}: {problem}" for rule in rules if rule.alert for problem in _dead(rule, runbooks, dashboards)]


def _dead(rule: Rule, runbooks: Path, dashboards: Collection[str]) -> Iterator[str]:
    runbook = urlsplit(rule.annotations["runbook_url"]).path
    if not runbook.endswith(f"/docs/runbooks/{rule.alert}.md") or not (runbooks / Path(runbook).name).is_file():
        yield f"there is no runbook {runbook}"
    uid = Path(urlsplit(rule.annotations["dashboard_url"]).path).name
    if uid not in dashboards:
        yield f"there is no dashboard {uid}"


def is_tested(rules: Iterable[Rule], cases: Collection[Case]) -> list[str]:
    """Of every tier a case is silent just before it fires and after it resolves, and one is its look-alike's."""
    tiers = [rule.tier for rule in rules if rule.alert]
    unproven = [
        f"no case has {' '.join(tier)} silent, then firing at once, then resolved" for tier in _unproven(tiers, cases)
    ]
    alone = [f"no case keeps {alert} silent throughout" for alert in sorted(_without_look_alike(tiers, cases))]
    return unproven + alone


def _unproven(tiers: Iterable[Tier], cases: Iterable[Case]) -> list[Tier]:
    proven = {tier for case in cases for tier in _proven(case)}
    return [tier for tier in tiers if tier not in proven]


def _proven(case: Case) -> Iterator[Tier]:
    for moment in case.moments:
        others = [other for other in case.moments if other.alert == moment.alert]
        for tier in moment.firing:
            silent = [other.at for other in others if tier not in other.firing]
            before = any(0 < moment.at - at <= case.interval for at in silent)
            if before and any(at > moment.at for at in silent):
                yield tier


def _without_look_alike(tiers: Iterable[Tier], cases: Iterable[Case]) -> set[str]:
    silent = {
        moment.alert
        for case in cases
        if "silent" in case.name
        for moment in case.moments
        if not any(other.firing for other in case.moments if other.alert == moment.alert)
    }
    return {alert for alert, _, _ in tiers} - silent
