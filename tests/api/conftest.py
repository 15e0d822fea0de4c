"""One etcd and kube-apiserver for the session; for each test Longhorn's kinds, empty, and a way to follow them."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from api import definition
from api.account import create_account, request_token, write_kubeconfig, write_token
from api.admin import Admin
from api.control_plane import ControlPlane
from api.following import Follow, Follower, following
from api.line import Line
from api.playback import RUN, Playback
from longhorn_cr_exporter.replay.clock import Clock
from recorded import recording
from stack.binary import built

_MEMORY = Path("/dev/shm")
_ROOM = 2**30  # bytes; etcd alone takes 128 MiB at its start, and a container's /dev/shm is often smaller
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note that something failed, so that the servers' last words are shown."""
    report = yield
    if report.failed:
        item.session.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session", autouse=True)
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the session as Ctrl-C does: with every child stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def control_plane(request: pytest.FixtureRequest) -> Iterator[ControlPlane]:
    """Start both servers, with their data in memory where that can be had."""
    binaries = built("etcd", "kube-apiserver")
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM
    with tempfile.TemporaryDirectory(dir=_MEMORY if roomy else None) as folder:
        servers = ControlPlane(Path(folder), binaries)
        try:
            servers.start()
            yield servers
        finally:
            servers.stop()
            if request.session.stash.get(_FAILED, False):
                for process in (servers.etcd, servers.api_server):
                    sys.stderr.write(f"\n--- the end of {process.log.name}\n{process.tail()}\n")


@pytest.fixture
async def admin(control_plane: ControlPlane) -> AsyncIterator[Admin]:
    """Return the administrator, who finds the API server running and the exporter's account in place."""
    if not (control_plane.etcd.running and control_plane.api_server.running):
        control_plane.start()
    async with Admin.of(control_plane) as admin:
        await create_account(admin)
        yield admin


@pytest.fixture
def definitions() -> str:
    """Name the CRDs to install: the recording's release's own where they are at hand. Parametrization overrides it."""
    release = RUN.partition("/")[0]
    return release if definition.available(release) else definition.MINIMAL


@pytest.fixture
async def playback(admin: Admin, definitions: str) -> AsyncIterator[Playback]:
    """Install the CRDs and return what plays recordings into the server; afterwards all is taken away again."""
    if not definition.available(definitions):
        pytest.skip(definition.absence(definitions))
    await definition.install(admin, definitions)
    playback = Playback(admin)
    yield playback
    await playback.clear()
    await definition.uninstall(admin)


@pytest.fixture
async def line(control_plane: ControlPlane) -> AsyncIterator[Line]:
    """Return the line to the API server."""
    async with Line.to(control_plane.port) as line:
        yield line


@pytest.fixture
async def token_file(admin: Admin, tmp_path: Path) -> Path:
    """Return a file with a token of the exporter's account."""
    return write_token(tmp_path / "token", await request_token(admin))


@pytest.fixture
def kubeconfig(control_plane: ControlPlane, line: Line, token_file: Path, tmp_path: Path) -> Path:
    """Return a kubeconfig of the exporter's account, by way of the line."""
    return write_kubeconfig(tmp_path / "kubeconfig", port=line.port, ca=control_plane.ca, token_file=token_file)


@pytest.fixture
def clock() -> Clock:
    """Return a clock at the recordings' beginning; it stands until it is moved."""
    return Clock(recording(RUN).start, monotonic=lambda: 0.0, running=False)


@pytest.fixture
def follow(kubeconfig: Path, clock: Clock) -> Follow:
    """Return what makes an exporter follow the cluster."""

    def begin(*, page_limit: int = 500) -> AbstractAsyncContextManager[Follower]:
        return following(kubeconfig, clock, page_limit=page_limit)

    return begin
