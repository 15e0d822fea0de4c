"""The alerts as ALERTS are promised: what each tier is about, and how long its condition is to last before it fires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

VOLUME: Final = "volume"
NODE: Final = "node"
CRITICAL: Final = "critical"
WARNING: Final = "warning"
INFO: Final = "info"
DEADLOCK: Final = "LonghornVolumeDeadlock"

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE


class Tier(NamedTuple):
    """One severity of an alert."""

    alert: str
    severity: str


class Promise(NamedTuple):
    """The label that names the object an alert is about ("" for the cluster), and the seconds that its cause lasts."""

    label: str
    seconds: float


PROMISES: Final[Mapping[Tier, Promise]] = {
    Tier(DEADLOCK, CRITICAL): Promise(VOLUME, 0),
    Tier(DEADLOCK, WARNING): Promise(VOLUME, 0),
    Tier(DEADLOCK, INFO): Promise(VOLUME, 0),
    Tier("LonghornVolumeAttachStuck", CRITICAL): Promise(VOLUME, 5 * _MINUTE),
    Tier("LonghornVolumeAttachStuck", WARNING): Promise(VOLUME, 5 * _MINUTE),
    Tier("LonghornVolumeAttachStuck", INFO): Promise(VOLUME, 5 * _MINUTE),
    Tier("LonghornVolumeUnschedulable", WARNING): Promise(VOLUME, 10 * _MINUTE),
    Tier("LonghornVolumeRedundancyLow", CRITICAL): Promise(VOLUME, 2 * _MINUTE),
    Tier("LonghornVolumeRedundancyLow", WARNING): Promise(VOLUME, 30 * _MINUTE),
    Tier("LonghornRebuildStalled", WARNING): Promise(VOLUME, 15 * _MINUTE),
    Tier("LonghornEngineStopped", WARNING): Promise(VOLUME, 5 * _MINUTE),
    Tier("LonghornReplicaDeletionImminent", WARNING): Promise("replica", 0),
    Tier("LonghornInstanceManagerDown", WARNING): Promise(NODE, 10 * _MINUTE),
    Tier("LonghornInstanceManagerDown", INFO): Promise(NODE, 2 * _MINUTE),
    Tier("LonghornNodeDrainBlocked", WARNING): Promise(NODE, 0),
    Tier("LonghornNodeDrainBlocked", INFO): Promise(NODE, 10 * _MINUTE),
    Tier("LonghornNodeGhost", WARNING): Promise(NODE, 15 * _MINUTE),
    Tier("LonghornNodeUnusable", WARNING): Promise(NODE, 5 * _MINUTE),
    Tier("LonghornFalseRedundancy", INFO): Promise(VOLUME, 10 * _MINUTE),
    Tier("LonghornReplicaLeak", WARNING): Promise(VOLUME, _HOUR),
    Tier("LonghornVersionAffected", INFO): Promise("", 5 * _MINUTE),
    Tier("LonghornSettingLeftBehind", INFO): Promise("", 24 * _HOUR),
    Tier("LonghornExporterDown", CRITICAL): Promise("", 5 * _MINUTE),
    Tier("LonghornExporterStale", CRITICAL): Promise("", 5 * _MINUTE),
    Tier("LonghornExporterResourceUnavailable", WARNING): Promise("", 10 * _MINUTE),
    Tier("LonghornExporterNoVolumes", WARNING): Promise("", 15 * _MINUTE),
}
"""The durations are the catalogue's; NodeDrainBlocked's ten minutes since the cordon lie in its condition."""
