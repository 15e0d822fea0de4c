"""How notifications look at a terminal: what is new in them, and nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Final

from longhorn_cr_exporter.cli.sheet import Sheet
from stack.receiver import Alert, Notification, Status
from stack.telling import Teller

_TEXTS: Final = {
    "summary": "It waits.",
    "description": "It waits for v.",
    "runbook_url": "file:///runbook.md",
    "dashboard_url": "http://127.0.0.1:3000/d/volume",
}


def _alert(volume: str, status: Status = "firing", **texts: str) -> Alert:
    labels = {"alertname": "LonghornVolumeDeadlock", "volume": volume}
    return Alert(status, labels, _TEXTS | texts, datetime(2026, 3, 2, tzinfo=UTC))


def _told(*notifications: tuple[str, tuple[Alert, ...]]) -> str:
    out = StringIO()
    teller = Teller(Sheet(out), [("Runbook", "runbook_url"), ("Dashboard", "dashboard_url")])
    for receiver, alerts in notifications:
        teller.tell(Notification(receiver, alerts[0].status, alerts), "06:34:06")
    return out.getvalue()


def test_page_says_all() -> None:
    """With room around it."""
    assert _told(("page", (_alert("v"),))) == (
        "\n"
        "06:34:06  PAGE  LonghornVolumeDeadlock  v\n"
        "          It waits.\n"
        "          It waits for v.\n"
        "          Runbook: file:///runbook.md\n"
        "          Dashboard: http://127.0.0.1:3000/d/volume\n"
        "\n"
    )


def test_ticket_is_its_summary() -> None:
    """It is not urgent."""
    assert _told(("ticket", (_alert("v"),))) == "06:34:06  TICKET  LonghornVolumeDeadlock  v\n          It waits.\n"


def test_what_is_over_is_a_line() -> None:
    """Once it is over."""
    assert _told(("page", (_alert("v", "resolved"),))) == "06:34:06  PAGE RESOLVED  LonghornVolumeDeadlock  v\n"


def test_group_that_grows() -> None:
    """Of a group that is told again, only what joined it is written; and what fires again once it was over."""
    first, both = ("ticket", (_alert("v"),)), ("ticket", (_alert("v"), _alert("w")))
    over = ("ticket", (_alert("v", "resolved"),))
    lines = [line.split()[-1] for line in _told(first, both, both, over, first).splitlines() if "TICKET" in line]
    assert lines == ["v", "w", "v", "v"]


def test_text_moves_no_cursor() -> None:
    """Names come from the cluster."""
    assert "\x1b" not in _told(("page", (_alert("v\x1b[2J", summary="\x1b[2J"),)))
