"""Nodes as the pages show them, a row each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ...diagnosis import node_drain, volume_drain
from ...diagnosis.drain import BLOCKED, DEGRADING, SAFE, UNSAFE
from ...diagnosis.fact import DrainSummary, NodeFacts
from ...exporter import Exporter

_ORDER: Final = {UNSAFE: 0, BLOCKED: 1, DEGRADING: 2, SAFE: 3}
_UNKNOWN: Final = 4
TONES: Final = {UNSAFE: "critical", BLOCKED: "warning", DEGRADING: "notice", SAFE: "good"}
VERDICTS: Final = {
    SAFE: "A drain goes through, and no volume misses anything.",
    DEGRADING: "A drain goes through, and leaves volumes with fewer replicas than they want.",
    BLOCKED: "A drain would hang on a PodDisruptionBudget that does not go by itself.",
    UNSAFE: "A drain would cost data, or detach a volume that could not be attached again.",
}
REASONS: Final = {
    volume_drain.LAST_REPLICA: "holds a last good copy",
    volume_drain.REPLICA_ON_MISSING_NODE: "replica on a node that is gone",
    volume_drain.INSTANCE_MANAGER_NOT_RUNNING: "instance manager not running",
    volume_drain.EVICTION_WITHOUT_TARGET: "eviction without a target",
    volume_drain.WOULD_DEADLOCK: "would deadlock a volume",
    volume_drain.WOULD_LOSE_LAST_USABLE_REPLICA: "would lose a last usable replica",
    node_drain.RUNNING_ENGINE: "engine that stays",
    node_drain.ORPHAN_ENGINE_RECORD: "forgotten engine record",
    node_drain.MANUAL_ATTACHMENT: "volume attached by hand",
    DEGRADING: "volumes lose a replica meanwhile",
    SAFE: "no volume misses anything",
}


class NodeRow(NamedTuple):
    """One node. ``drain`` is None for one that Longhorn has no part in, and while it cannot be told."""

    facts: NodeFacts
    drain: DrainSummary | None

    @property
    def verdict(self) -> str | None:
        """Return the verdict."""
        return self.drain.verdict if self.drain else None

    @property
    def tone(self) -> str:
        """Return how loud the verdict is."""
        return TONES.get(self.verdict or "", "calm")

    @property
    def why(self) -> str:
        """Return the reasons in a few words; of a verdict without blockers, what it means."""
        if self.drain is None:
            return ""
        blockers = self.drain.blockers or ((self.drain.verdict, 1),)
        parts = [REASONS.get(reason, reason) + (f" (×{count})" if count > 1 else "") for reason, count in blockers]
        return ", ".join(parts)

    @property
    def able(self) -> bool:
        """Whether the node is one that a drain could begin on: there, Ready, not cordoned."""
        return self.drain is not None and bool(self.facts.kubernetes_ready) and not self.facts.cordoned


def node_rows(exporter: Exporter) -> list[NodeRow]:
    """Return all nodes, those that need care first: cordoned ones, then by verdict."""
    drains = drain_summaries(exporter)
    rows = [NodeRow(facts, drains.get(name)) for name, facts in exporter.assessment.nodes.facts.items()]
    return sorted(rows, key=_care)


def drain_summaries(exporter: Exporter) -> Mapping[str, DrainSummary]:
    """Return the verdicts by node; none where only a share of the volumes is known, which would be too kind."""
    return exporter.assessment.drains.facts if exporter.shard.shows_nodes else {}


def _care(row: NodeRow) -> tuple[bool, int, str]:
    return not row.facts.cordoned, _ORDER.get(row.verdict or "", _UNKNOWN), row.facts.name
