"""The catalogue is the contract: the names that dashboards, alerts and users' rules depend on."""

from __future__ import annotations

import re

import pytest

from longhorn_cr_exporter.metrics.catalogue import METRICS, SECTIONS
from longhorn_cr_exporter.metrics.family import Kind, Metric

CONTRACT = """
longhorn_cr_longhorn_info version,deadlock_gate
longhorn_cr_setting_info setting,value
longhorn_cr_degraded_availability_allowed
longhorn_cr_volume_info node,access_mode,data_engine,data_locality,workload,workload_type
longhorn_cr_volume_state state
longhorn_cr_volume_robustness robustness
longhorn_cr_volume_condition condition
longhorn_cr_volume_condition_reason condition,reason
longhorn_cr_volume_condition_last_transition_timestamp_seconds condition
longhorn_cr_volume_desired_replicas
longhorn_cr_volume_replicas state
longhorn_cr_volume_usable_replicas
longhorn_cr_volume_replica_deficit
longhorn_cr_volume_replica_surplus
longhorn_cr_volume_redundancy_deficit
longhorn_cr_volume_replica_nodes
longhorn_cr_volume_replica_zones
longhorn_cr_volume_replacement_nodes
longhorn_cr_volume_ready_for_workloads
longhorn_cr_volume_attach_pending_timestamp_seconds node
longhorn_cr_volume_attach_blocked node,cause
longhorn_cr_volume_deadlock_stage stage
longhorn_cr_volume_deadlock_stage_since_timestamp_seconds stage
longhorn_cr_volume_next_replica_deletion_timestamp_seconds
longhorn_cr_volume_rebuild_unadopted_replicas
longhorn_cr_engine_state state
longhorn_cr_engine_wanted
longhorn_cr_engine_stopped_timestamp_seconds
longhorn_cr_engine_stopped_age_seconds
longhorn_cr_replica_state state
longhorn_cr_replica_failed_timestamp_seconds
longhorn_cr_replica_deletion_timestamp_seconds
longhorn_cr_replica_node_missing
longhorn_cr_instance_manager_state state
longhorn_cr_instance_manager_on_cordoned_node
longhorn_cr_instance_manager_needed_replicas
longhorn_cr_instance_manager_leaked_engines
longhorn_cr_node_cordoned
longhorn_cr_node_cordoned_timestamp_seconds
longhorn_cr_node_kubernetes_node_present
longhorn_cr_node_kubernetes_ready
longhorn_cr_node_condition condition
longhorn_cr_node_condition_reason condition,reason
longhorn_cr_node_allow_scheduling
longhorn_cr_node_eviction_requested
longhorn_cr_node_disk_condition disk,condition
longhorn_cr_node_drain_verdict verdict
longhorn_cr_node_drain_blockers reason
longhorn_cr_exporter_build_info version,python_version,revision
longhorn_cr_exporter_shard_info shard,total_shards
longhorn_cr_exporter_resource_up resource
longhorn_cr_exporter_objects resource
longhorn_cr_exporter_last_event_timestamp_seconds resource
longhorn_cr_exporter_last_sync_timestamp_seconds resource
longhorn_cr_exporter_list_total resource,result
longhorn_cr_exporter_watch_total resource,result
longhorn_cr_exporter_watch_events_total resource,type
longhorn_cr_exporter_decode_errors_total resource
longhorn_cr_exporter_series
longhorn_cr_exporter_scrape_size_bytes
longhorn_cr_exporter_event_lag_seconds
longhorn_cr_exporter_scrape_duration_seconds
"""
IDENTITIES = {
    "Cluster": (),
    "Volumes": ("volume", "pvc", "pvc_namespace"),
    "Engines": ("engine", "volume", "pvc", "pvc_namespace"),
    "Replicas": ("replica", "volume", "node"),
    "Instance managers": ("instance_manager", "node", "data_engine"),
    "Nodes": ("node",),
    "Drains": ("node",),
    "The exporter": (),
}


def test_names_and_labels_are_the_contract() -> None:
    """No metric or label comes, goes or changes without this test saying so."""
    assert [f"{metric.name} {','.join(metric.labels)}".strip() for metric in METRICS] == CONTRACT.strip().splitlines()


def test_identity_labels_are_the_contract() -> None:
    """Each section's series carry the labels that name its objects."""
    assert {section.title: section.labels for section in SECTIONS} == IDENTITIES


def test_families_are_told_apart() -> None:
    """No two families share a name in either format, suffixes included."""
    names = [name for metric in METRICS for name in metric.names]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("metric", [pytest.param(metric, id=metric.name) for metric in METRICS])
def test_naming_rules(metric: Metric) -> None:
    """Names, types and help follow Prometheus' conventions and the catalogue's own."""
    assert re.fullmatch(r"longhorn_cr_[a-z]+(_[a-z]+)*", metric.name)
    assert (metric.kind is Kind.COUNTER) == metric.name.endswith("_total")
    assert (metric.kind is Kind.INFO) == metric.name.endswith("_info")
    assert metric.help[0].isupper() or metric.help[0] in "01"
    assert metric.help.endswith((".", "; 1."))
    assert not set(metric.help) & set('\\"\n')
