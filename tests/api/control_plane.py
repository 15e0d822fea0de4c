"""A real etcd and a real kube-apiserver on loopback, nothing else: no controllers, so only the tests write.

Service account tokens are signed with the API server's own TLS key, which it makes at its first start. Without the
admission plugin TaintNodesByCondition nodes stay as they are written (nobody would take its taint away again).
"""

from __future__ import annotations

import base64
import contextlib
import json
import random
import secrets
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

from api.process import Process

_HOST = "127.0.0.1"
_PORTS = range(20_000, 32_000)
_START_SECONDS = 60.0
_ANSWER_SECONDS = 5.0


class ControlPlane:
    """Both servers, with their data and logs in ``folder``. ``port`` is the API server's and stays, as its CA does."""

    def __init__(self, folder: Path, binaries: Mapping[str, Path]) -> None:
        self.folder = folder
        self.admin_token = secrets.token_hex(16)
        self.port, self._etcd_port, peer_port = free_ports(3)
        self._certificates = folder / "certificates"
        self._tokens = folder / "tokens.csv"
        self._tokens.touch(mode=0o600)
        self._tokens.write_text(f'{self.admin_token},admin,admin,"system:masters"\n')
        self._binaries = binaries
        self.etcd = Process([*self._etcd_command(peer_port)], folder / "etcd.log")
        self.api_server = self._api_server()

    @property
    def ca(self) -> Path:
        """PEM file with what the API server's certificate is signed by."""
        return self._certificates / "apiserver.crt"

    def start(self) -> None:
        """Start both and return when the API server says it is ready."""
        self.start_etcd()
        self.start_api_server()

    def start_etcd(self) -> None:
        """Start it, with the data it may have from before, and return when it is healthy."""
        self.etcd.start()
        self.etcd.wait_until(self._etcd_healthy, within=_START_SECONDS)

    def start_api_server(self, *, watch_cache: bool = True) -> None:
        """Start it anew and return when it is ready; without its watch cache every watch goes to etcd itself."""
        self.api_server.stop()
        self.api_server = self._api_server(f"--watch-cache={str(watch_cache).lower()}")
        self.api_server.start()
        self.api_server.wait_until(self._api_server_ready, within=_START_SECONDS)

    def stop(self) -> None:
        """Stop both."""
        self.api_server.kill()  # its graceful end takes long, and nothing here needs it
        self.etcd.kill()

    def compact(self) -> int:
        """Make etcd forget every revision but the newest, and return that."""
        status = self._etcd("/v3/maintenance/status", {})
        revision = int(status["header"]["revision"])
        self._etcd("/v3/kv/compaction", {"revision": revision, "physical": True})
        return revision

    def write_unrelated(self) -> None:
        """Raise etcd's revision by a key that is no object."""
        key, value = (base64.b64encode(text).decode() for text in (b"unrelated", b"1"))
        self._etcd("/v3/kv/put", {"key": key, "value": value})

    def _etcd(self, path: str, body: Mapping[str, object]) -> Mapping[str, Mapping[str, str]]:
        request = urllib.request.Request(f"http://{_HOST}:{self._etcd_port}{path}", json.dumps(body).encode())
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as response:
            answer: Mapping[str, Mapping[str, str]] = json.load(response)
        return answer

    def _etcd_healthy(self) -> bool:
        return _answers(f"http://{_HOST}:{self._etcd_port}/health", None, {})

    def _api_server_ready(self) -> bool:
        if not self.ca.exists():
            return False
        context = ssl.create_default_context(cafile=self.ca)
        headers = {"Authorization": f"Bearer {self.admin_token}"}
        return _answers(f"https://{_HOST}:{self.port}/readyz", context, headers)

    def _etcd_command(self, peer_port: int) -> Iterable[str | Path]:
        client, peer = f"http://{_HOST}:{self._etcd_port}", f"http://{_HOST}:{peer_port}"
        yield self._binaries["etcd"]
        yield f"--data-dir={self.folder / 'etcd'}"
        yield from (f"--listen-client-urls={client}", f"--advertise-client-urls={client}")
        yield from (f"--listen-peer-urls={peer}", f"--initial-advertise-peer-urls={peer}")
        yield from (f"--initial-cluster=default={peer}", "--unsafe-no-fsync", "--log-level=warn")

    def _api_server(self, *more: str) -> Process:
        key = self._certificates / "apiserver.key"
        command: list[str | Path] = [
            self._binaries["kube-apiserver"],
            f"--etcd-servers=http://{_HOST}:{self._etcd_port}",
            f"--secure-port={self.port}",
            f"--bind-address={_HOST}",
            f"--cert-dir={self._certificates}",
            f"--token-auth-file={self._tokens}",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            "--service-account-issuer=https://kubernetes.default.svc",
            "--authorization-mode=RBAC",
            "--endpoint-reconciler-type=none",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount,TaintNodesByCondition",
            *more,
        ]
        return Process(command, self.folder / "kube-apiserver.log")


def _answers(url: str, context: ssl.SSLContext | None, headers: Mapping[str, str]) -> bool:
    request = urllib.request.Request(url, headers=dict(headers))
    try:
        with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS, context=context) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


def free_ports(count: int) -> list[int]:
    """Return ports that nobody has; held together first, so that they differ.

    They lie below the range that the system gives to clients: while a server is away, a client that knocks at its port
    could otherwise be given that very port, and keep it.
    """
    held: list[socket.socket] = []
    try:
        for port in random.sample(_PORTS, len(_PORTS)):
            with contextlib.suppress(OSError):
                held.append(socket.create_server((_HOST, port)))
            if len(held) == count:
                return [int(taken.getsockname()[1]) for taken in held]
        raise OSError(f"no {count} free ports among {_PORTS}")
    finally:
        for taken in held:
            taken.close()
