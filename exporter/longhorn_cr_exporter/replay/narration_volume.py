"""What to tell of volumes, their engines and replicas, and of the workloads that wait for them.

Each function gets an object before and after an event (None: not there) and yields lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten

import msgspec

from ..diagnosis.version import FIXED
from ..model.engine import Engine
from ..model.meta import condition_true, first_condition
from ..model.replica import Replica
from ..model.volume import CSIAttachment, CSIAttachmentStatus, Volume
from .scene import Scene

_SCHEDULED = "Scheduled"
_MESSAGE_LETTERS = 80
_TRANSIENT = frozenset({"", "starting", "stopping"})


class AttachError(msgspec.Struct, rename="camel"):
    """Why an attach was refused last."""

    message: str = ""


class CSIAttemptStatus(CSIAttachmentStatus):
    """The status with its error, which only a narrator asks for."""

    attach_error: AttachError | None = None


class CSIAttempt(CSIAttachment):
    """A storage.k8s.io VolumeAttachment with the last refusal."""

    status: CSIAttemptStatus = msgspec.field(default_factory=CSIAttemptStatus)


def tell_volume(scene: Scene, previous: Volume | None, current: Volume | None) -> Iterator[str]:
    """Tell of creation, attach, detach, robustness and the condition that latches."""
    if current is None:
        if previous is not None:
            yield f"volume {previous.name} deleted"
        return
    if previous is None:
        yield f"volume {current.name} created"
        return
    yield from _tell_scheduled(scene, previous, current)
    yield from _tell_state(scene, previous, current)
    yield from _tell_ready(scene, previous, current)


def _tell_scheduled(scene: Scene, previous: Volume, current: Volume) -> Iterator[str]:
    condition = first_condition(current.status.conditions, _SCHEDULED)
    if condition is None:
        return
    before = first_condition(previous.status.conditions, _SCHEDULED)
    if condition.status == (before.status if before else "True"):
        return
    reason = f" ({condition.reason})" if condition.reason else ""
    yield f"volume {current.name}: {_SCHEDULED} → {condition.status}{reason}{_consequence(scene, current)}"


def _consequence(scene: Scene, volume: Volume) -> str:
    if condition_true(volume.status.conditions, _SCHEDULED) or volume.status.state == "detached":
        return ""
    if scene.latches:
        return ": another detach would be final"
    return f": harmless on {scene.version_text}" if scene.gate == FIXED else ""


def _tell_state(scene: Scene, previous: Volume, current: Volume) -> Iterator[str]:
    before, after = previous.status, current.status
    if after.state == "attached" and before.state != "attached":
        yield f"volume {current.name} attached on {after.current_node_id}, {after.robustness}"
    elif after.state == "detached" and before.current_node_id and not after.current_node_id:
        refused = "" if scene.ready(current) else ": Longhorn refuses it to workloads now"
        yield f"volume {current.name} detached{refused}"
    elif after.robustness != before.robustness and after.robustness in {"healthy", "degraded", "faulted"}:
        yield f"volume {current.name} {after.robustness}"


def _tell_ready(scene: Scene, previous: Volume, current: Volume) -> Iterator[str]:
    stays_detached = previous.status.state == current.status.state == "detached"
    if stays_detached and scene.ready(current) and not scene.ready(previous):
        yield f"volume {current.name} ready for workloads again"


def tell_replica(_scene: Scene, previous: Replica | None, current: Replica | None) -> Iterator[str]:
    """Tell where it was placed, that it failed, became healthy or usable again, and that it is gone."""
    if current is None:
        if previous is not None:
            yield f"replica {previous.name} removed"
        return
    before, after = previous.spec if previous else None, current.spec
    where = f"replica {current.name} on {after.node_id or 'no node'}"
    if after.node_id and not (before and before.node_id):
        yield f"replica {current.name} placed on {after.node_id}"
    if before is None:
        return
    if after.failed_at and not before.failed_at:
        yield f"{where} failed"
    elif after.healthy_at and not before.healthy_at:
        yield f"{where} healthy"
    elif before.failed_at and not after.failed_at:
        yield f"{where} usable again"


def tell_engine(_scene: Scene, previous: Engine | None, current: Engine | None) -> Iterator[str]:
    """Tell that it runs, stopped or broke; what only passes by is left out."""
    if previous is None or current is None:
        return
    before, after = previous.status.current_state, current.status.current_state
    if after != before and before and after not in _TRANSIENT:
        where = f" on {current.spec.node_id}" if after == "running" else ""
        yield f"engine {current.name} {after}{where}"


def tell_csi_attachment(scene: Scene, previous: CSIAttempt | None, current: CSIAttempt | None) -> Iterator[str]:
    """Tell that a workload waits, is refused, and gets its volume after a refusal."""
    if current is None:
        return
    volume, node = scene.volume_of(current.spec.source.persistent_volume_name or ""), current.spec.node_name
    if previous is None:
        if not current.status.attached:
            yield f"workload waits for {volume} on {node}"
        return
    before, after = previous.status, current.status
    if after.attach_error and not before.attach_error:
        yield f"attach of {volume} on {node} refused: {_short(after.attach_error.message)}"
    if after.attached and not before.attached and before.attach_error:
        yield f"workload on {node} has its volume {volume} at last"


def _short(message: str) -> str:
    """Return what a gRPC error says, without its code and cut to fit a terminal's line."""
    return shorten(message.rpartition("desc = ")[2], _MESSAGE_LETTERS, placeholder=" …")
