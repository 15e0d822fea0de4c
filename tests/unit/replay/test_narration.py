"""What is told of the recordings, and what is not."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pytest

from longhorn_cr_exporter.model.resource import (
    CSI_ATTACHMENTS,
    ENGINES,
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    LONGHORN_NODES,
    REPLICAS,
    SETTINGS,
    VOLUMES,
)
from longhorn_cr_exporter.model.time import format_time
from longhorn_cr_exporter.replay.narration import Narrator
from recorded import RUNS, recording
from served import made

SCHEDULED_FALSE = {"type": "Scheduled", "status": "False", "reason": "ReplicaSchedulingFailure"}
SCHEDULED_TRUE = {"type": "Scheduled", "status": "True"}


@cache
def told(run: str) -> list[tuple[float, str]]:
    """Return all that is told of a recording from 06:01 on, with the moments."""
    narrator, lines = Narrator(), []
    for event in recording(run).events:
        if event.clock <= recording(run).settled:
            narrator.see(event)
        else:
            lines += [(event.clock, line) for line in narrator.tell(event)]
    return lines


def read_out(run: str) -> list[str]:
    """Return all that is told of a recording, each line after its time of day."""
    return [f"{format_time(clock)[11:19]} {line}" for clock, line in told(run)]


DEADLOCK = [
    "06:01:08 node n3 cordoned",
    "06:01:18 instance manager of n3: error",
    "06:01:18 replica vol-rwo3-r-60071fa4 on n3 failed",
    "06:01:18 volume vol-rwo3 degraded",
    "06:11:24 volume vol-rwo3: Scheduled → False (ReplicaSchedulingFailure): another detach would be final",
    "06:31:25 replica vol-rwo3-r-60071fa4 removed",
    "06:33:49 node n1 cordoned",
    "06:33:52 PodDisruptionBudget lifted: the instance manager of n1 may be evicted",
    "06:33:52 engine vol-rwo3-e-0 stopped",
    "06:33:54 volume vol-rwo3 detached: Longhorn refuses it to workloads now",
    "06:34:04 workload waits for vol-rwo3 on n2",
    "06:34:05 attach of vol-rwo3 on n2 refused: volume vol-rwo3 is not ready for workloads",
    "06:44:36 node n1 uncordoned",
    "06:44:37 instance manager of n3: running",
    "07:45:00 setting allow-volume-creation-with-degraded-availability: false → true",
    "07:45:00 volume vol-rwo3: Scheduled → True",
    "07:45:00 volume vol-rwo3 ready for workloads again",
    "07:48:09 engine vol-rwo3-e-0 running on n2",
    "07:48:09 volume vol-rwo3 attached on n2, degraded",
    "07:48:09 workload on n2 has its volume vol-rwo3 at last",
    "07:48:36 volume vol-rwo3 healthy",
]
FIXED = [
    "06:11:24 volume vol-rwo3: Scheduled → False (ReplicaSchedulingFailure): harmless on v1.8.1",
    "06:33:54 volume vol-rwo3 detached",
]
REPLACEMENT = [
    "06:07:42 node n6 joined",
    "06:11:49 node n1 deleted",
    "06:11:50 Longhorn node n1 removed",
    "06:11:51 instance manager of n1 removed",
    "06:41:24 volume vol-fast detached: Longhorn refuses it to workloads now",
    "07:58:21 Longhorn node n6: tags fast",
    "09:00:57 volume vol-fast attached on n9, degraded",
]


@pytest.mark.parametrize(
    ("run", "lines"),
    [
        pytest.param("v1.7.2/b-deadlock-9938", DEADLOCK, id="deadlock"),
        pytest.param("v1.8.1/b-deadlock-9938", FIXED, id="fixed release"),
        pytest.param("v1.7.2/l-capi-replacement-no-wait", REPLACEMENT, id="replacement"),
        pytest.param("v1.7.2/o-two-nodes-fail", ["06:07:42 node n2 not ready", "06:23:22 node n2 ready"], id="failure"),
    ],
)
def test_key_lines_come_at_their_time(run: str, lines: list[str]) -> None:
    """What matters in a recording is told, in order, at the right second."""
    of_interest = [line for line in read_out(run) if line in lines]
    assert of_interest == lines


@pytest.mark.parametrize("run", [run for run in RUNS if "b-deadlock" in run and "v1.7.2" not in run])
def test_no_release_but_the_latched_is_refused(run: str) -> None:
    """The same drain on other releases tells of no refusal and of no finality."""
    assert not [line for _, line in told(run) if "refuse" in line or "final" in line]


@pytest.mark.parametrize("run", RUNS)
def test_noise_is_not_told(run: str) -> None:
    """Few of a recording's events are worth a line, and none is told more than three times in ten minutes."""
    assert len(told(run)) < len(recording(run).events) / 4
    moments: defaultdict[str, list[float]] = defaultdict(list)
    for clock, line in told(run):
        moments[line].append(clock)
    for clocks in moments.values():
        assert all(later - earlier >= 600 for earlier, later in zip(clocks, clocks[3:], strict=False))


def test_rewrites_and_first_sights_give_nothing() -> None:
    """An object written anew with another heartbeat, or first seen in a state, is no news."""
    narrator = Narrator()
    node = {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": "2026-03-02T06:05:00Z"}]}
    narrator.see(made("n1", 1, resource=KUBERNETES_NODES, status={}))
    narrator.tell(made("n1", 2, resource=KUBERNETES_NODES, status=node))
    node["conditions"][0]["lastHeartbeatTime"] = "2026-03-02T06:10:00Z"
    assert narrator.tell(made("n1", 3, resource=KUBERNETES_NODES, status=node)) == []
    assert narrator.tell(made("e", 4, resource=ENGINES, status={"currentState": "stopped"})) == []
    assert narrator.tell(made("x", 5, resource=SETTINGS, value="a")) == []


@pytest.mark.parametrize(
    ("version", "allowed", "says"),
    [
        pytest.param("v1.7.2", "false", ": another detach would be final", id="latched"),
        pytest.param("v1.7.2", "true", "", id="degraded availability allowed"),
        pytest.param("v1.6.4", "false", "", id="open"),
        pytest.param("v1.9.0-dev-20250101", "false", ": harmless on v1.9.0-dev-20250101", id="fixed"),
        pytest.param("master-head", "false", ": harmless on master-head", id="unknown"),
    ],
)
def test_what_scheduled_false_means(version: str, allowed: str, says: str) -> None:
    """The consequence told depends on the release and the setting."""
    narrator = Narrator()
    narrator.see(made("current-longhorn-version", 1, resource=SETTINGS, value=version))
    narrator.see(made("allow-volume-creation-with-degraded-availability", 2, resource=SETTINGS, value=allowed))
    narrator.see(made("v", 3, status={"state": "attached", "conditions": [SCHEDULED_TRUE]}))
    (line,) = narrator.tell(made("v", 4, status={"state": "attached", "conditions": [SCHEDULED_FALSE]}))
    assert line == f"volume v: Scheduled → False (ReplicaSchedulingFailure){says}"


def test_flapping_is_told_three_times_in_ten_minutes() -> None:
    """A replica that fails every two seconds is not told for ever, and is told again later."""
    narrator, version, lines = Narrator(), 1, []
    for clock in (*range(0, 100, 2), 1000):
        for failed_at in ("2026-03-02T06:00:00Z", ""):
            version += 1
            spec = {"nodeID": "n1", "failedAt": failed_at}
            lines += narrator.tell(made("r", version, resource=REPLICAS, clock=float(clock), spec=spec))
    assert Counter(lines) == {
        "replica r placed on n1": 1,
        "replica r on n1 failed": 4,
        "replica r on n1 usable again": 4,
    }


def test_odd_objects_are_passed_over() -> None:
    """Null lists, deletions of what was never seen and unreadable objects give no line and no error."""
    narrator = Narrator()
    assert narrator.tell(made("v", 1, type_="DELETED")) == []
    assert narrator.tell(made("n", 2, type_="DELETED", resource=KUBERNETES_NODES)) == []
    assert narrator.tell(made("r", 3, resource=REPLICAS, spec="nonsense")) == []
    narrator.see(made("n", 4, resource=LONGHORN_NODES, spec={"tags": None}))
    assert narrator.tell(made("n", 5, resource=LONGHORN_NODES, spec={"tags": []})) == []
    narrator.see(made("v", 6, status={"conditions": None}))
    assert narrator.tell(made("v", 7, status={"conditions": None, "state": "odd"})) == []
    assert narrator.tell(made("a", 8, resource=CSI_ATTACHMENTS)) == ["workload waits for  on "]


def test_control_characters_do_not_reach_the_terminal() -> None:
    """A name that would clear the screen is told harmlessly."""
    narrator = Narrator()
    spec = {"nodeID": "\x1b[2J\nn1"}
    (line,) = narrator.tell(made("im", 1, resource=INSTANCE_MANAGERS, spec=spec, status={"currentState": "error"}))
    assert line == "instance manager of \ufffd[2J\ufffdn1: error"


def test_what_an_administrator_sets_on_a_node() -> None:
    """Scheduling, eviction and tags of a Longhorn node are told when they change."""
    narrator = Narrator()
    narrator.see(made("n", 1, resource=LONGHORN_NODES, spec={"allowScheduling": True}))
    changed = {"allowScheduling": False, "evictionRequested": True, "tags": ["ssd", "fast"]}
    assert narrator.tell(made("n", 2, resource=LONGHORN_NODES, spec=changed)) == [
        "Longhorn node n: tags ssd, fast",
        "Longhorn node n: scheduling disabled",
        "Longhorn node n: eviction requested",
    ]
    assert narrator.tell(made("n", 3, resource=LONGHORN_NODES, spec={"allowScheduling": True})) == [
        "Longhorn node n: tags none",
        "Longhorn node n: scheduling allowed",
        "Longhorn node n: eviction withdrawn",
    ]


def test_creation_and_deletion_of_a_volume() -> None:
    """A volume's coming and going is told."""
    narrator = Narrator()
    assert narrator.tell(made("v", 1, resource=VOLUMES)) == ["volume v created"]
    assert narrator.tell(made("v", 2, resource=VOLUMES, type_="DELETED")) == ["volume v deleted"]
