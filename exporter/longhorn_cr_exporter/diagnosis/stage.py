"""How far a volume is on its way into the deadlock of longhorn/longhorn #9938.

``exposed`` → ``armed`` → ``latent`` → ``deadlocked``; ``unschedulable`` looks alike, is none of it and heals by itself.
A count of replicas alone is never the signal: ``ready``, and the ``ready`` that a detach would leave, are.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from ..model.meta import condition_true
from ..model.replica import Replica
from ..model.volume import Volume
from .ready import all_scheduled, clone_pending
from .version import LATCHED, Version, counts_replicas, deadlock_gate

EXPOSED: Final = "exposed"
ARMED: Final = "armed"
LATENT: Final = "latent"
DEADLOCKED: Final = "deadlocked"
UNSCHEDULABLE: Final = "unschedulable"

_ATTACHED: Final = frozenset({"attached", "attaching", "detaching"})


def deadlock_stage(
    volume: Volume,
    replicas: Collection[Replica],
    *,
    version: Version,
    degraded_allowed: bool,
    attach_wanted: bool,
    lacks_replica: bool,
    replaceable: bool,
) -> str | None:
    """Return the volume's stage, None while it is on no way to a deadlock.

    ``replicas`` are all of its replica CRs. ``degraded_allowed`` is the setting
    allow-volume-creation-with-degraded-availability, ``lacks_replica`` whether fewer replicas than wanted are usable or
    being rebuilt, ``replaceable`` whether some node could take one more.
    """
    if volume.status.state == "detached":
        return _detached_stage(volume, replicas, version=version, attach_wanted=attach_wanted)
    if deadlock_gate(version) != LATCHED or degraded_allowed or volume.status.state not in _ATTACHED:
        return None
    if not condition_true(volume.status.conditions, "Scheduled"):
        return ARMED if would_latch(volume, replicas, version) else None
    alive = volume.status.state == "attached" and volume.status.robustness != "faulted"
    return EXPOSED if alive and lacks_replica and not replaceable else None


def _detached_stage(
    volume: Volume, replicas: Collection[Replica], *, version: Version, attach_wanted: bool
) -> str | None:
    if not held_by_scheduled(volume, replicas, version):
        return None
    if not replicas or any(replica.spec.node_id == "" for replica in replicas):
        return UNSCHEDULABLE
    if deadlock_gate(version) != LATCHED:
        return None  # up to 1.6 the condition returns to True by itself, within one sync
    return DEADLOCKED if attach_wanted else LATENT


def held_by_scheduled(volume: Volume, replicas: Collection[Replica], version: Version) -> bool:
    """Whether a detached volume is not ready because of ``Scheduled``, and of nothing else."""
    status = volume.status
    if status.robustness == "faulted" or status.restore_required or clone_pending(volume, version):
        return False
    return not condition_true(status.conditions, "Scheduled") and not all_scheduled(volume, replicas, version)


def would_latch(volume: Volume, replicas: Collection[Replica], version: Version) -> bool:
    """Whether ``Scheduled`` would stay False after a detach.

    A detach removes the replicas that never had a node. Of the rest as many as wanted must not have failed and, on
    1.7.2 and 1.8.0, there must be exactly as many: a leftover failed replica latches too. A volume of which no replica
    was ever healthy is still being made, and has nothing to lose yet.
    """
    rest = [replica for replica in replicas if replica.spec.node_id or replica.spec.healthy_at]
    if not any(replica.spec.healthy_at for replica in rest):
        return False
    good = sum(not replica.spec.failed_at for replica in rest)
    wanted = volume.spec.number_of_replicas
    return good < wanted or (counts_replicas(version) and len(rest) != wanted)
