"""What Prometheus' rule engine made of a replay: alerts that fired, with the moments they did."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

import msgspec
import yaml

from longhorn_cr_exporter.error import LonghornExporterError
from longhorn_cr_exporter.model.time import format_time


class RuleEngineError(LonghornExporterError):
    """The rule engine could not be run, or did not accept the rules or a frame; the message is its own."""


class Firing(msgspec.Struct, frozen=True):
    """One alert from pending to resolved, times in Unix seconds; ``resolved_at`` is None where it fired to the end.

    ``pending_at`` equals ``firing_at`` where the rule has no ``for``. ``labels`` are the alert's, without its name.
    """

    recording: str
    alert: str
    severity: str
    labels: dict[str, str]
    pending_at: float
    firing_at: float
    resolved_at: float | None

    def document(self) -> dict[str, Any]:
        """Return it as it stands in firings.json: RFC 3339 times."""
        ended = None if self.resolved_at is None else format_time(self.resolved_at)
        times = {"pending_at": format_time(self.pending_at), "firing_at": format_time(self.firing_at)}
        named = {"recording": self.recording, "alert": self.alert, "severity": self.severity, "labels": self.labels}
        return {**named, **times, "resolved_at": ended}


class _Change(msgspec.Struct):
    """A line of the engine: an alert became pending, firing or inactive; ``at`` is in Unix milliseconds."""

    at: int
    alert: str
    state: str
    labels: dict[str, str]


_FEW_COLLECTIONS: Final = {**os.environ, "GOGC": "400"}
_decoder = msgspec.json.Decoder(_Change)


def without_words(rules: str) -> str:
    """Return a rule file without its annotations: they take time to fill in, and nobody reads them here."""
    file = yaml.safe_load(rules)
    for rule in (rule for group in file["groups"] for rule in group["rules"]):
        rule.pop("annotations", None)
    text: str = yaml.safe_dump(file)
    return text


def evaluate(frames: Iterable[bytes], *, engine: Path, rules: Sequence[Path]) -> list[bytes]:
    """Run the rule engine over frames and return its lines, the last of which sums the run up.

    Raises:
        RuleEngineError: it failed.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(
            [engine, *rules], stdin=subprocess.PIPE, stdout=out, stderr=complaints, env=_FEW_COLLECTIONS
        )
        if process.stdin is not None:
            _write(process.stdin, frames)
        if process.wait() != 0:
            complaints.seek(0)
            raise RuleEngineError(complaints.read().decode(errors="replace").strip() or f"{engine} failed")
        out.seek(0)
        return out.read().splitlines()


def _write(stream: IO[bytes], frames: Iterable[bytes]) -> None:
    try:
        with stream:
            stream.writelines(frames)
    except BrokenPipeError:  # the engine's own complaint says more
        return


def firings(recording: str, lines: Iterable[bytes]) -> Iterator[Firing]:
    """Yield the alerts that fired, in the order in which they began to."""
    found = sorted(_spells(lines), key=lambda spell: (spell[1].at, spell[1].alert, sorted(spell[1].labels.items())))
    for pending, fired, resolved in found:
        labels = {name: text for name, text in fired.labels.items() if name != "alertname"}
        ended = None if resolved is None else resolved / 1000
        severity = labels.get("severity", "")
        yield Firing(recording, fired.alert, severity, labels, pending.at / 1000, fired.at / 1000, ended)


def _spells(lines: Iterable[bytes]) -> Iterator[tuple[_Change, _Change, int | None]]:
    """Yield when each alert that fired became pending, fired and ended (Unix ms; None: not within the run)."""
    pending: dict[tuple[str, ...], _Change] = {}
    firing: dict[tuple[str, ...], _Change] = {}
    for line in lines:
        if line.startswith(b'{"end"'):
            continue
        change = _decoder.decode(line)
        key = (change.alert, *(text for pair in sorted(change.labels.items()) for text in pair))
        if change.state == "pending":
            pending[key] = change
        elif change.state == "firing":
            firing[key] = change
            pending.setdefault(key, change)
        else:
            begun = pending.pop(key)
            if key in firing:
                yield begun, firing.pop(key), change.at
    for key, fired in firing.items():
        yield pending[key], fired, None
