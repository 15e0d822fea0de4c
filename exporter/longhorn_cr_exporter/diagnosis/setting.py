"""Longhorn's settings that matter here, with the defaults that hold where the CR is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..model.number import parse_int
from ..model.setting import Setting
from .version import Version

CURRENT_VERSION: Final = "current-longhorn-version"
DEGRADED_AVAILABILITY: Final = "allow-volume-creation-with-degraded-availability"
REPLENISHMENT_WAIT: Final = "replica-replenishment-wait-interval"
NODE_DRAIN_POLICY: Final = "node-drain-policy"
REPLICA_SOFT_ANTI_AFFINITY: Final = "replica-soft-anti-affinity"
REBUILD_LIMIT: Final = "concurrent-replica-rebuild-per-node-limit"
OFFLINE_REBUILDING: Final = "offline-replica-rebuilding"
ZONE_SOFT_ANTI_AFFINITY: Final = "replica-zone-soft-anti-affinity"
DISK_SOFT_ANTI_AFFINITY: Final = "replica-disk-soft-anti-affinity"
REPLICA_AUTO_BALANCE: Final = "replica-auto-balance"
OVER_PROVISIONING: Final = "storage-over-provisioning-percentage"
MINIMAL_AVAILABLE: Final = "storage-minimal-available-percentage"
EMPTY_NODE_SELECTOR: Final = "allow-empty-node-selector-volume"
EMPTY_DISK_SELECTOR: Final = "allow-empty-disk-selector-volume"
ENGINE_IMAGE: Final = "default-engine-image"
INSTANCE_MANAGER_IMAGE: Final = "default-instance-manager-image"
CLUSTER_AUTOSCALER: Final = "kubernetes-cluster-autoscaler-enabled"
DETACH_MANUALLY_ATTACHED: Final = "detach-manually-attached-volumes-when-cordoned"

_SHOWN: Final[Mapping[str, str]] = {
    DEGRADED_AVAILABILITY: "true",
    REPLENISHMENT_WAIT: "600",
    NODE_DRAIN_POLICY: "block-if-contains-last-replica",
    "disable-scheduling-on-cordoned-node": "true",
    REPLICA_SOFT_ANTI_AFFINITY: "false",
    REBUILD_LIMIT: "5",
    "auto-salvage": "true",
    OFFLINE_REBUILDING: "false",
}
DEFAULTS: Final[Mapping[str, str]] = {
    **_SHOWN,
    ZONE_SOFT_ANTI_AFFINITY: "true",
    DISK_SOFT_ANTI_AFFINITY: "true",
    REPLICA_AUTO_BALANCE: "disabled",
    OVER_PROVISIONING: "100",
    MINIMAL_AVAILABLE: "25",
    EMPTY_NODE_SELECTOR: "true",
    EMPTY_DISK_SELECTOR: "true",
    CLUSTER_AUTOSCALER: "false",
    DETACH_MANUALLY_ATTACHED: "false",
}
_SINCE: Final[Mapping[str, Version]] = {OFFLINE_REBUILDING: Version(1, 9, 0)}
_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})


def setting(settings: Mapping[str, Setting], name: str) -> str:
    """Return the setting's value, or Longhorn's default where the CR is missing."""
    found = settings.get(name)
    return DEFAULTS.get(name, "") if found is None else found.value


def bool_setting(settings: Mapping[str, Setting], name: str) -> bool | None:
    """Return a setting that is a boolean, its default where the CR is missing; None for what Longhorn refuses."""
    return parse_bool(setting(settings, name))


def int_setting(settings: Mapping[str, Setting], name: str) -> int | None:
    """Return a setting that is a number, its default where the CR is missing; None for what Longhorn refuses."""
    return parse_int(setting(settings, name))


def parse_bool(text: str) -> bool | None:
    """Read a boolean as Go's ``strconv.ParseBool`` does; None for what it refuses."""
    if text in _TRUE:
        return True
    return False if text in _FALSE else None


def settings_of_interest(settings: Mapping[str, Setting], version: Version) -> tuple[tuple[str, str], ...]:
    """Return (name, value), sorted, of the settings worth showing that the release has."""
    names = (name for name in _SHOWN if name in settings or version >= _SINCE.get(name, version))
    return tuple(sorted((name, setting(settings, name)) for name in names))
