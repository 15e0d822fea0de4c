"""How a notification looks at a terminal: a page stands out and says all, a ticket is a line and its summary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from longhorn_cr_exporter.cli.sheet import Sheet

from .receiver import Alert, Notification

_ABOUT: Final = ("volume", "node", "instance_manager", "resource")
_MARKS: Final = {
    ("page", "firing"): ("PAGE", "bold white on red"),
    ("ticket", "firing"): ("TICKET", "bold yellow"),
    ("page", "resolved"): ("PAGE RESOLVED", "bold green"),
    ("ticket", "resolved"): ("TICKET RESOLVED", "green"),
}
_INDENT: Final = 10


class Teller:
    """Writes to one sheet what is new in notifications: Alertmanager tells of a whole group, whatever changed in it.

    ``links`` are what is written before a link that leads somewhere, and the annotation that it stands in.
    """

    def __init__(self, sheet: Sheet, links: Sequence[tuple[str, str]]) -> None:
        self._sheet = sheet
        self._links = links
        self._told: dict[tuple[str, ...], str] = {}

    def tell(self, notification: Notification, clock: str) -> None:
        """Write a notification that came at a time of day (HH:MM:SS)."""
        for alert in notification.alerts:
            key = (notification.receiver, *map("=".join, sorted(alert.labels.items())))
            if self._told.get(key) != alert.status:
                self._told[key] = alert.status
                self._write(notification.receiver, alert, clock)

    def _write(self, receiver: str, alert: Alert, clock: str) -> None:
        mark, style = _MARKS[receiver, alert.status]
        labels = alert.labels
        about = next((labels[name] for name in _ABOUT if name in labels), "")
        full = (receiver, alert.status) == ("page", "firing")
        if full:
            self._sheet.blank()
        self._sheet.title((clock, "", 0), (mark, style, 0), (labels["alertname"], "bold", 0), (about, "bold", 0))
        if alert.status == "firing":
            self._sheet.paragraph(alert.annotations["summary"], indent=_INDENT)
        if full:
            self._sheet.paragraph(alert.annotations["description"], indent=_INDENT)
            for label, annotation in self._links:
                self._sheet.command(f"{label}: {alert.annotations[annotation]}", indent=_INDENT)
            self._sheet.blank()
