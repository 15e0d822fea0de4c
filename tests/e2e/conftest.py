"""The servers' executables, the rules, and exporters beside a recorded cluster."""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from e2e.rehearsal import SPEED, Rehearsal, rehearsing
from e2e.replica import Replica
from stack import binary
from stack.binary import Binaries
from stack.rule import rules


@pytest.fixture(scope="session", autouse=True)
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the session as Ctrl-C does: with every child stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(scope="session")
def binaries() -> Binaries:
    """Build Prometheus and Alertmanager where they are not built."""
    return binary.binaries()


@pytest.fixture(scope="session")
def rule_file() -> Mapping[str, Any]:
    """Render the rules, once: jsonnet takes its time."""
    return rules(SPEED)


@pytest.fixture
def replica_count() -> int:
    """Say how many replicas of the exporter there are; parametrization overrides it."""
    return 1


@pytest.fixture
def replicas() -> list[Replica]:
    """Hold the exporters of a test, made by ``rehearsal``."""
    return []


@pytest.fixture
async def rehearsal(
    binaries: Binaries, rule_file: Mapping[str, Any], tmp_path: Path, replica_count: int, replicas: list[Replica]
) -> AsyncIterator[Rehearsal]:
    """Play the deadlock to that many exporters, scraped by Prometheus."""

    def make(api_server: str) -> list[Replica]:
        replicas.extend(Replica(f"exporter-{number}", api_server, tmp_path) for number in range(replica_count))
        return replicas

    async with rehearsing(binaries, tmp_path, rules=rule_file, replicas=make) as rehearsal:
        await rehearsal.sees(f"count(up == 1) == {replica_count}")
        yield rehearsal
