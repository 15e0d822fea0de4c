"""Laws of the verdict, on every node of the oracle's clusters at each release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from answered import RELEASES, answered_nodes, release
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.drain import (
    BLOCKED,
    DEGRADING,
    SAFE,
    UNSAFE,
    drain_facts,
    verdict,
    volumes_on,
)
from longhorn_cr_exporter.diagnosis.drain_rule import MAY_GO
from longhorn_cr_exporter.diagnosis.fact import DrainFacts
from longhorn_cr_exporter.diagnosis.fleet import Fleet
from longhorn_cr_exporter.diagnosis.node_drain import node_share
from longhorn_cr_exporter.diagnosis.outlook import Outlook, outlook
from longhorn_cr_exporter.diagnosis.standing import Standing
from longhorn_cr_exporter.diagnosis.volume_drain import volume_share
from longhorn_cr_exporter.diagnosis.weight import Burden, burdens, nodes_of, volume_weights

RULE_REASONS = {"last_replica", "replica_on_missing_node", "instance_manager_not_running", "eviction_without_target"}
UNSAFE_REASONS = {"would_deadlock", "would_lose_last_usable_replica"}


class Judged(NamedTuple):
    """A node of a cluster with its facts."""

    state: ClusterState
    outlook: Outlook
    now: float
    facts: DrainFacts


def judged(tag: str) -> Iterator[Judged]:
    """Yield every node with its facts; attached volumes without a schedule count as armed."""
    version = release(tag)
    for one, node, _ in answered_nodes(tag):
        view = outlook(one.state, version, Fleet(one.state, version), lambda volume: volume.status.state == "attached")
        facts = drain_facts(node, view, one.now)
        assert facts is not None
        yield Judged(one.state, view, one.now, facts)


@pytest.mark.parametrize("tag", RELEASES)
def test_the_verdict_agrees_with_longhorns_rule(tag: str) -> None:
    """A budget that stays has a reason or waits for an eviction; a reason of the rule's means that one stays."""
    seen = set()
    for _, view, _, facts in judged(tag):
        reasons = {blocker.reason for blocker in facts.blockers}
        stays = facts.pdb.if_cordoned_and_workloads_gone != MAY_GO
        moved = {effect.effect for effect in facts.effects} & {"evicts"}
        stops = view.rule.policy == "allow-if-replica-is-stopped" and "would_lose_last_usable_replica" in reasons
        assert not stays or reasons & RULE_REASONS or moved or stops, facts
        assert stays or not reasons & RULE_REASONS, facts
        seen.add(facts.verdict)
    assert seen == {SAFE, DEGRADING, BLOCKED, UNSAFE}


@pytest.mark.parametrize("tag", RELEASES)
def test_the_verdict_follows_from_its_blockers(tag: str) -> None:
    """Unsafe for its two reasons, blocked for any that does not clear; both only then."""
    for _, _, _, facts in judged(tag):
        reasons = {blocker.reason for blocker in facts.blockers}
        lasting = {blocker.reason for blocker in facts.blockers if not blocker.clears_by_itself}
        assert (facts.verdict == UNSAFE) is bool(reasons & UNSAFE_REASONS)
        assert (facts.verdict in {UNSAFE, BLOCKED}) is bool(lasting)


@pytest.mark.parametrize("tag", RELEASES)
def test_what_volumes_and_node_add_makes_the_whole(tag: str) -> None:
    """Summed by volume, as one that changes is judged alone, the burdens give the same verdict and counts."""
    for state, view, now, facts in judged(tag):
        node = facts.node
        names = [name for name in state.volumes if node in nodes_of(name, state)]
        parts: Counter[Burden] = Counter(burdens(node_share(node, view)))
        for name in names:
            parts.update(burdens(volume_share(Standing(name, state, view.fleet, now), node, view)))
        assert verdict(parts) == facts.verdict
        assert sum(parts.values()) == len(facts.blockers) + len(facts.effects)


@pytest.mark.parametrize("tag", RELEASES)
def test_a_sound_volume_weighs_what_its_shares_say(tag: str) -> None:
    """Where a volume is sound its shares are not asked one by one: the weights are the same."""
    version, sound = release(tag), 0
    for one in {id(one): one for one, _, _ in answered_nodes(tag)}.values():
        view = outlook(one.state, version, Fleet(one.state, version), lambda _: False)
        for name in one.state.volumes:
            standing = Standing(name, one.state, view.fleet, one.now)
            shares = {node: burdens(volume_share(standing, node, view)) for node in nodes_of(name, one.state)}
            assert volume_weights(standing, view) == {node: weight for node, weight in shares.items() if weight}
            sound += len(standing.replicas) > 1 and view.calm.holds(name, standing.replicas)
    assert sound > 0


@pytest.mark.parametrize("tag", RELEASES[:1])
def test_volumes_and_nodes_know_each_other(tag: str) -> None:
    """A volume has a part in a node exactly where the node has one in the volume."""
    for state, _, _, facts in judged(tag):
        known = {name for name in state.volumes if facts.node in nodes_of(name, state)}
        assert known == volumes_on(facts.node, state) & state.volumes.keys()


@pytest.mark.parametrize("tag", RELEASES)
def test_only_a_latching_release_arms_or_deadlocks(tag: str) -> None:
    """On a fixed release no effect and no blocker speaks of the deadlock."""
    found = {effect.effect for _, _, _, facts in judged(tag) for effect in facts.effects} & {"arms", "deadlocks"}
    assert found == ({"arms", "deadlocks"} if tag == "v1.7.2" else set())
