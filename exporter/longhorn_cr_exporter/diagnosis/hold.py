"""What holds a volume attached to a node, and whether it lets go when the node is drained."""

from __future__ import annotations

from typing import Final

from ..cluster.state import ClusterState
from ..model.resource import LONGHORN_ATTACHMENTS
from ..model.volume import Volume

WORKLOAD: Final = "workload"  # leaves with the pods that a drain evicts
MANUAL: Final = "manual"  # somebody attached it by hand: through Longhorn's UI or API
DAEMON: Final = "daemon"  # a DaemonSet's pod, which a drain leaves where it is
JOB: Final = "job"  # a backup, a snapshot, a clone, a rebuild: lets go when it is done
NOBODY: Final = "nobody"  # no ticket for the node: it is being detached
ELSEWHERE: Final = "elsewhere"  # attached to another node, with its engine here (v2, 1.12+)

_MANUAL_TICKET: Final = "longhorn-api"
_WORKLOAD_TICKETS: Final = frozenset({"csi-attacher", "share-manager-controller"})


def holder(volume: Volume, node: str, state: ClusterState) -> str:
    """Return what holds the volume's engine on the node: what lasts longest, where there is more than one.

    While Longhorn's attachments cannot be read, a workload is taken for it.
    """
    if not state.known(LONGHORN_ATTACHMENTS):
        return WORKLOAD
    tickets = ticket_types(volume.name, node, state)
    if _MANUAL_TICKET in tickets:
        return MANUAL
    if "csi-attacher" in tickets and _used_by_daemon(volume):
        return DAEMON
    if tickets - _WORKLOAD_TICKETS:
        return JOB
    if tickets:
        return WORKLOAD
    current = volume.status.current_node_id or volume.spec.node_id
    return ELSEWHERE if volume.spec.data_engine == "v2" and current not in {"", node} else NOBODY


def ticket_types(volume: str, node: str, state: ClusterState) -> set[str]:
    """Return the types of the attachment tickets that ask for the volume on the node."""
    attachment = state.longhorn_attachments.get(volume)
    tickets = (attachment.spec.attachment_tickets if attachment else None) or {}
    return {ticket.type for ticket in tickets.values() if ticket.node_id == node}


def _used_by_daemon(volume: Volume) -> bool:
    """Whether a DaemonSet's pod holds it. A shared volume is held by its share manager instead, which is evicted."""
    workloads = volume.status.kubernetes_status.workloads_status or ()
    return volume.spec.access_mode != "rwx" and any(w.workload_type == "DaemonSet" for w in workloads)
