"""Facts and times in the few words that fit into a table."""

from __future__ import annotations

from typing import Final

from ..diagnosis.fact import DiskFacts, NodeFacts
from ..diagnosis.version import FIXED, LATCHED, OPEN
from ..diagnosis.wording import duration
from ..model.time import format_time

_COMMAND: Final = ": kubectl "
_GATES: Final = {
    LATCHED: "has the deadlock",
    FIXED: "has no deadlock",
    OPEN: "has no deadlock",
}


def relative(seconds: float, now: float) -> str:
    """Return how long ago, or in what time: "12 min ago", "in 5 min"."""
    return f"in {duration(seconds - now)}" if seconds > now else f"{duration(now - seconds)} ago"


def clock_time(seconds: float, now: float) -> str:
    """Return a time in UTC; the date is left out where it is today's."""
    day, _, rest = _split(seconds)
    return f"{rest} UTC" if day == _split(now)[0] else f"{day} {rest} UTC"


def clock_date(seconds: float) -> str:
    """Return a time in UTC with its date."""
    day, _, rest = _split(seconds)
    return f"{day} {rest} UTC"


def _split(seconds: float) -> tuple[str, str, str]:
    return format_time(seconds).rstrip("Z").partition("T")


def words(term: str) -> str:
    """Return one of the program's own terms as people write it: ``last_replica`` → "last replica"."""
    return term.replace("_", " ")


def command(action: str) -> tuple[str, str]:
    """Split what to do from the command that it ends with, "" where there is none."""
    advice, found, arguments = action.partition(_COMMAND)
    return (f"{advice}:", f"kubectl {arguments}") if found else (advice, "")


def gate_words(gate: str) -> str:
    """Return what a release's gate means."""
    return _GATES.get(gate, "not known whether it has the deadlock")


def kubernetes_words(node: NodeFacts) -> str:
    """Return how Kubernetes sees a node."""
    if not node.kubernetes_node_present:
        return "unknown" if node.kubernetes_node_present is None else "gone"
    return "Ready" if node.kubernetes_ready else "not Ready"


def longhorn_words(node: NodeFacts) -> str:
    """Return how Longhorn sees a node: what is not as it should be, else "ready"."""
    if node.allow_scheduling is None:
        return "no Longhorn node"
    conditions = [condition for condition in node.conditions if condition.type in {"Ready", "Schedulable"}]
    wrong = [f"{condition.type} {condition.reason or 'False'}" for condition in conditions if not condition.true]
    wrong += [f"disk {disk.name} not ready" for disk in node.disks if not _disk_ready(disk)]
    wrong += [] if node.allow_scheduling else ["scheduling off"]
    return ", ".join(wrong) or "ready"


def _disk_ready(disk: DiskFacts) -> bool:
    return all(condition.true for condition in disk.conditions if condition.type == "Ready")
