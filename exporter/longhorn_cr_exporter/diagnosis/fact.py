"""What is known of each object: the facts that metrics, terminal and pages all show.

``None`` means that it cannot be known (a resource that is not readable) or makes no sense for the object; it is shown
as an absent series, never as a made-up 0. Times are Unix seconds.
"""

from __future__ import annotations

import msgspec


class Fact(msgspec.Struct, frozen=True, gc=False):
    """Base of all facts: immutable, compared by value."""


class ConditionFact(Fact, frozen=True):
    """One condition that an object carries; ``true`` is False for "False" and "Unknown"."""

    type: str
    true: bool
    reason: str
    since: float | None


class AttachFact(Fact, frozen=True):
    """A workload waits for the volume, since ``pending_since``, to come to ``node`` ("" where that is unknown).

    ``cause`` is why it does not come, as far as there is evidence: one of those in ``cause.py``.
    """

    pending_since: float
    node: str
    cause: str


class VolumeFacts(Fact, frozen=True, kw_only=True):
    """Facts of one volume.

    ``needed_on`` names a node once per replica there whose loss leaves the
    volume with less than it wants. ``recheck_at`` is when time alone may change one of the facts.
    """

    name: str
    pvc: str
    pvc_namespace: str
    node: str
    access_mode: str
    data_engine: str
    data_locality: str
    workload: str
    workload_type: str
    state: str
    robustness: str
    conditions: tuple[ConditionFact, ...]
    desired_replicas: int
    replicas: dict[str, int] | None
    usable_replicas: int | None
    replica_deficit: int | None
    replica_surplus: int | None
    redundancy_deficit: int | None
    replica_nodes: int | None
    replica_zones: int | None
    ready: bool | None
    attach: AttachFact | None
    stage: str | None
    stage_since: float | None
    replacement_nodes: int | None
    unadopted_replicas: int | None
    next_replica_deletion: float | None
    needed_on: tuple[str, ...]
    recheck_at: float | None


class EngineFacts(Fact, frozen=True, kw_only=True):
    """Facts of one engine. ``stopped_since`` is set for stopped engines alone."""

    name: str
    volume: str
    pvc: str
    pvc_namespace: str
    state: str
    wanted: bool | None
    stopped_since: float | None


class ReplicaFacts(Fact, frozen=True, kw_only=True):
    """Facts of one replica. ``failed_since`` and ``deletion_at`` are set for failed replicas alone."""

    name: str
    volume: str
    node: str
    state: str
    failed_since: float | None
    deletion_at: float | None
    node_missing: bool | None


class InstanceManagerFacts(Fact, frozen=True, kw_only=True):
    """Facts of one instance manager."""

    name: str
    node: str
    data_engine: str
    state: str
    on_cordoned_node: bool | None
    needed_replicas: int | None
    leaked_engines: int | None


class DiskFacts(Fact, frozen=True):
    """One disk's conditions."""

    name: str
    conditions: tuple[ConditionFact, ...]


class NodeFacts(Fact, frozen=True, kw_only=True):
    """Facts of one node, known to Kubernetes, to Longhorn or to both.

    ``kubernetes_*`` and ``cordoned*`` come from the core Node; the rest is None or () without a Longhorn node.
    """

    name: str
    cordoned: bool | None
    cordoned_since: float | None
    kubernetes_node_present: bool | None
    kubernetes_ready: bool | None
    conditions: tuple[ConditionFact, ...]
    allow_scheduling: bool | None
    eviction_requested: bool | None
    disks: tuple[DiskFacts, ...]


class ClusterFacts(Fact, frozen=True, kw_only=True):
    """Facts of the whole cluster. ``settings`` holds (name, value) with defaults filled in; None when unreadable."""

    version: str
    gate: str
    settings: tuple[tuple[str, str], ...] | None
    degraded_availability_allowed: bool | None


class PdbFact(Fact, frozen=True):
    """What becomes of a PodDisruptionBudget: ``may_go``, ``stays`` or ``error``, under three questions.

    ``if_cordoned_and_workloads_gone`` takes every engine record of the node as gone.
    """

    now: str
    if_cordoned: str
    if_cordoned_and_workloads_gone: str


class BlockerFact(Fact, frozen=True):
    """Something that keeps a node from being drained, or should. ``kind`` and ``name`` say of which object it is."""

    reason: str
    kind: str
    name: str
    message: str
    clears_by_itself: bool


class EffectFact(Fact, frozen=True):
    """What draining a node would do to a volume."""

    volume: str
    effect: str
    message: str


class DrainSummary(Fact, frozen=True):
    """A node's drain verdict, and how many blockers it has: (reason, count), by reason."""

    node: str
    verdict: str
    blockers: tuple[tuple[str, int], ...]


class DrainFacts(Fact, frozen=True, kw_only=True):
    """Whether a node may be drained: ``safe``, ``degrading``, ``blocked`` or ``unsafe``, and why.

    ``instance_managers`` holds (name, what becomes of its PodDisruptionBudget), by name; ``pdb`` all of them together.
    """

    node: str
    verdict: str
    pdb: PdbFact
    instance_managers: tuple[tuple[str, PdbFact], ...]
    blockers: tuple[BlockerFact, ...]
    effects: tuple[EffectFact, ...]
