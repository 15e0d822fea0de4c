"""A volume's facts as rows."""

from __future__ import annotations

import pytest

from judged import NOW, condition, exposition, fleet_rows, rows, volume
from longhorn_cr_exporter.diagnosis.fact import AttachFact, VolumeFacts

V = 'volume="v",pvc="data",pvc_namespace="shop"'
INFO = (
    'node="n1",access_mode="rwo",data_engine="v1",data_locality="disabled",workload="db-0",workload_type="StatefulSet"'
)
LITTLE = [
    f"longhorn_cr_volume_desired_replicas{{{V}}} 3",
    f"longhorn_cr_volume_info{{{V},{INFO}}} 1",
    f'longhorn_cr_volume_robustness{{{V},robustness="healthy"}} 1',
    f'longhorn_cr_volume_state{{{V},state="attached"}} 1',
]


@pytest.mark.parametrize(
    ("facts", "more"),
    [
        pytest.param(volume(), [], id="what is not known has no row"),
        pytest.param(
            volume(
                conditions=(
                    condition("Scheduled", true=False, reason="ReplicaSchedulingFailure", since=5),
                    condition("Restore"),
                )
            ),
            [
                f'longhorn_cr_volume_condition{{{V},condition="Restore"}} 1',
                f'longhorn_cr_volume_condition{{{V},condition="Scheduled"}} 0',
                f'longhorn_cr_volume_condition_last_transition_timestamp_seconds{{{V},condition="Scheduled"}} 5',
                f'longhorn_cr_volume_condition_reason{{{V},condition="Scheduled",reason="ReplicaSchedulingFailure"}} 1',
            ],
            id="conditions",
        ),
        pytest.param(
            volume(conditions=(condition(true=False, reason="First", since=5), condition(reason="Second", since=6))),
            [
                f'longhorn_cr_volume_condition{{{V},condition="Scheduled"}} 0',
                f'longhorn_cr_volume_condition_last_transition_timestamp_seconds{{{V},condition="Scheduled"}} 5',
                f'longhorn_cr_volume_condition_reason{{{V},condition="Scheduled",reason="First"}} 1',
            ],
            id="of several conditions of one type the first counts",
        ),
        pytest.param(
            volume(replicas={"healthy": 2, "failed": 1, "stopped": 0}),
            [
                f'longhorn_cr_volume_replicas{{{V},state="failed"}} 1',
                f'longhorn_cr_volume_replicas{{{V},state="healthy"}} 2',
            ],
            id="replica states without a replica are absent",
        ),
        pytest.param(
            volume(
                usable_replicas=0,
                replica_deficit=1,
                replica_surplus=0,
                redundancy_deficit=3,
                replica_nodes=0,
                replica_zones=0,
                ready=False,
            ),
            [
                f"longhorn_cr_volume_ready_for_workloads{{{V}}} 0",
                f"longhorn_cr_volume_redundancy_deficit{{{V}}} 3",
                f"longhorn_cr_volume_replica_deficit{{{V}}} 1",
                f"longhorn_cr_volume_replica_nodes{{{V}}} 0",
                f"longhorn_cr_volume_replica_surplus{{{V}}} 0",
                f"longhorn_cr_volume_replica_zones{{{V}}} 0",
                f"longhorn_cr_volume_usable_replicas{{{V}}} 0",
            ],
            id="a known 0 is a row",
        ),
        pytest.param(
            volume(attach=AttachFact(NOW + 0.5, "n2", "faulted"), next_replica_deletion=NOW),
            [
                f'longhorn_cr_volume_attach_blocked{{{V},node="n2",cause="faulted"}} 1',
                f'longhorn_cr_volume_attach_pending_timestamp_seconds{{{V},node="n2"}} 1772452800.5',
                f"longhorn_cr_volume_next_replica_deletion_timestamp_seconds{{{V}}} 1772452800",
            ],
            id="times",
        ),
        pytest.param(
            volume(stage="armed", stage_since=NOW, replacement_nodes=0, unadopted_replicas=2),
            [
                f'longhorn_cr_volume_deadlock_stage{{{V},stage="armed"}} 1',
                f'longhorn_cr_volume_deadlock_stage_since_timestamp_seconds{{{V},stage="armed"}} 1772452800',
                f"longhorn_cr_volume_rebuild_unadopted_replicas{{{V}}} 2",
                f"longhorn_cr_volume_replacement_nodes{{{V}}} 0",
            ],
            id="on the way to the deadlock",
        ),
    ],
)
def test_rows(facts: VolumeFacts, more: list[str]) -> None:
    """Every fact that is known has its row."""
    assert fleet_rows(exposition(facts)) == sorted([*LITTLE, *more])


def test_no_state_no_row() -> None:
    """A volume whose state Longhorn has not set yet has no state row, rather than one without a state."""
    assert rows(exposition(volume(state="")), "longhorn_cr_volume_state") == []
