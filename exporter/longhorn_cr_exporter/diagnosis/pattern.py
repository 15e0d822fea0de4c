"""The patterns that are looked for, most urgent first, and what is said of one that was found.

A pattern's id is part of the contract with scripts. Its runbook is that of the alert which pages or tickets it: one
runbook an alert name, so that several patterns may share one.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, NamedTuple

from ..cluster.state import ClusterState
from .assessment import Assessment
from .cluster import rules_version
from .fact import Fact
from .version import LATCHED, Version

Severity = Literal["critical", "warning", "info"]
CRITICAL: Final = "critical"
WARNING: Final = "warning"
INFO: Final = "info"

_NAMESPACE: Final = "longhorn-system"


class Finding(Fact, frozen=True, kw_only=True):
    """Something that a person should act on, or know.

    ``kind`` and ``name`` say of which object; ``message`` what is wrong, with names, numbers and since when; ``action``
    what to do, ending with a command to type. ``runbook`` is a path in the project. ``since`` is Unix seconds, None
    where nothing tells.
    """

    id: str
    severity: Severity
    kind: str
    name: str
    message: str
    action: str
    runbook: str
    since: float | None


class Pattern(Enum):
    """What can be wrong with a cluster, most urgent first among those of one severity.

    Each with its id, and the alert for it.
    """

    DEADLOCKED = ("volume-deadlocked", "LonghornVolumeDeadlock")
    REDUNDANCY_LOST = ("redundancy-lost", "LonghornVolumeRedundancyLow")
    REDUNDANCY_LOW = ("redundancy-low", "LonghornVolumeRedundancyLow")
    ATTACH_STUCK = ("attach-stuck", "LonghornVolumeAttachStuck")
    ARMED = ("volume-armed", "LonghornVolumeDeadlock")
    LATENT = ("volume-latent", "LonghornVolumeDeadlock")
    DELETION_IMMINENT = ("replica-deletion-imminent", "LonghornReplicaDeletionImminent")
    INSTANCE_MANAGER_DOWN = ("instance-manager-down", "LonghornInstanceManagerDown")
    DRAIN_BLOCKED = ("drain-blocked", "LonghornNodeDrainBlocked")
    UNSCHEDULABLE = ("volume-unschedulable", "LonghornVolumeUnschedulable")
    ENGINE_STOPPED = ("engine-stopped", "LonghornEngineStopped")
    REBUILD_STALLED = ("rebuild-stalled", "LonghornRebuildStalled")
    UNADOPTED = ("replica-unadopted", "LonghornRebuildStalled")
    NODE_UNUSABLE = ("node-unusable", "LonghornNodeUnusable")
    NODE_GHOST = ("node-ghost", "LonghornNodeGhost")
    REPLICA_GHOST = ("replica-ghost", "LonghornNodeGhost")
    REPLICA_LEAK = ("replica-leak", "LonghornReplicaLeak")
    REPLICAS_LEFT_OVER = ("replicas-left-over", "LonghornReplicaLeak")
    REPLICAS_EXCEED_NODES = ("replicas-exceed-nodes", "LonghornVolumeRedundancyLow")
    EXPOSED = ("volume-exposed", "LonghornVolumeDeadlock")
    ENGINE_RECORD_LEAKED = ("engine-record-leaked", "LonghornNodeDrainBlocked")
    MANUAL_ATTACHMENT = ("manual-attachment", "LonghornNodeDrainBlocked")
    OLD_TICKET = ("old-ticket", "LonghornNodeDrainBlocked")
    VERSION_AFFECTED = ("version-affected", "LonghornVersionAffected")
    REBUILD_LIMIT_ZERO = ("rebuild-limit-zero", "LonghornSettingLeftBehind")
    FALSE_REDUNDANCY = ("false-redundancy", "LonghornFalseRedundancy")
    SINGLE_REPLICA = ("single-replica", "LonghornFalseRedundancy")

    def __init__(self, pattern: str, alert: str) -> None:
        self.id = pattern
        self.alert = alert

    def found(
        self, severity: Severity, kind: str, name: str, *, message: str, action: str, since: float | None = None
    ) -> Finding:
        """Return that it was found at an object."""
        return Finding(
            id=self.id,
            severity=severity,
            kind=kind,
            name=name,
            message=message,
            action=action,
            runbook=f"docs/runbooks/{self.alert}.md",
            since=since,
        )


class View(NamedTuple):
    """What findings are made from. ``now`` is Unix seconds."""

    assessment: Assessment
    state: ClusterState
    now: float

    @property
    def version(self) -> Version:
        """The release whose rules apply."""
        cluster = self.assessment.cluster
        return rules_version(cluster.version if cluster else "")

    @property
    def latched(self) -> bool:
        """Whether the release has the deadlock."""
        cluster = self.assessment.cluster
        return cluster is not None and cluster.gate == LATCHED

    @property
    def degraded_allowed(self) -> bool | None:
        """Whether a volume may be scheduled with fewer replicas than it wants; None while settings are unreadable."""
        cluster = self.assessment.cluster
        return cluster.degraded_availability_allowed if cluster else None

    @property
    def namespace(self) -> str:
        """Longhorn's namespace, as its objects have it."""
        setting = next(iter(self.state.settings.values()), None)
        volume = next(iter(self.state.volumes.values()), None)
        return next((o.metadata.namespace for o in (setting, volume) if o and o.metadata.namespace), _NAMESPACE)

    def age(self, since: float | None) -> float:
        """Return for how many seconds something has lasted, 0 where nothing tells."""
        return 0.0 if since is None else max(0.0, self.now - since)
