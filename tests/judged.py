"""Facts for tests, and expositions of them.

Keyword arguments are the facts' own fields; only what a test is about needs to be said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from longhorn_cr_exporter.diagnosis.fact import (
    ClusterFacts,
    ConditionFact,
    DrainSummary,
    EngineFacts,
    Fact,
    InstanceManagerFacts,
    NodeFacts,
    ReplicaFacts,
    VolumeFacts,
)
from longhorn_cr_exporter.metrics.catalogue import SECTIONS
from longhorn_cr_exporter.metrics.exporter import EXPORTER, Build
from longhorn_cr_exporter.metrics.exposition import Exposition
from longhorn_cr_exporter.metrics.text import Format
from longhorn_cr_exporter.model.contact import Contact

NOW = 1_772_452_800.0
FLEET = [metric.name for section in SECTIONS if section is not EXPORTER for metric in section.metrics]
BUILD = Build(version="1.2.3", python_version="3.11.7", revision="abc")

F = TypeVar("F", bound=Fact)


def little_known(kind: type[F], **said: Any) -> F:
    """Return facts of which only what is said is known: the others are None, as for resources that cannot be read."""
    unknown = {field.name: None for field in msgspec.structs.fields(kind) if field.required}
    return kind(**(unknown | said))


_VOLUME = little_known(
    VolumeFacts,
    name="v",
    pvc="data",
    pvc_namespace="shop",
    node="n1",
    access_mode="rwo",
    data_engine="v1",
    data_locality="disabled",
    workload="db-0",
    workload_type="StatefulSet",
    state="attached",
    robustness="healthy",
    conditions=(),
    desired_replicas=3,
)
_ENGINE = little_known(EngineFacts, name="v-e-0", volume="v", pvc="data", pvc_namespace="shop", state="running")
_REPLICA = little_known(ReplicaFacts, name="v-r-1", volume="v", node="n1", state="running")
_INSTANCE_MANAGER = little_known(InstanceManagerFacts, name="im-1", node="n1", data_engine="v1", state="running")
_NODE = little_known(NodeFacts, name="n1", conditions=(), disks=())
_CLUSTER = little_known(ClusterFacts, version="v1.7.2", gate="latched")


def volume(**fields: Any) -> VolumeFacts:
    """Return a volume of which little is known."""
    return msgspec.structs.replace(_VOLUME, **fields)


def engine(**fields: Any) -> EngineFacts:
    """Return an engine of which little is known."""
    return msgspec.structs.replace(_ENGINE, **fields)


def replica(**fields: Any) -> ReplicaFacts:
    """Return a replica of which little is known."""
    return msgspec.structs.replace(_REPLICA, **fields)


def instance_manager(**fields: Any) -> InstanceManagerFacts:
    """Return an instance manager of which little is known."""
    return msgspec.structs.replace(_INSTANCE_MANAGER, **fields)


def node(**fields: Any) -> NodeFacts:
    """Return a node of which little is known."""
    return msgspec.structs.replace(_NODE, **fields)


def cluster(**fields: Any) -> ClusterFacts:
    """Return a cluster of which little is known."""
    return msgspec.structs.replace(_CLUSTER, **fields)


def condition(
    type_: str = "Scheduled", *, true: bool = True, reason: str = "", since: float | None = None
) -> ConditionFact:
    """Return one condition."""
    return ConditionFact(type_, true, reason, since)


def exposition(
    *facts: Fact, contacts: Mapping[str, Contact] | None = None, objects: Mapping[str, int] | None = None
) -> Exposition:
    """Return an exposition of the facts."""
    made = Exposition(build=BUILD, contacts=contacts or {}, objects=lambda: objects or {})
    for fact in facts:
        put(made, fact)
    return made


def put(into: Exposition, fact: Fact) -> None:
    """Put facts of any kind."""
    match fact:
        case VolumeFacts():
            into.put_volume(fact)
        case EngineFacts():
            into.put_engine(fact)
        case ReplicaFacts():
            into.put_replica(fact)
        case InstanceManagerFacts():
            into.put_instance_manager(fact)
        case NodeFacts():
            into.put_node(fact)
        case DrainSummary():
            into.put_drain(fact)
        case ClusterFacts():
            into.set_cluster(fact)
        case _:
            raise TypeError(type(fact))


def drop(from_: Exposition, kind: type[Fact], name: str) -> None:
    """Drop an object of any kind."""
    drops: dict[type[Fact], Callable[[str], None]] = {
        VolumeFacts: from_.drop_volume,
        EngineFacts: from_.drop_engine,
        ReplicaFacts: from_.drop_replica,
        InstanceManagerFacts: from_.drop_instance_manager,
        NodeFacts: from_.drop_node,
        DrainSummary: from_.drop_drain,
        ClusterFacts: lambda _: from_.set_cluster(None),
    }
    drops[kind](name)


def page(of: Exposition, *names: str, format_: Format = Format.TEXT, now: float = NOW) -> str:
    """Return the plain page, or the families asked for by name."""
    return of.render(now=now, format_=format_, names=names).body().decode()


def rows(of: Exposition, *names: str, now: float = NOW) -> list[str]:
    """Return the rows of the page, or of the families asked for by name, sorted."""
    return sorted(line for line in page(of, *names, now=now).splitlines() if not line.startswith("#"))


def fleet_rows(of: Exposition, now: float = NOW) -> list[str]:
    """Return the rows about the cluster, sorted: all but the exporter's own."""
    return rows(of, *FLEET, now=now)
