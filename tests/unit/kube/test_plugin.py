"""Exec plugins: run when needed, and never silently without effect."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from longhorn_cr_exporter.error import ConfigError
from longhorn_cr_exporter.kube.kubeconfig import Cluster, Exec
from longhorn_cr_exporter.kube.plugin import Plugin, PluginCredential
from longhorn_cr_exporter.model.time import format_time
from unit.kube.configured import VERSION, plugin, runs, script
from unit.kube.scripted import Clock, eventually


def made(
    entry: dict[str, Any], *, clock: Clock | None = None, timeout: float = 20, cluster: Cluster | None = None
) -> Plugin:
    """Return a plugin of this ``exec`` entry."""
    return Plugin(
        msgspec.convert(entry, Exec),
        cluster or Cluster(server="https://api"),
        source="config",
        clock=clock or Clock(),
        timeout_seconds=timeout,
    )


async def test_token_is_kept_until_it_expires(tmp_path: Path) -> None:
    """The plugin runs again when its credential is about to expire, and not before."""
    clock = Clock()
    statuses = [
        {"token": f"t{number}", "expirationTimestamp": format_time(clock.now + 600 * number)} for number in (1, 2)
    ]
    running = made(plugin(tmp_path / "plugin", *statuses), clock=clock)
    assert (await running.credential()).token == "t1"
    clock.now += 500
    assert (await running.credential()).token == "t1"
    assert runs(tmp_path / "plugin") == 1
    clock.now += 80
    assert (await running.credential()).token == "t2"
    assert runs(tmp_path / "plugin") == 2


async def test_token_without_expiry_is_kept_until_refused(tmp_path: Path) -> None:
    """Without an expiry only the server's refusal makes the plugin run again."""
    clock = Clock()
    running = made(plugin(tmp_path / "plugin", {"token": "t1"}, {"token": "t2"}), clock=clock)
    await running.credential()
    clock.now += 10**6
    assert (await running.credential()).token == "t1"
    running.forget()
    assert (await running.credential()).token == "t2"


async def test_what_a_plugin_is_told(tmp_path: Path) -> None:
    """Arguments, environment and the request in KUBERNETES_EXEC_INFO, with the cluster where it is wanted."""
    (tmp_path / "ca.crt").write_text("CA")
    cluster = Cluster(server="https://api", certificate_authority=str(tmp_path / "ca.crt"), tls_server_name="name")
    answer = {"apiVersion": VERSION, "kind": "ExecCredential"}
    path = script(
        tmp_path / "plugin",
        "import json, os, sys\n"
        "open(sys.argv[2], 'w').write(os.environ['KUBERNETES_EXEC_INFO'])\n"
        f"print(json.dumps({answer!r} | {{'status': {{'token': os.environ['A'] + sys.argv[1] + sys.stdin.read()}}}}))",
    )
    entry = {
        "command": str(path),
        "apiVersion": VERSION,
        "args": ["b", str(tmp_path / "info")],
        "env": [{"name": "A", "value": "a"}],
        "provideClusterInfo": True,
    }
    assert (await made(entry, cluster=cluster).credential()).token == "ab"
    assert json.loads((tmp_path / "info").read_text()) == {
        "apiVersion": VERSION,
        "kind": "ExecCredential",
        "spec": {
            "interactive": False,
            "cluster": {"server": "https://api", "certificate-authority-data": "Q0E=", "tls-server-name": "name"},
        },
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param("import sys; sys.exit('see\\nno login')", " failed with exit status 1: no login", id="fails"),
        pytest.param("import sys; sys.exit(3)", " failed with exit status 3", id="fails silently"),
        pytest.param("print('s3cret')", " printed no ExecCredential: JSON is malformed", id="garbage"),
        pytest.param("", " printed no ExecCredential: Input data was truncated", id="nothing"),
        pytest.param("print('{}')", " printed no ExecCredential: Object missing required field", id="something else"),
        pytest.param("import os; os.write(1, b'\\xff')", " printed no ExecCredential: ", id="binary"),
    ],
)
async def test_plugin_that_fails(tmp_path: Path, body: str, message: str) -> None:
    """It is an error that names kubeconfig and plugin, and quotes nothing of what may be a secret."""
    path = script(tmp_path / "plugin", body)
    with pytest.raises(ConfigError) as caught:
        await made({"command": str(path), "apiVersion": VERSION}).credential()
    assert str(caught.value).startswith(f"kubeconfig config: exec plugin {path}{message}")
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param({}, "printed neither a token nor a certificate", id="empty"),
        pytest.param({"token": ""}, "printed neither a token nor a certificate", id="empty token"),
        pytest.param({"clientCertificateData": "C"}, "printed a certificate without its key", id="half a pair"),
        pytest.param(
            {"token": "t", "expirationTimestamp": "soon"}, "printed an expirationTimestamp that", id="no time"
        ),
        pytest.param({"token": 7}, "printed no ExecCredential: Expected `str | null`, got `int`", id="token no string"),
        pytest.param(None, "printed no ExecCredential: Expected `object`, got `null`", id="no status"),
    ],
)
async def test_credential_that_cannot_be_used(tmp_path: Path, status: object, message: str) -> None:
    """An answer of the right form with the wrong content is an error, too."""
    with pytest.raises(ConfigError, match=message):
        await made(plugin(tmp_path / "plugin", status)).credential()


async def test_answer_of_another_version(tmp_path: Path) -> None:
    """A plugin must answer in the version it was asked in."""
    entry = plugin(tmp_path / "plugin", {"token": "t"}) | {"apiVersion": "client.authentication.k8s.io/v1beta1"}
    with pytest.raises(ConfigError, match=r"printed no ExecCredential of client\.authentication\.k8s\.io/v1beta1"):
        await made(entry).credential()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        pytest.param("/missing/plugin", "cannot be run: No such file or directory (get it from there)", id="missing"),
        pytest.param("no-such-plugin-anywhere", "cannot be run: No such file or directory", id="not in PATH"),
        pytest.param("/", "cannot be run: Permission denied", id="a folder"),
        pytest.param("a\0b", "cannot be run: embedded null byte", id="no path"),
    ],
)
async def test_plugin_that_cannot_be_run(command: str, message: str) -> None:
    """The hint for its installation is passed on."""
    entry = {"command": command, "apiVersion": VERSION, "installHint": "get it\nfrom there"}
    with pytest.raises(ConfigError) as caught:
        await made(entry).credential()
    assert message in str(caught.value)


async def test_plugin_that_hangs_is_killed_with_its_children(tmp_path: Path) -> None:
    """The time limit ends it, and nothing of it stays behind."""
    path = tmp_path / "plugin"
    path.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path}/child\nwait\n")
    path.chmod(0o755)
    with pytest.raises(ConfigError, match=r"did not end within 3 s$"):
        await made({"command": str(path), "apiVersion": VERSION}, timeout=3).credential()
    child = int((tmp_path / "child").read_text())
    await eventually(lambda: not _lives(child))


async def test_cancelled_wait_kills_the_plugin(tmp_path: Path) -> None:
    """Whoever stops waiting leaves no process behind."""
    pid = tmp_path / "pid"
    path = script(
        tmp_path / "plugin",
        f"import os, time\nopen({str(pid)!r} + '.tmp', 'w').write(str(os.getpid()))\n"
        f"os.rename({str(pid)!r} + '.tmp', {str(pid)!r})\ntime.sleep(600)",
    )
    task = asyncio.create_task(made({"command": str(path), "apiVersion": VERSION}).credential())
    await eventually(pid.exists)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not _lives(int(pid.read_text()))


async def test_plugin_that_must_ask_a_person(tmp_path: Path) -> None:
    """Without a terminal it cannot."""
    entry = plugin(tmp_path / "plugin", {"token": "t"}) | {"interactiveMode": "Always"}
    with pytest.raises(ConfigError, match="wants to ask a person, and there is no terminal"):
        await made(entry).credential()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_no_secret_in_a_repr() -> None:
    """A credential does not show what it is."""
    assert "s3cret" not in repr(PluginCredential(token="s3cret", client_key_data="s3cret"))
