"""What a node and its disks offer to a new replica, whatever the volume: worked out once, when the node changes.

Ten thousand volumes ask a hundred nodes. Everything here depends on the node, its disks, its instance managers, the
engine images and the settings alone, so a volume's own question is left with few comparisons. Source:
longhorn-manager's replica scheduler (``ListSchedulableNodes``, ``getNodeCandidates``, ``IsSchedulableToDisk``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ..cluster.state import ClusterState
from ..model.meta import condition_true
from ..model.node import DiskSpec, DiskStatus, LonghornNode
from ..model.resource import ENGINE_IMAGES
from ..model.setting import Setting
from .default_image import RUNNING, default_label, managers_labelled
from .fact import Fact
from .setting import (
    DISK_SOFT_ANTI_AFFINITY,
    EMPTY_DISK_SELECTOR,
    EMPTY_NODE_SELECTOR,
    MINIMAL_AVAILABLE,
    OVER_PROVISIONING,
    REPLENISHMENT_WAIT,
    REPLICA_AUTO_BALANCE,
    REPLICA_SOFT_ANTI_AFFINITY,
    ZONE_SOFT_ANTI_AFFINITY,
    bool_setting,
    int_setting,
    setting,
)
from .version import Version

_DEPLOYED: Final = frozenset({"deployed", "deploying"})
_LARGEST: Final = 2**63 - 1


class PlacementRule(Fact, frozen=True, kw_only=True):
    """What the release and the settings make of placement. ``wait`` in seconds, None for a value that is no number."""

    version: Version
    node_soft: bool
    zone_soft: bool
    disk_soft: bool
    empty_node_selector: bool
    empty_disk_selector: bool
    auto_balance: str
    over_provisioning: int
    minimal_available: int
    wait: int | None


def placement_rule(settings: Mapping[str, Setting], version: Version) -> PlacementRule | None:
    """Return the rule at that release with these settings; None where Longhorn cannot read one and places nothing."""
    names = (
        REPLICA_SOFT_ANTI_AFFINITY,
        ZONE_SOFT_ANTI_AFFINITY,
        DISK_SOFT_ANTI_AFFINITY,
        EMPTY_NODE_SELECTOR,
        EMPTY_DISK_SELECTOR,
    )
    node, zone, disk, empty_node, empty_disk = (bool_setting(settings, name) for name in names)
    over, minimal = int_setting(settings, OVER_PROVISIONING), int_setting(settings, MINIMAL_AVAILABLE)
    if node is None or zone is None or disk is None or empty_node is None or empty_disk is None:
        return None
    if over is None or minimal is None:
        return None
    return PlacementRule(
        version=version,
        node_soft=node,
        zone_soft=zone,
        disk_soft=disk,
        empty_node_selector=empty_node,
        empty_disk_selector=empty_disk,
        auto_balance=setting(settings, REPLICA_AUTO_BALANCE),
        over_provisioning=over,
        minimal_available=minimal,
        wait=int_setting(settings, REPLENISHMENT_WAIT),
    )


class DiskCandidate(Fact, frozen=True):
    """A disk that takes replicas.

    A replica fits when its data is under ``spare`` bytes and its size at most ``room`` bytes. ``listed`` are the
    replicas that ``room`` already accounts for.
    """

    uuid: str
    type: str
    tags: frozenset[str]
    spare: int
    room: int
    listed: frozenset[str]

    def fits(self, size: int, data: int) -> bool:
        """Whether a replica of ``size`` bytes, ``data`` of them written, may go here."""
        return size <= self.room and data < self.spare


class NodeCandidate(Fact, frozen=True):
    """A node that takes replicas. ``images`` are the engine images it has, None where none is known in the cluster."""

    name: str
    zone: str
    tags: frozenset[str]
    v1: bool
    v2: bool
    images: frozenset[str] | None
    disks: tuple[DiskCandidate, ...]


def node_candidate(name: str, state: ClusterState, rule: PlacementRule) -> NodeCandidate | None:
    """Return what the node offers; None for one where nothing may be placed, whatever the volume."""
    node = state.longhorn_nodes.get(name)
    if node is None or not _open(node):
        return None
    v1, v2 = _runs_v1(name, state), _runs_v2(name, state)
    if not v1 and not v2:
        return None
    return NodeCandidate(
        name=name,
        zone=node.status.zone,
        tags=frozenset(node.spec.tags or ()),
        v1=v1,
        v2=v2,
        images=deployed_images(name, state),
        disks=tuple(disk_candidates(node, rule)),
    )


def _open(node: LonghornNode) -> bool:
    conditions = node.status.conditions
    return (
        not node.terminating
        and node.spec.allow_scheduling
        and condition_true(conditions, "Ready")
        and condition_true(conditions, "Schedulable")
    )


def _runs_v1(node: str, state: ClusterState) -> bool:
    label = default_label(state)
    if not label:
        return False
    found = managers_labelled(node, state, data_engine="v1", label=label)
    return any(manager.status.current_state == RUNNING for manager in found)


def _runs_v2(node: str, state: ClusterState) -> bool:
    kubernetes = state.kubernetes_nodes.get(node)
    if kubernetes is None:
        return False
    labels = kubernetes.metadata.labels
    if labels is not None and labels.disable_v2_data_engine == "true":
        return False
    found = managers_labelled(node, state, data_engine="v2", label=None)
    return any(manager.status.current_state == RUNNING for manager in found)


def deployed_images(node: str, state: ClusterState) -> frozenset[str] | None:
    """Return the engine images deployed on the node; None where the cluster shows no engine image at all."""
    if not state.known(ENGINE_IMAGES) or not state.engine_images:
        return None
    return frozenset(
        image.spec.image
        for image in state.engine_images.values()
        if image.status.state in _DEPLOYED and (image.status.node_deployment_map or {}).get(node)
    )


def disk_candidates(node: LonghornNode, rule: PlacementRule) -> Iterable[DiskCandidate]:
    """Yield the node's disks that take replicas: configured and found, allowed, not being emptied, schedulable."""
    for name, status in (node.status.disk_status or {}).items():
        spec = (node.spec.disks or {}).get(name)
        if spec is None or not spec.allow_scheduling or spec.eviction_requested:
            continue
        if condition_true(status.conditions, "Schedulable") and status.storage_maximum > 0 < status.storage_available:
            yield _disk(spec, status, rule)


def _disk(spec: DiskSpec, status: DiskStatus, rule: PlacementRule) -> DiskCandidate:
    return DiskCandidate(
        uuid=status.disk_uuid,
        type=spec.disk_type,
        tags=frozenset(spec.tags or ()),
        spare=status.storage_available - _share(status.storage_maximum, rule.minimal_available),
        room=_share(status.storage_maximum - spec.storage_reserved, rule.over_provisioning) - status.storage_scheduled,
        listed=frozenset(status.scheduled_replica or ()),
    )


def _share(size: int, percentage: int) -> int:
    """Return a percentage of a size in whole bytes, with a double's precision, as Longhorn computes it."""
    return int(float(max(-_LARGEST, min(size, _LARGEST))) * float(percentage) / 100)
