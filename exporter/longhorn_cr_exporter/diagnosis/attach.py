"""Whether a workload waits for a volume, since when, and where."""

from __future__ import annotations

from typing import NamedTuple

from ..cluster.join import attach_pending
from ..cluster.state import ClusterState
from ..model.resource import CSI_ATTACHMENTS
from ..model.volume import Volume


class Wish(NamedTuple):
    """That a volume be attached: unmet since (Unix seconds), at a node, "" where that is unknown."""

    since: float
    node: str


def attach_demand(volume: Volume, state: ClusterState) -> Wish | None:
    """Return the oldest unmet wish to attach the volume, None where there is none.

    It is a storage.k8s.io VolumeAttachment of Longhorn's driver that is neither attached nor terminating: Longhorn's
    own attachment has no ticket for it in a deadlock, CSI refuses before that. Its creationTimestamp is the wish's age.
    Where VolumeAttachments cannot be read, a pod that Longhorn notes as Pending stands for it, since it was first seen.
    """
    if not state.known(CSI_ATTACHMENTS):
        since = state.workload_pending.since(volume.name)
        return None if since is None else Wish(since, "")
    waiting = [
        Wish(state.attach_wanted.since(name) or 0.0, attachment.spec.node_name)
        for name, attachment in state.csi_attachments_of.of(volume.pv_name).items()
        if attach_pending(attachment)
    ]
    return min(waiting, default=None)
