"""What is said of attachments that outlast workloads and hold a node's drain up: made by hand, or by a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..model.volume import LonghornAttachment, Ticket
from . import advice
from .finding_attach import satisfied_since
from .pattern import INFO, Finding, Pattern, View
from .wording import lasting

_JOB_FOR: Final = 3600.0
_BY_HAND: Final = "longhorn-api"
_JOBS: Final = {"backup-controller": "backup", "snapshot-controller": "snapshot"}


def ticket_findings(attachment: LonghornAttachment, view: View) -> Iterator[Finding]:
    """Yield what the tickets of one volume give cause to say. A job's ticket tells how old it is once it is met."""
    statuses = attachment.status.attachment_ticket_statuses or {}
    for name, ticket in sorted((attachment.spec.attachment_tickets or {}).items()):
        since = satisfied_since(statuses.get(name))
        if ticket.type == _BY_HAND:
            yield _by_hand(attachment.name, ticket, since, view)
        elif ticket.type in _JOBS and view.age(since) > _JOB_FOR:
            yield _job(attachment.name, ticket, since, view)


def _by_hand(volume: str, ticket: Ticket, since: float | None, view: View) -> Finding:
    message = (
        f"Volume {volume} is attached to {ticket.node_id or 'a node'} by hand{lasting(since, view.now)}: "
        "it stays when workloads leave, and holds the drain of that node up"
    )
    action = f"Detach it, in Longhorn's UI, when it is no longer needed; see its tickets: {_show(volume, view)}"
    return Pattern.MANUAL_ATTACHMENT.found(INFO, "Volume", volume, message=message, action=action, since=since)


def _job(volume: str, ticket: Ticket, since: float | None, view: View) -> Finding:
    message = (
        f"Volume {volume} is held on {ticket.node_id or 'a node'} by a {_JOBS[ticket.type]}{lasting(since, view.now)}: "
        "until that is done the node cannot be drained"
    )
    action = f"See whether the {_JOBS[ticket.type]} still makes progress: {_show(volume, view)}"
    return Pattern.OLD_TICKET.found(INFO, "Volume", volume, message=message, action=action, since=since)


def _show(volume: str, view: View) -> str:
    return advice.show_tickets(view, volume)
