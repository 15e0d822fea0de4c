"""Findings as people and scripts get them: their order, words, commands and runbooks; and hostile clusters."""

from __future__ import annotations

import shlex

import msgspec
import pytest

from found import (
    ago,
    attached,
    brief,
    copies,
    core,
    detached,
    found,
    gone,
    home,
    host,
    hosts,
    look,
    manager,
    record,
    running,
    state_of,
    stopped,
    tickets,
    unscheduled,
)
from longhorn_cr_exporter.diagnosis.assessment import Assessment
from longhorn_cr_exporter.diagnosis.finding import Finding, findings
from longhorn_cr_exporter.diagnosis.pattern import Pattern
from longhorn_cr_exporter.diagnosis.wording import count, duration, lasting, listed
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import INSTANCE_MANAGERS, KUBERNETES_NODES, REPLICAS, RESOURCES, VOLUMES
from longhorn_cr_exporter.model.time import format_time
from sample import NOW, Json, csi_attachment, replica, setting, volume

WELL = hosts("n1", "n2", "n3")
ALERTS = {
    "LonghornVolumeDeadlock",
    "LonghornVolumeAttachStuck",
    "LonghornVolumeUnschedulable",
    "LonghornVolumeRedundancyLow",
    "LonghornRebuildStalled",
    "LonghornEngineStopped",
    "LonghornReplicaDeletionImminent",
    "LonghornInstanceManagerDown",
    "LonghornNodeDrainBlocked",
    "LonghornNodeGhost",
    "LonghornNodeUnusable",
    "LonghornFalseRedundancy",
    "LonghornReplicaLeak",
    "LonghornVersionAffected",
    "LonghornSettingLeftBehind",
}


def wretched(name: str = "v", node: str = "n1") -> list[Object]:
    """Return a cluster in which much is wrong with volumes and nodes of these names."""
    one = {"numberOfReplicas": 1}
    return [
        *hosts(node, "n2", "n3"),
        *host("n3", cordoned=60),
        manager("n3", state="error"),
        manager(node, name="im-v2", data_engine="v2", state="error"),
        manager("n2", instanceEngines=record("nobody-e-0")),
        home("n2", faults={"status": "False", "reason": "DiskNotReady", "lastTransitionTime": ago(60)}),
        gone("n9", since=60),
        detached(
            name, conditions=unscheduled(), kubernetesStatus={"pvName": name, "namespace": "shop", "pvcName": "db"}
        ),
        *copies(node, "n2", of=name, state="stopped"),
        csi_attachment(pv=name, node=node, created=ago(60)),
        volume("u", spec=one, status={"conditions": unscheduled()}),
        replica("u-r-1", of="u", node="", healthyAt=""),
        attached("w", robustness="degraded", lastDegradedAt=ago(21), conditions=unscheduled()),
        *copies(node, "n2", of="w", made=60),
        replica("w-r-3", of="w", node="n3", failedAt=ago(21), lastFailedAt=ago(21)),
        replica("w-r-4", of="w", node=node, active=False, meta={"creationTimestamp": ago(60)}),
        volume("x", spec=one),
        replica("x-r-1", of="x", node="n9"),
        detached("y"),
        csi_attachment("csi-y", pv="y", created=ago(9)),
        tickets("longhorn-api", node=node, of="w"),
        tickets("backup-controller", node=node, of="y", minutes=90),
        setting("concurrent-replica-rebuild-per-node-limit", "0"),
    ]


def test_the_most_urgent_comes_first() -> None:
    """By severity, then by pattern, then by age, then by name."""
    told = found(*wretched())
    ranks = {"critical": 0, "warning": 1, "info": 2}
    order = [pattern.id for pattern in Pattern]
    keys = [(ranks[f.severity], order.index(f.id), f.since or float("inf"), f.name) for f in told]
    assert keys == sorted(keys)
    assert told[0].id == "volume-deadlocked"
    assert {f.severity for f in told} == {"critical", "warning", "info"}
    assert len({f.id for f in told}) > 14


def test_of_one_pattern_the_oldest_comes_first() -> None:
    """And of one age, by name."""
    old, young, twin = (csi_attachment(f"csi-{n}", pv=n, created=ago(m)) for n, m in (("c", 60), ("a", 20), ("b", 20)))
    told = found(*WELL, *(detached(name) for name in "abc"), old, young, twin)
    assert [f.name for f in told if f.id == "attach-stuck"] == ["c", "a", "b"]


@pytest.mark.parametrize("finding", [pytest.param(f, id=f"{f.id}-{f.name}") for f in found(*wretched())])
def test_each_finding_says_what_to_do(finding: Finding) -> None:
    """The message names the object; the action ends with a command; the runbook is that of an alert."""
    assert finding.name in finding.message
    assert finding.message[0].isupper() or finding.message.startswith(finding.name)
    words, _, command = finding.action.partition(": kubectl ")
    assert words
    assert "kubectl" not in words
    assert len(shlex.split(command)) > 1
    folder, runbook = finding.runbook.rsplit("/", 1)
    assert folder == "docs/runbooks"
    assert runbook.removesuffix(".md") in ALERTS


def test_every_pattern_has_the_runbook_of_an_alert() -> None:
    """And every alert about the cluster has a pattern; the exporter's own have none."""
    assert {pattern.alert for pattern in Pattern} == ALERTS
    assert len({pattern.id for pattern in Pattern}) == len(Pattern)


def test_a_deadlock_in_words() -> None:
    """Names, numbers, since when, what to type."""
    claim = {"namespace": "shop", "pvcName": "db", "pvName": "v"}
    latched = detached(conditions=unscheduled(90), kubernetesStatus=claim)
    [told] = [
        f
        for f in found(*WELL, latched, *copies("n1", "n2"), stopped(30), csi_attachment(node="n2", created=ago(12)))
        if f.severity == "critical"
    ]
    assert (told.kind, told.name, told.since) == ("Volume", "v", NOW - 12 * 60)
    assert told.message == (
        "Volume v (claim shop/db) is deadlocked: a workload waits for it on n2 since 2026-03-02T11:48:00Z (12 min), "
        "and will wait for ever. Longhorn refuses to attach it because its condition Scheduled is False since "
        "2026-03-02T10:30:00Z (1 h 30 min), and on this release nothing turns that back while it is detached; "
        "uncordoning nodes does not either. It has 2 usable of 3 wanted replicas"
    )
    assert told.action.endswith(
        ": kubectl -n longhorn-system patch settings.longhorn.io allow-volume-creation-with-degraded-availability "
        """--type=merge -p '{"value":"true"}'"""
    )
    assert told.runbook == "docs/runbooks/LonghornVolumeDeadlock.md"


def test_commands_are_for_the_namespace_that_longhorn_lives_in() -> None:
    """Its objects say which."""
    state = state_of([*WELL, volume(meta={"namespace": "storage"}, spec={"numberOfReplicas": 1}), *copies("n1")])
    assert "kubectl -n storage " in next(f.action for f in look(state) if f.id == "single-replica")


@pytest.mark.parametrize("name", ["$(reboot)", "a; rm -rf ~", "'quoted'", "<script>", "{node}{0}", "%s"])
def test_names_do_no_harm(name: str) -> None:
    """A dump may hold any name: in a command it is one word, in a message it is itself."""
    told = found(*wretched(name=name, node=name))
    assert [f for f in told if f.name == name]
    for finding in told:
        command = shlex.split(finding.action.rpartition(": kubectl ")[2])
        assert all(name == word or name not in word or "=" in word for word in command), command


@pytest.mark.parametrize("resource", [pytest.param(r, id=r.name) for r in RESOURCES])
def test_a_resource_that_cannot_be_read_invents_nothing(resource: object) -> None:
    """Of a cluster that is well nothing above info is told, whatever is hidden of it."""
    unknown = [r for r in RESOURCES if r is resource]
    assert brief(found(*WELL, attached(), *running(), *copies("n1", "n2", "n3"), unknown=unknown)) == []


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00", "yesterday", ""])
def test_times_out_of_this_world(time: str) -> None:
    """They are written as what the calendar has, or left out; nothing fails."""
    at: Json = {
        "lastDegradedAt": time,
        "conditions": [{"type": "Scheduled", "status": "False", "lastTransitionTime": time}],
    }
    objects = [
        attached(robustness="degraded", **at),
        *running(),
        *copies("n1", "n2", failedAt=time, healthyAt=time),
        detached("w", **at),
        csi_attachment(pv="w", created=time),
        core("n3", ready=False),
    ]
    assert all(isinstance(f.message, str) for f in found(*WELL, *objects))


def test_what_is_not_judged_yet_is_no_trouble() -> None:
    """Objects that went since the facts were made are left out."""
    state = state_of(wretched())
    assessment = Assessment(state)
    assessment.advance(10**9, NOW)
    for resource in (VOLUMES, REPLICAS, INSTANCE_MANAGERS, KUBERNETES_NODES):
        state.replace(resource, [], NOW)
    findings(assessment, state, NOW)


def test_findings_can_be_written_as_json() -> None:
    """They are facts like any other."""
    told = found(*wretched())
    assert msgspec.json.decode(msgspec.json.encode(told), type=list[Finding]) == told


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (11100, "3 h 5 min"),
        (86400, "1 d"),
        (1656000, "19 d 4 h"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    """The two largest units; seconds only below a minute."""
    assert duration(seconds) == text


def test_times_in_words() -> None:
    """What is not known is not said; what no calendar holds becomes its beginning or end."""
    assert lasting(None, NOW) == ""
    assert lasting(NOW - 60, NOW) == " since 2026-03-02T11:59:00Z (1 min)"
    assert (format_time(-1e18), format_time(1e18)) == ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z")


def test_numbers_and_lists_in_words() -> None:
    """One replica, two replicas; of many names the first five."""
    assert (count(1, "replica"), count(2, "replica")) == ("1 replica", "2 replicas")
    assert listed("ba") == "a, b"
    assert listed("abcdef") == "a, b, c, d, e, f"
    assert listed("abcdefg") == "a, b, c, d, e and 2 more"
