"""``drain-check`` between two nodes of a rolling update, in a shell, as an operator would write it.

The cluster is a recording played by the API server, moved on by hand: the script's ``drain`` asks the test to let the
recorded drain of the node happen, and goes on when it has.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from longhorn_cr_exporter.replay.replay import Replay
from recorded import recording
from unit.cli.moment import DEADLOCK, REPLACEMENT, reach, seconds

LOOP = """
check() { "$PYTHON" -c 'from longhorn_cr_exporter.cli.main import main; main()' drain-check "$1" $REACH; }
drain() { echo "drain $1"; read -r _; }

for node in $NODES; do
    if ! check "$node"; then
        echo "stopped at $node"
        exit 1
    fi
    drain "$node"
done
echo "all drained"
"""


class Update(NamedTuple):
    """A rolling update: when it begins, and when the drain of each node is over, in their order."""

    run: str
    begins: str
    drained: dict[str, str]


class Ended(NamedTuple):
    """How a loop ended: which nodes it drained, and its output since the last of them."""

    drained: list[str]
    output: list[str]


async def loop(update: Update, folder: Path) -> Ended:
    """Run the loop over the update's nodes."""
    environment = {
        **os.environ,
        "PYTHON": sys.executable,
        "PYTHONPATH": ":".join(sys.path),
        "NODES": " ".join(update.drained),
    }
    async with Replay(recording(update.run), start=seconds(update.begins), running=False) as replay:
        environment["REACH"] = " ".join(reach(folder, replay.url))
        process = await asyncio.create_subprocess_exec(
            "bash", "-c", LOOP, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, env=environment
        )
        assert process.stdin is not None
        assert process.stdout is not None
        drained: list[str] = []
        output: list[str] = []
        async for line in process.stdout:
            text = line.decode().rstrip("\n")
            output.append(text)
            if text.startswith("drain "):
                drained.append(text.removeprefix("drain "))
                output.clear()
                replay.advance_to(seconds(update.drained[drained[-1]]))
                process.stdin.write(b"\n")
                await process.stdin.drain()
        await process.wait()
    return Ended(drained, output)


async def test_it_stops_before_the_node_that_ends_in_the_deadlock(tmp_path: Path) -> None:
    """v1.7.2: n3 is away, vol-rwo3 is armed; the drain of n1 would have ended in 71 minutes of deadlock."""
    update = Update(DEADLOCK, "06:33:40", {"n2": "06:33:45", "n1": "06:40:00"})
    ended = await loop(update, tmp_path)
    assert ended.drained == ["n2"]
    assert ended.output[0] == "n1  UNSAFE     do not drain it"
    assert "  blocks  would_deadlock" in ended.output
    assert "          volume vol-rwo3 is armed: once detached from n1 it could not be" in ended.output
    assert ended.output[-1] == "stopped at n1"


@pytest.mark.parametrize(
    ("nodes", "stops", "why"),
    [
        pytest.param(("n1", "n2"), "n2  BLOCKED", "replica_on_missing_node", id="second-node"),
        pytest.param(("n1", "n3"), "n3  UNSAFE", "would_deadlock", id="armed-by-the-first"),
    ],
)
async def test_it_stops_in_a_cluster_api_replacement(
    tmp_path: Path, nodes: tuple[str, str], stops: str, why: str
) -> None:
    """v1.7.2: n1 goes without harm; then replicas are missed on the node that was deleted, and vol-fast is armed."""
    update = Update(REPLACEMENT, "06:08:00", dict.fromkeys(nodes, "06:19:30"))
    ended = await loop(update, tmp_path)
    assert ended.drained == ["n1"]
    assert ended.output[0].startswith(stops)
    assert any(line.startswith(f"  blocks  {why}") for line in ended.output)
    assert ended.output[-1] == f"stopped at {nodes[1]}"
