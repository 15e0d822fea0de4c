"""A real Alertmanager on loopback with the example configuration, told alerts and asked which of them are silenced."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

from api.process import Process
from rules.rulebook import ROOT
from rules.tool import tool

EXAMPLE: Final = ROOT / "alerts" / "alertmanager.example.yaml"

_LISTENING: Final = re.compile(r'msg="Listening on" address=(\S+)')
_RECEIVER: Final = re.compile(r"https://\S+\.example\.com")
_SECONDS: Final = 20.0
_STEP: Final = 0.05
_TRACER: Final = {"alertname": "LonghornVolumeDeadlock", "cluster": "tracer"}

Labels = Mapping[str, str]


class Alertmanager:
    """One that runs, at ``address``."""

    def __init__(self, address: str) -> None:
        self._alerts = f"http://{address}/api/v2/alerts"

    def silenced(self, alerts: Iterable[Labels]) -> list[Labels]:
        """Tell it alerts, and return those of them that others inhibit.

        The inhibitor learns of alerts in the order they are told, so that a last pair shows when it knows all.
        """
        told = list(alerts)
        self._tell(told)
        self._tell([_TRACER | {"severity": "critical"}])
        self._tell([_TRACER | {"severity": "warning"}])
        _until(lambda: _TRACER | {"severity": "warning"} in self._inhibited())
        inhibited = self._inhibited()
        return [labels for labels in told if labels in inhibited]

    def _tell(self, alerts: Iterable[Labels]) -> None:
        body = json.dumps([{"labels": labels} for labels in alerts]).encode()
        with urlopen(Request(self._alerts, body, {"Content-Type": "application/json"})):
            pass

    def _inhibited(self) -> list[dict[str, str]]:
        with urlopen(self._alerts) as answer:
            alerts: list[dict[str, Any]] = json.load(answer)
        return [alert["labels"] for alert in alerts if alert["status"]["inhibitedBy"]]


@contextmanager
def running(folder: Path, example: Path = EXAMPLE) -> Generator[Alertmanager]:
    """Run one with its data in ``folder``; what it would send goes nowhere."""
    config, log = folder / "alertmanager.yaml", folder / "alertmanager.log"
    config.write_text(_RECEIVER.sub("http://127.0.0.1:9", example.read_text()))
    process = Process(
        [
            tool("alertmanager"),
            f"--config.file={config}",
            f"--storage.path={folder / 'data'}",
            "--web.listen-address=127.0.0.1:0",
            "--cluster.listen-address=",
        ],
        log,
    )
    process.start()
    try:
        process.wait_until(lambda: _LISTENING.search(log.read_text()) is not None, within=_SECONDS)
        address = _LISTENING.search(log.read_text())
        assert address is not None
        yield Alertmanager(address[1])
    finally:
        process.stop()


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not true():
        assert time.monotonic() < deadline, "Alertmanager has not taken the alerts in"
        time.sleep(_STEP)
