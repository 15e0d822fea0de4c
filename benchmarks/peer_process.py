"""The program that a user would pick instead: kube-state-metrics with ``peer.yaml``, built from source once."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import yaml

from api.control_plane import free_ports
from fleet_process import FleetServer, Program, kubeconfig
from fleet_scrape import get
from stack.binary import built

CONFIG: Final = Path(__file__).with_name("peer.yaml")
_WATCHES: Final = re.compile(rb'^kube_state_metrics_watch_total\{.*result="success"\} (\d+)$', re.MULTILINE)


class KubeStateMetrics(Program):
    """kube-state-metrics with a kubeconfig that points to the fleet's server; it is watching, but has not read all."""

    def __init__(self, server: str, folder: Path) -> None:
        port, telemetry_port = free_ports(2)
        self.url = f"http://127.0.0.1:{port}"
        self._telemetry = f"http://127.0.0.1:{telemetry_port}/metrics"
        binary = built("kube-state-metrics")["kube-state-metrics"]
        command = [str(binary), "--kubeconfig", str(kubeconfig(server, folder))]
        command += ["--custom-resource-state-only", "--custom-resource-state-config-file", str(CONFIG)]
        command += ["--host", "127.0.0.1", "--port", str(port), "--enable-gzip-encoding"]
        command += ["--telemetry-host", "127.0.0.1", "--telemetry-port", str(telemetry_port)]
        command += ["--legacy_stderr_threshold_behavior=false", "--stderrthreshold=ERROR"]
        super().__init__(command)
        resources = len(yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["spec"]["resources"])
        self.until(lambda: self._watches() >= resources, "watched all")

    def _watches(self) -> int:
        """Return how many watches have begun; it looks for the definitions every three seconds only."""
        try:
            page = get(self._telemetry).body
        except ConnectionError:
            return 0
        return sum(map(int, _WATCHES.findall(page)))


@contextlib.contextmanager
def kube_state_metrics(server: FleetServer) -> Iterator[KubeStateMetrics]:
    """Start kube-state-metrics, wait until it watches, and end it on leaving."""
    with tempfile.TemporaryDirectory() as folder:
        process = KubeStateMetrics(server.hello.url, Path(folder))
        with contextlib.closing(process):
            yield process
