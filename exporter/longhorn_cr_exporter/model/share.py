"""One copy of what many objects say alike: names of volumes, nodes and images, states, times.

Decoding makes every string anew. The objects of a large fleet hold over a million, of which one in ten is different:
without this they would take more memory than all else together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from .engine import Engine
from .meta import Condition, Object, ObjectMeta
from .node import InstanceManager, LonghornNode
from .replica import Replica
from .volume import CSIAttachment, LonghornAttachment, Volume

_LIMIT: Final = 2**17


class _Held(dict[Any, Any]):
    """Strings (and process records) by themselves. All are forgotten at the limit; what is shared by then stays so."""

    def __missing__(self, value: Any) -> Any:  # noqa: ANN401
        if len(self) >= _LIMIT:
            self.clear()
        self[value] = value
        return value


_held: Final = _Held()


def share(obj: Object) -> None:
    """Put the one copy in the place of every string of the object that others may hold too."""
    sharing = _SHARING.get(type(obj))
    if sharing is not None:
        sharing(obj)


def _metadata(metadata: ObjectMeta) -> None:
    metadata.name = _held[metadata.name]
    metadata.namespace = _held[metadata.namespace]
    labels = metadata.labels
    if labels is not None:
        labels.longhornvolume = _held[labels.longhornvolume]
        labels.longhornnode = _held[labels.longhornnode]


def _conditions(conditions: Iterable[Condition] | None) -> None:
    for condition in conditions or ():
        condition.type = _held[condition.type]
        condition.status = _held[condition.status]
        condition.last_transition_time = _held[condition.last_transition_time]


def _map(names: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return the map with its keys and values shared."""
    return names and {_held[name]: _held[value] for name, value in names.items()}


def _volume(volume: Volume) -> None:
    _metadata(volume.metadata)
    spec, status = volume.spec, volume.status
    claim = status.kubernetes_status
    _conditions(status.conditions)
    spec.node_id = _held[spec.node_id]
    spec.size = _held[spec.size]
    spec.data_locality = _held[spec.data_locality]
    spec.data_engine = _held[spec.data_engine]
    spec.access_mode = _held[spec.access_mode]
    spec.image = _held[spec.image]
    spec.replica_soft_anti_affinity = _held[spec.replica_soft_anti_affinity]
    spec.replica_zone_soft_anti_affinity = _held[spec.replica_zone_soft_anti_affinity]
    spec.replica_disk_soft_anti_affinity = _held[spec.replica_disk_soft_anti_affinity]
    spec.replica_auto_balance = _held[spec.replica_auto_balance]
    status.state = _held[status.state]
    status.robustness = _held[status.robustness]
    status.current_node_id = _held[status.current_node_id]
    claim.pv_name = _held[claim.pv_name]
    claim.namespace = _held[claim.namespace]
    claim.pvc_name = _held[claim.pvc_name]
    for workload in claim.workloads_status or ():
        workload.pod_status = _held[workload.pod_status]
        workload.workload_name = _held[workload.workload_name]
        workload.workload_type = _held[workload.workload_type]


def _engine(engine: Engine) -> None:
    _metadata(engine.metadata)
    spec, status = engine.spec, engine.status
    spec.volume_name = _held[spec.volume_name]
    spec.node_id = _held[spec.node_id]
    spec.desire_state = _held[spec.desire_state]
    spec.image = _held[spec.image]
    spec.replica_address_map = _map(spec.replica_address_map)
    status.current_state = _held[status.current_state]
    status.instance_manager_name = _held[status.instance_manager_name]
    status.replica_mode_map = _map(status.replica_mode_map)
    status.current_replica_address_map = _map(status.current_replica_address_map)


def _replica(replica: Replica) -> None:
    _metadata(replica.metadata)
    spec, status = replica.spec, replica.status
    spec.volume_name = _held[spec.volume_name]
    spec.volume_size = _held[spec.volume_size]
    spec.node_id = _held[spec.node_id]
    spec.disk_id = _held[spec.disk_id]
    spec.desire_state = _held[spec.desire_state]
    spec.image = _held[spec.image]
    spec.data_engine = _held[spec.data_engine]
    spec.healthy_at = _held[spec.healthy_at]
    spec.last_healthy_at = _held[spec.last_healthy_at]
    status.current_state = _held[status.current_state]
    status.instance_manager_name = _held[status.instance_manager_name]


def _instance_manager(manager: InstanceManager) -> None:
    _metadata(manager.metadata)
    status = manager.status
    manager.spec.node_id = _held[manager.spec.node_id]
    status.instance_engines = _map(status.instance_engines)
    status.instance_replicas = _map(status.instance_replicas)


def _longhorn_node(node: LonghornNode) -> None:
    _metadata(node.metadata)
    for disk in (node.status.disk_status or {}).values():
        if disk.scheduled_replica:
            disk.scheduled_replica = {_held[name]: size for name, size in disk.scheduled_replica.items()}


def _longhorn_attachment(attachment: LonghornAttachment) -> None:
    _metadata(attachment.metadata)
    attachment.spec.volume = _held[attachment.spec.volume]
    attachment.spec.attachment_tickets = _map(attachment.spec.attachment_tickets)
    for status in (attachment.status.attachment_ticket_statuses or {}).values():
        _conditions(status.conditions)


def _csi_attachment(attachment: CSIAttachment) -> None:
    _metadata(attachment.metadata)
    spec = attachment.spec
    spec.attacher = _held[spec.attacher]
    spec.node_name = _held[spec.node_name]
    spec.source.persistent_volume_name = _held[spec.source.persistent_volume_name]


_SHARING: Final[dict[type[Object], Callable[[Any], None]]] = {
    Volume: _volume,
    Engine: _engine,
    Replica: _replica,
    InstanceManager: _instance_manager,
    LonghornNode: _longhorn_node,
    LonghornAttachment: _longhorn_attachment,
    CSIAttachment: _csi_attachment,
}
