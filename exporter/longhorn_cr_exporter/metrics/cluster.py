"""The metrics of the cluster as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..diagnosis.fact import ClusterFacts
from .family import Kind, Sample, Section, info, number, rows


def _settings(settings: Iterable[tuple[str, str]] | None) -> Iterator[Sample]:
    for setting in settings or ():
        yield setting, 1


CLUSTER: Final[Section[ClusterFacts]] = Section(
    title="Cluster",
    labels=(),
    identity=lambda _: (),
    families=(
        info(
            "longhorn_cr_longhorn_info",
            "The Longhorn version that runs (unknown where it cannot be read) and what it does about the deadlock:"
            " open, latched, fixed or unknown; 1.",
            ("version", "deadlock_gate"),
            lambda cluster: (cluster.version or "unknown", cluster.gate),
        ),
        rows(
            "longhorn_cr_setting_info",
            "The value of a Longhorn setting that bears on deadlocks or drains, its default where it is not set; 1.",
            ("setting", "value"),
            lambda cluster: cluster.settings,
            _settings,
            kind=Kind.INFO,
        ),
        number(
            "longhorn_cr_degraded_availability_allowed",
            "Whether a detached volume without all its replicas may be scheduled:"
            " the setting allow-volume-creation-with-degraded-availability.",
            lambda cluster: cluster.degraded_availability_allowed,
        ),
    ),
)
