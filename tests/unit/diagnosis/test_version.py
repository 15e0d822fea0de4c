"""Versions and the gate they mean."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.diagnosis.cluster import cluster_facts
from longhorn_cr_exporter.diagnosis.version import FIXED, LATCHED, OPEN, deadlock_gate, parse_version
from longhorn_cr_exporter.model.resource import SETTINGS
from sample import cluster, setting

GATES = {
    "v1.5.5": OPEN, "v1.6.0": OPEN, "v1.6.4": OPEN, "v1.7.0": LATCHED, "v1.7.1": LATCHED, "v1.7.2": LATCHED,
    "v1.7.3": FIXED, "v1.8.0": LATCHED, "v1.8.1": FIXED, "v1.8.2": FIXED, "v1.9.0": FIXED, "v1.10.0": FIXED,
    "v1.12.1": FIXED,
    "v1.13.0": FIXED, "v2.0.0": FIXED, "1.7.2": LATCHED, "v1.7.2-rc1": LATCHED, "v1.8.0-dev-20250101": LATCHED,
    "v1.9.0-dev-20250101": FIXED, "v1.7.3-rc1": FIXED, "v1.7.2+build.5": LATCHED, " v1.7.2\n": LATCHED,
}  # fmt: skip


@pytest.mark.parametrize(("text", "gate"), GATES.items())
def test_gate(text: str, gate: str) -> None:
    """DOMAIN 1.2; pre-releases and development builds take their base version."""
    version = parse_version(text)
    assert version is not None
    assert deadlock_gate(version) == gate


@pytest.mark.parametrize(
    "text", ["", None, "master-head", "v1.x", "v1.7", "v1.7.x-head", "latest", "v1.7.2.1", "9" * 99]
)
def test_unreadable(text: str | None) -> None:
    """What is no release is none."""
    assert parse_version(text) is None


def test_a_version_that_cannot_be_read_counts_as_fixed() -> None:
    """It shows as unknown, and no alert builds on it."""
    facts = cluster_facts(cluster(setting("current-longhorn-version", "master-head")), None)
    assert (facts.version, facts.gate) == ("unknown", "fixed")


def test_no_version_at_all_leaves_the_gate_unknown() -> None:
    """Neither the setting nor an override."""
    facts = cluster_facts(cluster(), None)
    assert (facts.version, facts.gate) == ("unknown", "unknown")


def test_the_override_wins() -> None:
    """``--longhorn-version`` overrides what the setting says."""
    facts = cluster_facts(cluster(setting("current-longhorn-version", "v1.9.0")), "v1.7.2")
    assert (facts.version, facts.gate) == ("v1.7.2", "latched")


def test_missing_settings_have_their_defaults() -> None:
    """Longhorn's defaults; a setting that the release does not have is absent."""
    facts = cluster_facts(cluster(setting("current-longhorn-version", "v1.8.1")), None)
    assert dict(facts.settings or ()) == {
        "allow-volume-creation-with-degraded-availability": "true",
        "auto-salvage": "true",
        "concurrent-replica-rebuild-per-node-limit": "5",
        "disable-scheduling-on-cordoned-node": "true",
        "node-drain-policy": "block-if-contains-last-replica",
        "replica-replenishment-wait-interval": "600",
        "replica-soft-anti-affinity": "false",
    }
    assert facts.degraded_availability_allowed is True


def test_settings_that_are_there_are_told() -> None:
    """Set values, and one that the release newly has."""
    name = "allow-volume-creation-with-degraded-availability"
    facts = cluster_facts(cluster(setting("current-longhorn-version", "v1.9.1"), setting(name, "false")), None)
    assert dict(facts.settings or ())[name] == "false"
    assert dict(facts.settings or ())["offline-replica-rebuilding"] == "false"
    assert facts.degraded_availability_allowed is False


def test_unreadable_settings_are_not_guessed() -> None:
    """No setting is told while settings cannot be read."""
    facts = cluster_facts(cluster(unknown=[SETTINGS]), None)
    assert facts.settings is None
    assert facts.degraded_availability_allowed is None


def test_a_boolean_that_go_refuses_is_unknown() -> None:
    """Neither true nor false."""
    name = "allow-volume-creation-with-degraded-availability"
    assert cluster_facts(cluster(setting(name, "yes")), None).degraded_availability_allowed is None
