"""``make demo-stack``: the page is printed, Ctrl-C ends all of it, and what cannot be is said in one line."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from e2e.demonstration import Demonstration, demonstrating
from e2e.rehearsal import VOLUME
from stack.binary import Binaries

_ADDRESSES: Final = ("--listen", "--prometheus", "--alertmanager")
_BEFORE_THE_DEADLOCK: Final = "--start=2026-03-02T06:33:30Z"
_SERVERS: Final = {"prometheus", "alertmanager"}


@pytest.fixture
async def demonstration(binaries: Binaries, tmp_path: Path) -> AsyncIterator[Demonstration]:
    """Run the demonstration from half a minute before the deadlock; its servers choose their ports."""
    assert all(binary.exists() for binary in binaries)
    addresses = (f"{option}=127.0.0.1:0" for option in _ADDRESSES)
    async with demonstrating(tmp_path, *addresses, _BEFORE_THE_DEADLOCK) as started:
        yield started


async def test_page_is_printed_and_ctrl_c_ends_all(demonstration: Demonstration) -> None:
    """The addresses that it prints answer; afterwards no process is left, and no file."""
    await demonstration.prints(f"PAGE  LonghornVolumeDeadlock  {VOLUME}")
    await demonstration.prints("drain no further")
    assert [await _status(url) for url in re.findall(r"http://127\S+", demonstration.out)] == [200, 200, 200]
    children = demonstration.children()
    assert children.keys() == _SERVERS
    demonstration.interrupt()
    assert await demonstration.ends() == 0
    assert demonstration.alive(children) == []
    assert demonstration.left_behind == []
    assert demonstration.out.endswith("\nstopped\n")
    assert demonstration.err == ""


@pytest.mark.parametrize("server", sorted(_SERVERS))
async def test_server_that_ends_by_itself(demonstration: Demonstration, server: str) -> None:
    """It ends the demonstration, which says so, and leaves nothing running."""
    await demonstration.prints("Ctrl-C")
    children = demonstration.children()
    os.kill(children[server], signal.SIGTERM)
    assert await demonstration.ends() == 2
    assert re.fullmatch(rf"demo-stack: {server.capitalize()} ended by itself: .+\n", demonstration.err)
    assert demonstration.alive(children) == []
    assert demonstration.left_behind == []


@pytest.mark.parametrize("taken", _ADDRESSES)
async def test_port_in_use(tmp_path: Path, taken: str) -> None:
    """One line says which, and how to choose another; nothing is started."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        addresses = dict.fromkeys(_ADDRESSES, "127.0.0.1:0")
        addresses[taken] = f"127.0.0.1:{held.getsockname()[1]}"
        async with demonstrating(
            tmp_path, *(f"{option}={address}" for option, address in addresses.items())
        ) as refused:
            assert await refused.ends() == 2
    wanted = f"demo-stack: cannot listen on {addresses[taken]}: Address already in use; {taken} takes another address\n"
    assert (refused.out, refused.err) == ("", wanted)


async def test_recording_that_is_not_there(tmp_path: Path) -> None:
    """As the program itself: one line, and status 2."""
    async with demonstrating(tmp_path, "--recording=elsewhere") as refused:
        assert await refused.ends() == 2
    assert refused.err.startswith("demo-stack: elsewhere: no such recording;")
    assert refused.err.count("\n") == 1


async def _status(url: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status
