"""Runs a kubeconfig's exec plugin and keeps what it printed until it expires.

The official client's own provider goes on anonymously when a plugin fails, knows no expiry for certificates, runs
without a time limit and hands its own standard input over. See ``client.authentication.k8s.io``
in Kubernetes' documentation.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

import msgspec

from ..error import ConfigError
from ..model.time import parse_time
from .error import one_line
from .kubeconfig import Cluster, Exec

TIMEOUT_SECONDS: Final = 60.0
EXPIRY_MARGIN_SECONDS: Final = 30.0
"""How long before its expiry a credential is renewed."""
_MAX_COMPLAINT: Final = 200
_DEATH_SECONDS: Final = 5.0


class PluginCredential(msgspec.Struct, rename="camel"):
    """``status`` of an ExecCredential. Shows nothing of it."""

    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None
    expiration_timestamp: str | None = None

    def __repr__(self) -> str:
        return "PluginCredential(…)"

    @property
    def problem(self) -> str:
        """Why it cannot be used, "" when it can."""
        if bool(self.client_certificate_data) != bool(self.client_key_data):
            return "a certificate without its key, or the reverse"
        if not self.token and not self.client_certificate_data:
            return "neither a token nor a certificate"
        if self.expiration_timestamp and parse_time(self.expiration_timestamp) is None:
            return "an expirationTimestamp that is no time"
        return ""


class ExecCredential(msgspec.Struct, rename="camel"):
    """What a plugin prints."""

    api_version: str
    kind: str
    status: PluginCredential


class Plugin:
    """One plugin and its last credential. ``source`` names the kubeconfig in messages, ``clock`` gives Unix seconds."""

    def __init__(
        self,
        spec: Exec,
        cluster: Cluster,
        *,
        source: str,
        clock: Callable[[], float],
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._spec = spec
        self._cluster = cluster
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._prefix = f"kubeconfig {source}: exec plugin {spec.command}"
        self._kept: PluginCredential | None = None

    def forget(self) -> None:
        """Drop the credential, since the server refused it."""
        self._kept = None

    async def credential(self) -> PluginCredential:
        """Return the kept credential, or a new one where it has expired.

        Raises:
            ConfigError: the plugin could not be run, failed, took too long or printed something else.
        """
        if self._kept is None or self._expired(self._kept):
            self._kept = None
            self._kept = self._read(await self._run())
        return self._kept

    def _expired(self, credential: PluginCredential) -> bool:
        expiry = parse_time(credential.expiration_timestamp)
        return expiry is not None and self._clock() >= expiry - EXPIRY_MARGIN_SECONDS

    def _read(self, output: bytes) -> PluginCredential:
        try:
            answer = msgspec.json.decode(output, type=ExecCredential)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise ConfigError(f"{self._prefix} printed no ExecCredential: {error}") from None
        if answer.kind != "ExecCredential" or answer.api_version != self._spec.api_version:
            raise ConfigError(f"{self._prefix} printed no ExecCredential of {self._spec.api_version}")
        if answer.status.problem:
            raise ConfigError(f"{self._prefix} printed {answer.status.problem}")
        return answer.status

    async def _run(self) -> bytes:
        interactive = self._interactive()
        process = await self._start(interactive=interactive)
        try:
            async with _supervised(process, group=not interactive):
                async with asyncio.timeout(None if interactive else self._timeout_seconds):
                    output, complaint = await process.communicate()
        except TimeoutError:
            raise ConfigError(f"{self._prefix} did not end within {self._timeout_seconds:g} s") from None
        if process.returncode:
            raise ConfigError(f"{self._prefix} failed with exit status {process.returncode}{_last_line(complaint)}")
        return output

    def _interactive(self) -> bool:
        terminal = sys.stdin is not None and sys.stdin.isatty()
        if self._spec.interactive_mode == "Always" and not terminal:
            raise ConfigError(f"{self._prefix} wants to ask a person, and there is no terminal")
        return terminal and self._spec.interactive_mode != "Never"

    async def _start(self, *, interactive: bool) -> asyncio.subprocess.Process:
        """A person at the terminal is asked and told directly; otherwise the plugin gets a group of its own."""
        try:
            return await asyncio.create_subprocess_exec(
                self._spec.command,
                *(self._spec.args or ()),
                env=self._environment(interactive=interactive),
                stdin=None if interactive else asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=None if interactive else asyncio.subprocess.PIPE,
                start_new_session=not interactive,
            )
        except OSError as error:
            hint = f" ({one_line(self._spec.install_hint)})" if self._spec.install_hint else ""
            raise ConfigError(f"{self._prefix} cannot be run: {error.strerror}{hint}") from error
        except ValueError as error:
            raise ConfigError(f"{self._prefix} cannot be run: {error}") from error

    def _environment(self, *, interactive: bool) -> dict[str, str]:
        info: dict[str, object] = {"interactive": interactive}
        if self._spec.provide_cluster_info:
            info["cluster"] = _cluster_info(self._cluster)
        request = {"apiVersion": self._spec.api_version, "kind": "ExecCredential", "spec": info}
        extra = {variable.name: variable.value for variable in self._spec.env or ()}
        return {**os.environ, **extra, "KUBERNETES_EXEC_INFO": msgspec.json.encode(request).decode()}


def _cluster_info(cluster: Cluster) -> dict[str, object]:
    info = {
        "server": cluster.server,
        "tls-server-name": cluster.tls_server_name,
        "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify,
        "certificate-authority-data": cluster.certificate_authority_data or _base64_of(cluster.certificate_authority),
        "proxy-url": cluster.proxy_url,
    }
    return {key: value for key, value in info.items() if value}


def _base64_of(path: str | None) -> str:
    try:
        return base64.b64encode(Path(path).read_bytes()).decode() if path else ""
    except OSError as error:
        raise ConfigError(f"CA file {path}: {error.strerror}") from error


def _last_line(complaint: bytes | None) -> str:
    lines = (complaint or b"").decode(errors="replace").split("\n")
    line = next((text for text in reversed(lines) if text.strip()), "")
    return f": {one_line(line, _MAX_COMPLAINT)}" if line else ""


@contextlib.asynccontextmanager
async def _supervised(process: asyncio.subprocess.Process, *, group: bool) -> AsyncIterator[None]:
    """Kill a plugin whose answer is not waited for any longer, with the children that it started."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            if group:
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _DEATH_SECONDS)
        raise
