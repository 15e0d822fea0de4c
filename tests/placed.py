"""A volume that wants a place for one more replica, and where it could be."""

from __future__ import annotations

from typing import Any

from hosted import GI
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.fleet import Fleet
from longhorn_cr_exporter.diagnosis.placement import first_choice_nodes, replacement_nodes
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.model.volume import Volume
from sample import NOW, condition, volume

RELEASE = Version(1, 9, 2)
READY = [condition("Ready"), condition("Schedulable")]


def wanting(**spec: Any) -> Volume:
    """Return an attached volume of 10 GiB, 1 GiB of them written."""
    return volume(
        spec={"size": str(10 * GI), "image": "engine:1", **spec},
        status={"state": "attached", "robustness": "healthy", "actualSize": GI},
    )


def places(state: ClusterState, *, version: Version = RELEASE, without: str = "") -> tuple[str, ...]:
    """Return where a replica of the volume "v" could go."""
    of = state.volumes["v"]
    replicas = state.replicas_of.of("v").values()
    return replacement_nodes(of, replicas, Fleet(state, version), now=NOW, without=without)


def first_choice(state: ClusterState, *, version: Version = RELEASE) -> tuple[str, ...]:
    """Return where Longhorn itself would put it."""
    return first_choice_nodes(state.volumes["v"], state.replicas_of.of("v").values(), Fleet(state, version), now=NOW)
