"""``serve`` as a process with the service account's kubeconfig: what it serves, and how it ends."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import certifi
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from api.account import write_kubeconfig
from api.admin import NAMESPACE, Admin, object_path
from api.line import Line
from api.playback import DEADLOCK, RUN, Playback
from api.serve import PROGRAM, Serve, serving
from api.waiting import until
from longhorn_cr_exporter.metrics.text import Format
from longhorn_cr_exporter.model.resource import RESOURCES, VOLUMES
from stack.binary import built

STOP_SECONDS: Final = 5.0
"""What is promised of SIGTERM."""
HOST: Final = "127.0.0.1"
NARROW: Final = 4096
LARGE: Final = 150
"""Volumes whose names, claims and conditions make a scrape far larger than what fits into socket buffers."""


async def test_metrics_pass_promtool_and_both_parsers(playback: Playback, kubeconfig: Path, tmp_path: Path) -> None:
    """Prometheus' own lint has nothing to say; text and OpenMetrics hold the same volumes, the deadlock among them."""
    promtool = built("promtool")["promtool"]
    await playback.set_up(RUN, DEADLOCK)
    async with serving(kubeconfig, tmp_path) as serve:
        await serve.is_ready()
        _, text = await serve.get("/metrics")
        _, openmetrics = await serve.get("/metrics", Accept=Format.OPENMETRICS.value)
    assert await output_of(promtool, "check", "metrics", given=text) == (0, "", "")
    in_text = volume_rows(parse_text(text))
    assert in_text == volume_rows(parse_openmetrics(openmetrics))  # type: ignore[no-untyped-call]
    assert {row for row in in_text if row[0] == "longhorn_cr_volume_deadlock_stage"} == {
        ("longhorn_cr_volume_deadlock_stage", "vol-rwo3", 1.0)
    }


async def output_of(*command: str | Path, given: str = "") -> tuple[int | None, str, str]:
    """Run a command to its end; return its exit status and what it printed on either output."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    printed, complaint = await process.communicate(given.encode())
    return process.returncode, printed.decode(), complaint.decode()


def volume_rows(families: Iterable[Metric]) -> set[tuple[str, str, float]]:
    """Return name, volume and value of the volumes' samples."""
    samples = (sample for family in families for sample in family.samples)
    return {(s.name, s.labels["volume"], s.value) for s in samples if s.name.startswith("longhorn_cr_volume_")}


async def test_it_waits_for_an_api_server_that_is_away(
    playback: Playback, kubeconfig: Path, line: Line, tmp_path: Path
) -> None:
    """It serves from the start, alive and not ready, and becomes ready once the API server can be reached."""
    await playback.set_up(RUN, DEADLOCK)
    await line.cut()
    async with serving(kubeconfig, tmp_path) as serve:
        await down(serve)
        assert (await serve.get("/healthz"))[0] == 200
        status, text = await serve.get("/readyz")
        assert status == 503
        assert text.startswith("waiting for ")
        line.mend()
        await serve.is_ready()
        assert serve.logged("Contact is good again")


async def test_a_wrong_ca_is_an_outage_that_says_why(
    playback: Playback, line: Line, token_file: Path, tmp_path: Path
) -> None:
    """A certificate can be put right while serve runs, so it goes on trying; the reason is logged once a resource."""
    await playback.set_up(RUN, DEADLOCK)
    wrong = write_kubeconfig(tmp_path / "wrong", port=line.port, ca=Path(certifi.where()), token_file=token_file)
    async with serving(wrong, tmp_path) as serve:
        await down(serve)
        lost = serve.logged("Contact is lost")
        assert {line["resource"] for line in lost} == {resource.name for resource in RESOURCES}
        assert all("its certificate is not trusted" in line["problem"] for line in lost)
        assert len(lost) == len(RESOURCES)


async def down(serve: Serve) -> None:
    """Return once every resource has failed at least twice."""

    async def failed() -> bool:
        _, text = await serve.get("/metrics")
        samples = [sample for family in parse_text(text) for sample in family.samples]
        assert not any(s.value for s in samples if s.name == "longhorn_cr_exporter_resource_up")
        tries = [s.value for s in samples if s.labels.get("result") == "unreachable" and "_list_" in s.name]
        return len(tries) == len(RESOURCES) and min(tries) >= 2

    await until(failed, "every list to fail twice")


@pytest.mark.usefixtures("large")
async def test_sigterm_lets_a_scrape_end(kubeconfig: Path, tmp_path: Path) -> None:
    """Nothing new is accepted, the scrape that runs gets its last byte, and the status is 0."""
    async with serving(kubeconfig, tmp_path) as serve:
        await serve.is_ready()
        async with a_scrape_begun(serve.port) as reader:
            begun = time.monotonic()
            serve.process.terminate()
            await until(lambda: refuses(serve.port), "serve to stop accepting")
            assert serve.process.running
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert f"content-length: {len(body)}\r\n".encode() in head.lower()
        assert await serve.ended(within=STOP_SECONDS) == 0
        assert time.monotonic() - begun < STOP_SECONDS


@pytest.mark.usefixtures("large")
async def test_sigterm_ends_it_in_time_whatever_a_client_does(kubeconfig: Path, tmp_path: Path) -> None:
    """A client that has stopped reading its scrape does not keep the process."""
    async with serving(kubeconfig, tmp_path) as serve:
        await serve.is_ready()
        async with a_scrape_begun(serve.port):
            serve.process.terminate()
            assert await serve.ended(within=STOP_SECONDS) == 0


@pytest.fixture
async def large(admin: Admin, playback: Playback) -> None:  # noqa: ARG001 - the kinds must be there
    """Write many volumes of many rows."""
    conditions = [{"type": f"Condition{number}", "status": "True", "reason": "r" * 60} for number in range(30)]
    status = {"state": "detached", "conditions": conditions, "kubernetesStatus": {"pvcName": "c" * 250}}
    slots = asyncio.Semaphore(8)

    async def write(number: int) -> None:
        async with slots:
            body = {"apiVersion": VOLUMES.api_version, "kind": VOLUMES.kind, "metadata": {"name": f"v{number:0240}"}}
            stored = await admin.create(VOLUMES.path(NAMESPACE), body)
            path = object_path(VOLUMES, stored["metadata"]["name"])
            await admin.replace(f"{path}/status", {**stored, "status": status})

    await asyncio.gather(*(write(number) for number in range(LARGE)))


@asynccontextmanager
async def a_scrape_begun(port: int) -> AsyncIterator[asyncio.StreamReader]:
    """Ask for the metrics over a narrow socket; yields what to read on from when the answer has begun to come."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
    narrow.setblocking(False)  # noqa: FBT003 - its only argument
    await asyncio.get_running_loop().sock_connect(narrow, (HOST, port))
    reader, writer = await asyncio.open_connection(sock=narrow, limit=NARROW)
    try:
        writer.write(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        await until(lambda: has_begun(reader), "the scrape to begin")
        yield reader
    finally:
        writer.transport.abort()


async def has_begun(reader: asyncio.StreamReader) -> bool:
    """Whether anything has come; it is left to be read."""
    return bool(reader._buffer)  # type: ignore[attr-defined]


async def refuses(port: int) -> bool:
    """Whether nobody accepts connections there."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except ConnectionError:
        return True
    writer.transport.abort()
    return False


@pytest.mark.parametrize(
    ("content", "context", "said"),
    [
        pytest.param(None, None, "no such file", id="missing"),
        pytest.param("a: [", None, "not YAML (line 1)", id="not-yaml"),
        pytest.param("just words", None, "not a mapping", id="not-a-mapping"),
        pytest.param("current-context: test", None, "no context 'test' (there is: none)", id="without-its-context"),
        pytest.param("contexts: []", "other", "no context 'other' (there is: none)", id="without-the-context"),
        pytest.param("contexts: []", None, "no current-context is set", id="no-current-context"),
    ],
)
async def test_a_kubeconfig_that_cannot_be_used(
    content: str | None, context: str | None, said: str, tmp_path: Path
) -> None:
    """One line that names the file and what is wrong, and exit status 2."""
    kubeconfig = tmp_path / "kubeconfig"
    if content is not None:
        kubeconfig.write_text(content)
    arguments = [f"--context={context}"] if context else []
    status, printed, complaint = await output_of(PROGRAM, "serve", f"--kubeconfig={kubeconfig}", *arguments)
    assert (status, printed) == (2, "")
    (line,) = complaint.splitlines()
    assert line.startswith(f"longhorn-cr-exporter: kubeconfig {kubeconfig}: ")
    assert said in line
