"""The facts of engines, replicas, instance managers, nodes and the cluster as rows."""

from __future__ import annotations

import pytest

from judged import NOW, cluster, condition, engine, exposition, fleet_rows, instance_manager, node, replica, rows
from longhorn_cr_exporter.diagnosis.fact import DiskFacts, DrainSummary, Fact

E = 'engine="v-e-0",volume="v",pvc="data",pvc_namespace="shop"'
R = 'replica="v-r-1",volume="v",node="n1"'
I = 'instance_manager="im-1",node="n1",data_engine="v1"'  # noqa: E741  # as the catalogue's letter
N = 'node="n1"'


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            engine(), [f'longhorn_cr_engine_state{{{E},state="running"}} 1'], id="engine of which little is known"
        ),
        pytest.param(
            engine(state="stopped", wanted=True, stopped_since=NOW - 90),
            [
                f'longhorn_cr_engine_state{{{E},state="stopped"}} 1',
                f"longhorn_cr_engine_stopped_age_seconds{{{E}}} 90",
                f"longhorn_cr_engine_stopped_timestamp_seconds{{{E}}} 1772452710",
                f"longhorn_cr_engine_wanted{{{E}}} 1",
            ],
            id="stopped engine that is wanted",
        ),
        pytest.param(
            replica(), [f'longhorn_cr_replica_state{{{R},state="running"}} 1'], id="replica of which little is known"
        ),
        pytest.param(
            replica(state="stopped", failed_since=NOW, deletion_at=NOW + 1800, node_missing=True),
            [
                f"longhorn_cr_replica_deletion_timestamp_seconds{{{R}}} 1772454600",
                f"longhorn_cr_replica_failed_timestamp_seconds{{{R}}} 1772452800",
                f"longhorn_cr_replica_node_missing{{{R}}} 1",
                f'longhorn_cr_replica_state{{{R},state="stopped"}} 1',
            ],
            id="failed replica on a missing node",
        ),
        pytest.param(
            instance_manager(state="error", on_cordoned_node=True, needed_replicas=4),
            [
                f"longhorn_cr_instance_manager_needed_replicas{{{I}}} 4",
                f"longhorn_cr_instance_manager_on_cordoned_node{{{I}}} 1",
                f'longhorn_cr_instance_manager_state{{{I},state="error"}} 1',
            ],
            id="instance manager on a cordoned node",
        ),
        pytest.param(node(), [], id="node of which nothing is known"),
        pytest.param(
            node(
                cordoned=True,
                cordoned_since=NOW,
                kubernetes_node_present=True,
                kubernetes_ready=False,
                conditions=(condition("Schedulable", true=False, reason="KubernetesNodeCordoned"), condition("Ready")),
                allow_scheduling=True,
                eviction_requested=False,
                disks=(DiskFacts("ssd", (condition("Ready"),)), DiskFacts("hdd", (condition("Ready", true=False),))),
            ),
            [
                f"longhorn_cr_node_allow_scheduling{{{N}}} 1",
                f'longhorn_cr_node_condition_reason{{{N},condition="Schedulable",reason="KubernetesNodeCordoned"}} 1',
                f'longhorn_cr_node_condition{{{N},condition="Ready"}} 1',
                f'longhorn_cr_node_condition{{{N},condition="Schedulable"}} 0',
                f"longhorn_cr_node_cordoned_timestamp_seconds{{{N}}} 1772452800",
                f"longhorn_cr_node_cordoned{{{N}}} 1",
                f'longhorn_cr_node_disk_condition{{{N},disk="hdd",condition="Ready"}} 0',
                f'longhorn_cr_node_disk_condition{{{N},disk="ssd",condition="Ready"}} 1',
                f"longhorn_cr_node_eviction_requested{{{N}}} 0",
                f"longhorn_cr_node_kubernetes_node_present{{{N}}} 1",
                f"longhorn_cr_node_kubernetes_ready{{{N}}} 0",
            ],
            id="cordoned node",
        ),
        pytest.param(
            DrainSummary("n1", "blocked", (("last_replica", 2), ("orphan_engine_record", 1))),
            [
                f'longhorn_cr_node_drain_blockers{{{N},reason="last_replica"}} 2',
                f'longhorn_cr_node_drain_blockers{{{N},reason="orphan_engine_record"}} 1',
                f'longhorn_cr_node_drain_verdict{{{N},verdict="blocked"}} 1',
            ],
            id="drain",
        ),
        pytest.param(
            cluster(
                settings=(("node-drain-policy", "always-allow"), ("auto-salvage", "true")),
                degraded_availability_allowed=False,
            ),
            [
                "longhorn_cr_degraded_availability_allowed 0",
                'longhorn_cr_longhorn_info{version="v1.7.2",deadlock_gate="latched"} 1',
                'longhorn_cr_setting_info{setting="auto-salvage",value="true"} 1',
                'longhorn_cr_setting_info{setting="node-drain-policy",value="always-allow"} 1',
            ],
            id="cluster",
        ),
        pytest.param(
            cluster(version="", gate="unknown"),
            ['longhorn_cr_longhorn_info{version="unknown",deadlock_gate="unknown"} 1'],
            id="cluster without settings",
        ),
    ],
)
def test_rows(facts: Fact, expected: list[str]) -> None:
    """Every fact that is known has its row, and no other."""
    assert fleet_rows(exposition(facts)) == sorted(expected)


def test_an_age_is_that_of_the_scrape() -> None:
    """The stopped age grows from scrape to scrape without any event, and never below 0."""
    made = exposition(engine(stopped_since=NOW), engine(name="v-e-1"))
    ages = [
        rows(made, "longhorn_cr_engine_stopped_age_seconds", now=NOW + later)[0].split()[-1] for later in (0, 7.25, -5)
    ]
    assert ages == ["0", "7.25", "0"]


def test_an_engine_that_starts_has_no_age() -> None:
    """Once an engine runs again its age is gone, and so is that of one that was dropped."""
    made = exposition(engine(stopped_since=NOW), engine(name="v-e-1", stopped_since=NOW))
    made.put_engine(engine(stopped_since=None))
    made.drop_engine("v-e-1")
    assert rows(made, "longhorn_cr_engine_stopped_age_seconds") == []


def test_a_cluster_of_which_nothing_is_known_any_more() -> None:
    """Without cluster facts there are no cluster rows."""
    made = exposition(cluster())
    made.set_cluster(None)
    assert fleet_rows(made) == []
