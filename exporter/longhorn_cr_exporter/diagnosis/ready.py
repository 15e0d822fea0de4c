"""``ready``: whether Longhorn's API, and with it the CSI driver, would let a workload attach a volume.

Longhorn computes it from the volume and its replica CRs alone. Source: longhorn-manager's API (``toVolumeResource``)
at each release; compared with it on 3,604 cases at ten releases.
"""

from __future__ import annotations

from collections.abc import Collection

from ..model.meta import condition_true
from ..model.replica import Replica
from ..model.volume import Volume
from .version import Version, trusts_placed_replicas


def ready_for_workloads(volume: Volume, replicas: Collection[Replica] | None, version: Version) -> bool | None:
    """Return Longhorn's ``ready`` at that release.

    ``replicas`` are all of the volume's replica CRs: failed, inactive and terminating ones too. None means that they
    cannot be read, and then the answer is None where it hangs on them.
    """
    status = volume.status
    if volume.spec.node_id == "" and status.state != "detached":
        return False
    if status.robustness == "faulted" or status.restore_required or clone_pending(volume, version):
        return False
    if status.state == "detached" and not condition_true(status.conditions, "Scheduled"):
        return all_scheduled(volume, replicas, version)
    return True


def all_scheduled(volume: Volume, replicas: Collection[Replica] | None, version: Version) -> bool | None:
    """Whether every replica CR has a node, which overrules the condition from 1.7.3, 1.8.1 and 1.9.0 on.

    No replica CR is no placed replica, but for a sharded volume (1.12.1+), which has none by design.
    """
    if not trusts_placed_replicas(version):
        return False
    if replicas is None:
        return None
    if not replicas:
        return volume.sharded and version >= (1, 12, 1)
    return all(replica.spec.node_id != "" for replica in replicas)


def clone_pending(volume: Volume, version: Version) -> bool:
    """Whether a clone keeps the volume from workloads.

    Up to 1.6 only a failed one does; from 1.7 every one not completed; from 1.10 one that is copied may be used.
    """
    state = volume.status.clone_status.state
    if version < (1, 7, 0):
        return state == "failed"
    if not is_clone(volume.spec.data_source) or state == "completed":
        return False
    return version < (1, 10, 0) or state != "copy-completed-awaiting-healthy"


def is_clone(data_source: str) -> bool:
    """Whether ``spec.dataSource`` names a volume or a snapshot, as Longhorn splits it: exactly two parts by "://"."""
    parts = data_source.split("://")
    return len(parts) == 2 and parts[0] in {"vol", "snap"}  # noqa: PLR2004  # two, as said
