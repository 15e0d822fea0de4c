"""What one object's change means for the indexes, the memory of times, and for other objects' facts.

One function a resource: (state, the object before, the object after, when it was seen). Before is None for a new
object, after is None for a deleted one; they are never both None and never equal. Those of nodes are in join_node.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.engine import Engine, EngineImage
from ..model.number import parse_int
from ..model.replica import Replica
from ..model.setting import Setting
from ..model.time import parse_time
from ..model.volume import CSIAttachment, LonghornAttachment, Volume, Workload
from .touch import Seen, name_of, touch_homes, touch_volumes_of, volumes_named

if TYPE_CHECKING:
    from .state import ClusterState

LONGHORN_DRIVER = "driver.longhorn.io"


def join_volume(state: ClusterState, before: Volume | None, after: Volume | None, seen: Seen) -> None:
    """A volume concerns itself; its engines when its claim or who wants it changes, its replicas when its spec does."""
    if before is not None:
        state.volumes_of_pv.drop(before.pv_name, before.name)
    if after is not None:
        state.volumes_of_pv.put(after.pv_name, after.name, after)
        state.workload_pending.note(after.name, holds=workload_pending(after), now=seen.at)
    state.volume_sizes.move(_size(before), _size(after))
    state.volume_data.move(_data(before), _data(after))
    name = name_of(before, after, forget=state.workload_pending.forget)
    state.changes.volumes.add(name)
    if _wish(before) != _wish(after):
        state.changes.engines.update(state.engines_of.of(name))
    if before is None or after is None or before.spec != after.spec:
        state.changes.replicas.update(state.replicas_of.of(name))
    if _usage(before) != _usage(after):
        touch_homes(state, state.engines_of.of(name).values())


def _size(volume: Volume | None) -> int | None:
    return None if volume is None else parse_int(volume.spec.size) or 0


def _data(volume: Volume | None) -> int | None:
    return None if volume is None else volume.status.actual_size


def _wish(volume: Volume | None) -> tuple[str, str, str, str, bool] | None:
    """Return what tells whose claim the volume serves, and whether somebody wants it attached."""
    if volume is None:
        return None
    claim = volume.status.kubernetes_status
    return claim.pvc_name, claim.namespace, claim.pv_name, volume.spec.node_id, workload_pending(volume)


def _usage(volume: Volume | None) -> tuple[str, str, str, str, list[Workload]] | None:
    """Return what tells who uses the volume, and where."""
    if volume is None:
        return None
    spec, status = volume.spec, volume.status
    workloads = status.kubernetes_status.workloads_status or []
    return status.current_node_id, spec.node_id, spec.access_mode, spec.data_engine, workloads


def workload_pending(volume: Volume) -> bool:
    """Whether Longhorn itself notes a pod that waits: no longer gone (``lastPodRefAt``), and Pending."""
    status = volume.status.kubernetes_status
    return status.last_pod_ref_at == "" and any(w.pod_status == "Pending" for w in status.workloads_status or ())


def join_engine(state: ClusterState, before: Engine | None, after: Engine | None, seen: Seen) -> None:
    """An engine concerns itself, its volume and the instance managers it leaves and enters.

    Since when it is stopped is remembered.
    """
    if before is not None:
        state.engines_of.drop(before.spec.volume_name, before.name)
        state.engines_on.drop(before.spec.node_id, before.name)
        state.changes.volumes.add(before.spec.volume_name)
        if after is None or after.metadata.uid != before.metadata.uid:
            state.engine_stopped.forget(before.name)
    if after is not None:
        state.engines_of.put(after.spec.volume_name, after.name, after)
        state.engines_on.put(after.spec.node_id, after.name, after)
        state.changes.volumes.add(after.spec.volume_name)
        stopped = after.status.current_state == "stopped"
        state.engine_stopped.note(after.name, holds=stopped, now=seen.at, proven=seen.status_written)
    state.changes.engines.add(name_of(before, after))
    if _process(before) != _process(after):
        touch_homes(state, [engine for engine in (before, after) if engine is not None])


def _process(engine: Engine | None) -> tuple[str, str, str, str, str] | None:
    """Return what decides whether an instance manager's record of the engine is left over."""
    if engine is None:
        return None
    spec, status = engine.spec, engine.status
    return spec.volume_name, spec.node_id, spec.desire_state, status.current_state, status.instance_manager_name


def join_replica(state: ClusterState, before: Replica | None, after: Replica | None, _seen: Seen) -> None:
    """A replica concerns itself, its volume, and failed siblings: whether they are kept hangs on the good ones."""
    if before is not None:
        state.replicas_of.drop(before.spec.volume_name, before.name)
        state.replicas_on.drop(before.spec.node_id, before.name)
        _drop_labelled(state, before)
        state.changes.volumes.update(volumes_named(before))
    if after is not None:
        state.replicas_of.put(after.spec.volume_name, after.name, after)
        state.replicas_on.put(after.spec.node_id, after.name, after)
        _put_labelled(state, after)
        state.changes.volumes.update(volumes_named(after))
    name = name_of(before, after)
    state.changes.replicas.add(name)
    for volume in {obj.spec.volume_name for obj in (before, after) if obj is not None}:
        siblings = state.replicas_of.of(volume).values()
        state.changes.replicas.update(sibling.name for sibling in siblings if sibling.spec.failed_at)


def _drop_labelled(state: ClusterState, replica: Replica) -> None:
    if labels := replica.metadata.labels:
        state.replicas_labelled.drop(labels.longhornvolume, replica.name)
        state.replicas_labelled_on.drop(labels.longhornnode, replica.name)


def _put_labelled(state: ClusterState, replica: Replica) -> None:
    if labels := replica.metadata.labels:
        state.replicas_labelled.put(labels.longhornvolume, replica.name, replica)
        state.replicas_labelled_on.put(labels.longhornnode, replica.name, replica)


def join_longhorn_attachment(
    state: ClusterState, before: LonghornAttachment | None, after: LonghornAttachment | None, _seen: Seen
) -> None:
    """Longhorn's own attachment, which has its volume's name, tells who holds it on a node."""
    name = name_of(before, after)
    state.changes.drains.add(name)
    touch_homes(state, state.engines_of.of(name).values())


def join_engine_image(
    state: ClusterState, _before: EngineImage | None, _after: EngineImage | None, _seen: Seen
) -> None:
    """An engine image concerns every node: where it is not deployed, volumes can neither run nor be replaced."""
    state.changes.nodes.update(state.longhorn_nodes)


def join_setting(state: ClusterState, _before: Setting | None, _after: Setting | None, _seen: Seen) -> None:
    """A setting may concern everything."""
    state.changes.everything = True


def join_csi_attachment(
    state: ClusterState, before: CSIAttachment | None, after: CSIAttachment | None, seen: Seen
) -> None:
    """Kubernetes' wish to attach concerns the volume of its PersistentVolume and that volume's engines."""
    if before is not None:
        state.csi_attachments_of.drop(_pv(before), before.name)
        touch_volumes_of(state, _pv(before))
    if after is not None and after.spec.attacher == LONGHORN_DRIVER:
        created = parse_time(after.metadata.creation_timestamp)
        state.attach_wanted.note(after.name, holds=attach_pending(after), now=seen.at, proven=created)
        state.csi_attachments_of.put(_pv(after), after.name, after)
        touch_volumes_of(state, _pv(after))
    elif before is not None:
        state.attach_wanted.forget(before.name)


def attach_pending(attachment: CSIAttachment) -> bool:
    """Whether Kubernetes waits for this attachment."""
    return not attachment.status.attached and not attachment.terminating


def _pv(attachment: CSIAttachment) -> str:
    return attachment.spec.source.persistent_volume_name or ""
