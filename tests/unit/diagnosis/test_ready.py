"""``ready`` as Longhorn's API computes it, release by release."""

from __future__ import annotations

from typing import Any

import pytest

from longhorn_cr_exporter.diagnosis.ready import is_clone, ready_for_workloads
from longhorn_cr_exporter.diagnosis.version import NEWEST, Version
from sample import condition, replica, volume

OPEN = Version(1, 6, 4)
LATCHED = Version(1, 7, 2)
FIXED = Version(1, 8, 1)
CLONES = Version(1, 10, 0)
SHARDS = Version(1, 12, 1)
PLACED = [replica("a"), replica("b", node="n2")]
UNPLACED = [*PLACED, replica("c", node="")]
NOT_SCHEDULED: dict[str, Any] = {"conditions": [condition("Scheduled", "False")]}


@pytest.mark.parametrize(
    ("spec", "status", "replicas", "version", "ready"),
    [
        pytest.param({}, {}, PLACED, LATCHED, True, id="detached and scheduled"),
        pytest.param({"nodeID": "n1"}, {"state": "attached"}, PLACED, LATCHED, True, id="attached"),
        pytest.param({}, {"state": "attached"}, PLACED, LATCHED, False, id="attached without a node: detaching"),
        pytest.param({}, {"state": ""}, PLACED, LATCHED, False, id="no state yet"),
        pytest.param({}, {"state": "creating"}, PLACED, NEWEST, False, id="creating"),
        pytest.param(
            {"nodeID": "n1"}, {"state": "attached", **NOT_SCHEDULED}, PLACED, LATCHED, True, id="attached, armed"
        ),
        pytest.param({}, NOT_SCHEDULED, PLACED, OPEN, False, id="1.6: the condition counts"),
        pytest.param({}, NOT_SCHEDULED, PLACED, LATCHED, False, id="1.7.2: the deadlock"),
        pytest.param({}, NOT_SCHEDULED, PLACED, Version(1, 7, 3), True, id="1.7.3: every replica placed is enough"),
        pytest.param({}, NOT_SCHEDULED, PLACED, Version(1, 8, 0), False, id="1.8.0: the deadlock again"),
        pytest.param({}, NOT_SCHEDULED, PLACED, FIXED, True, id="1.8.1"),
        pytest.param({}, NOT_SCHEDULED, UNPLACED, FIXED, False, id="fixed, but a replica has no node"),
        pytest.param({}, NOT_SCHEDULED, [], FIXED, False, id="fixed, but no replica at all"),
        pytest.param({}, {"conditions": None}, PLACED, LATCHED, False, id="no conditions"),
        pytest.param({}, {"conditions": []}, PLACED, FIXED, True, id="no conditions, fixed"),
        pytest.param(
            {},
            {"conditions": [condition("Scheduled", "False"), condition("Scheduled")]},
            PLACED,
            LATCHED,
            False,
            id="of several the first counts",
        ),
        pytest.param(
            {}, {"conditions": [condition("scheduled")]}, PLACED, LATCHED, False, id="types are case-sensitive"
        ),
        pytest.param({}, {"conditions": [condition("Scheduled", "Unknown")]}, PLACED, LATCHED, False, id="Unknown"),
        pytest.param({}, {"robustness": "faulted"}, PLACED, NEWEST, False, id="faulted"),
        pytest.param(
            {"nodeID": "n1"}, {"state": "attached", "robustness": "faulted"}, PLACED, NEWEST, False, id="faulted"
        ),
        pytest.param({}, {"restoreRequired": True}, PLACED, NEWEST, False, id="restoring"),
        pytest.param(
            {"dataLayout": {"type": "sharded"}}, NOT_SCHEDULED, [], SHARDS, True, id="sharded has no replicas"
        ),
        pytest.param(
            {"dataLayout": {"type": "sharded"}}, NOT_SCHEDULED, [], Version(1, 12, 0), False, id="before 1.12.1"
        ),
        pytest.param(
            {"dataLayout": {"type": "sharded"}}, NOT_SCHEDULED, UNPLACED, SHARDS, False, id="sharded, unplaced"
        ),
        pytest.param({"dataLayout": None}, NOT_SCHEDULED, [], SHARDS, False, id="not sharded"),
        pytest.param({}, NOT_SCHEDULED, None, FIXED, None, id="hangs on replicas that cannot be read"),
        pytest.param({}, NOT_SCHEDULED, None, LATCHED, False, id="does not hang on replicas"),
        pytest.param({}, {}, None, FIXED, True, id="does not hang on replicas either"),
    ],
)
def test_ready(
    spec: dict[str, Any], status: dict[str, Any], replicas: Any, version: Version, ready: bool | None
) -> None:
    """One case of DOMAIN 1.1."""
    assert ready_for_workloads(volume(spec=spec, status=status), replicas, version) is ready


@pytest.mark.parametrize(
    ("source", "state", "version", "ready"),
    [
        pytest.param("vol://x", "failed", OPEN, False, id="1.6 failed"),
        pytest.param("", "failed", OPEN, False, id="1.6 failed, whatever the source"),
        pytest.param("vol://x", "initiated", OPEN, True, id="1.6 lets the rest pass"),
        pytest.param("vol://x", "", LATCHED, False, id="1.7 not begun"),
        pytest.param("snap://x/y", "copy", LATCHED, False, id="1.7 under way"),
        pytest.param("vol://x", "completed", LATCHED, True, id="1.7 completed"),
        pytest.param("backup://x", "", LATCHED, True, id="no clone"),
        pytest.param("", "failed", LATCHED, True, id="1.7 asks the source first"),
        pytest.param("vol://x", "copy-completed-awaiting-healthy", Version(1, 9, 2), False, id="1.9 copied"),
        pytest.param("vol://x", "copy-completed-awaiting-healthy", CLONES, True, id="1.10 copied"),
        pytest.param("vol://x", "failed", CLONES, False, id="1.10 failed"),
    ],
)
def test_clones(source: str, state: str, version: Version, ready: bool) -> None:
    """A clone keeps its volume from workloads until its release says it is done."""
    clone = volume(spec={"dataSource": source}, status={"cloneStatus": {"state": state}})
    assert ready_for_workloads(clone, PLACED, version) is ready


@pytest.mark.parametrize(
    ("source", "clone"),
    [
        ("vol://", True),
        ("vol://a", True),
        ("snap://a/b", True),
        ("VOL://a", False),
        ("vol:/a", False),
        ("vol://a://b", False),
        ("://a", False),
        ("", False),
        ("backup://a", False),
    ],
)
def test_what_is_a_clone(source: str, clone: bool) -> None:
    """Exactly two parts, the first of them in lower case."""
    assert is_clone(source) is clone
