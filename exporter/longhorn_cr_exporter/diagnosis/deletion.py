"""When Longhorn deletes a failed replica CR. Until then it counts as one, and on 1.7.2 and 1.8.0 that alone latches.

Every sync of the volume (30 s), attached or not, walks the failed replicas in this order (longhorn-manager's
``cleanupCorruptedOrStaleReplicas``). A terminating CR still counts until it is gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..model.replica import Replica
from ..model.time import parse_time
from ..model.volume import Volume
from .demand import MAX_RETRIES
from .version import Version

_V2_KEPT_SINCE: Final = Version(1, 10, 0)


def deletion_time(replica: Replica, volume: Volume, replicas: Iterable[Replica], version: Version) -> float | None:
    """Return when a failed replica is due to be deleted, Unix seconds; None where it is kept, or has not failed.

    What is deleted at the next sync is due since it failed. ``replicas`` are all of the volume's.
    """
    failed = parse_time(replica.spec.failed_at)
    if failed is None or volume.spec.migration_node_id:
        return None
    if replica.spec.healthy_at and not any(is_safe_last(other) for other in replicas):
        return None
    if replica.spec.rebuild_retry_count >= MAX_RETRIES or _useless(replica, volume, version):
        return failed
    timeout = volume.spec.stale_replica_timeout
    return failed + 60 * timeout if timeout > 0 else None


def is_safe_last(replica: Replica) -> bool:
    """Whether a volume could live on this replica alone: healthy, active, and healthy again since it last failed."""
    spec = replica.spec
    if not spec.healthy_at or spec.failed_at or not spec.active:
        return False
    failed = parse_time(spec.last_failed_at)
    healthy = parse_time(spec.last_healthy_at)
    return failed is None or (healthy is not None and healthy > failed)


def _useless(replica: Replica, volume: Volume, version: Version) -> bool:
    if (replica.spec.data_engine or volume.spec.data_engine) == "v2" and version < _V2_KEPT_SINCE:
        return True
    return bool(replica.spec.image) and replica.spec.image != volume.spec.image
