"""``drain-check`` for people: a verdict a node, why, what clears by itself and what to do about the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from ..diagnosis.wording import count, listed
from ..report.document import BlockerDocument, DrainCheckDocument, DrainDocument, EffectDocument, Verdict
from .sheet import Sheet
from .table import others, write_actions, write_gaps

K = TypeVar("K")
T = TypeVar("T")

STYLES: Final[dict[Verdict, str]] = {
    "unsafe": "bold red",
    "blocked": "bold magenta",
    "degrading": "bold yellow",
    "safe": "bold green",
}
_SAYS: Final[dict[Verdict, str]] = {
    "unsafe": "do not drain it",
    "blocked": "a drain would hang on Longhorn's PodDisruptionBudget",
    "degrading": "may be drained; {} would miss a replica until it is back",
    "safe": "may be drained",
}
_URGENT: Final = ("would_deadlock", "would_lose_last_usable_replica")
_EFFECTS: Final = {
    "arms": "{} could not be attached again after the next detach, if the node stays away",
    "degrades": "{} would run with fewer replicas",
    "interrupts_rebuild": "{} would lose a rebuild that is under way",
    "evicts": "Longhorn moves replicas of {} to other nodes first",
}
"""The gravest first; what makes a node unsafe is told as its blocker."""
_ANSWERS: Final = {"may_go": "may go", "stays": "stays", "error": "stays, since Longhorn's check fails"}
_DETAILED: Final = 5  # blockers of one kind that are told in full
_EACH: Final = 2  # effects of one kind that are told one by one
_LABEL: Final = 8


def write_drains(sheet: Sheet, report: DrainCheckDocument) -> None:
    """Write the verdicts in their order, and the sum at the end."""
    widest = max((len(node.node) for node in report.nodes), default=0)
    for node in report.nodes:
        _write_node(sheet, node, widest)
    write_gaps(sheet, report.unreadable)
    _write_sum(sheet, report)


def _write_node(sheet: Sheet, node: DrainDocument, width: int) -> None:
    says = _SAYS[node.verdict].format(count(len(node.effects), "volume"))
    sheet.title((node.node, "bold", width), (node.verdict.upper(), STYLES[node.verdict], 9), (says, "", 0))
    kinds = _by_kind(node.blockers, lambda blocker: (blocker.clears_by_itself, blocker.reason))
    for clears, reason in sorted(kinds, key=lambda kind: (kind[0], kind[1] not in _URGENT)):
        _write_blockers(sheet, reason, kinds[clears, reason], clears=clears)
    _write_effects(sheet, node.effects)
    if node.blockers:
        _write_budgets(sheet, node)
    if node.blockers or node.effects:
        sheet.blank()


def _by_kind(items: Iterable[T], kind: Callable[[T], K]) -> dict[K, list[T]]:
    kinds: defaultdict[K, list[T]] = defaultdict(list)
    for item in items:
        kinds[kind(item)].append(item)
    return kinds


def _write_blockers(sheet: Sheet, reason: str, blockers: Sequence[BlockerDocument], *, clears: bool) -> None:
    """Write the blockers of one reason, and what to do."""
    number = f" ({len(blockers)})" if len(blockers) > 1 else ""
    told, rest = blockers[:_DETAILED], blockers[_DETAILED:]
    label, style = ("waits", "yellow") if clears else ("blocks", "red")
    sheet.paragraph(f"{reason}{number}", label=label.ljust(_LABEL), style=style)
    for blocker in told:
        sheet.paragraph(blocker.message, indent=_LABEL + 2)
    if rest:
        sheet.paragraph(others([blocker.object.name for blocker in rest]), indent=_LABEL + 2)
    if clears:
        sheet.paragraph("Nothing: it clears by itself. Ask again in a minute", label="do".ljust(_LABEL))
    write_actions(sheet, [blocker.action for blocker in told if blocker.action], label="do".ljust(_LABEL))


def _write_effects(sheet: Sheet, effects: Iterable[EffectDocument]) -> None:
    kinds = _by_kind(effects, lambda effect: effect.effect)
    for kind in _EFFECTS:
        for text in _effect_texts(kind, kinds.get(kind, [])):
            sheet.paragraph(text, label="effect".ljust(_LABEL), style="yellow" if kind == "arms" else "")


def _effect_texts(kind: str, effects: Sequence[EffectDocument]) -> list[str]:
    if len(effects) <= _EACH:
        return [effect.message for effect in effects]
    names = listed(effect.volume for effect in effects)
    return [_EFFECTS[kind].format(f"{count(len(effects), 'volume')} ({names})")]


def _write_budgets(sheet: Sheet, node: DrainDocument) -> None:
    pdb = node.pdb
    text = (
        f"now: {_ANSWERS[pdb.now]}; once cordoned: {_ANSWERS[pdb.if_cordoned]}; "
        f"once its workloads have left: {_ANSWERS[pdb.if_cordoned_and_workloads_gone]}"
    )
    sheet.paragraph(text, label="budget".ljust(_LABEL), style="dim")


def _write_sum(sheet: Sheet, report: DrainCheckDocument) -> None:
    verdicts = Counter(node.verdict for node in report.nodes)
    parts = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in STYLES if verdicts[verdict])
    if len(report.nodes) != 1:
        sheet.title((f"{len(report.nodes)} nodes: {parts}" if parts else "no nodes", "bold", 0))
    sheet.title((f"Longhorn {report.version}, judged at {report.at}", "dim", 0))
