"""What one volume adds to the drain of one node: why it would hold the drain up, and what the drain would do to it.

A replica that Longhorn's rule protects holds the drain up, and is not lost: nobody gets past its instance manager's
budget. One that the rule gives up is lost for as long as the node is away, unless Longhorn moves it off first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ..model.replica import Replica
from ..model.volume import Volume
from .cover import Flaw
from .drain_rule import ALLOW_IF_STOPPED, BLOCK_FOR_EVICTION, BLOCK_FOR_EVICTION_OF_LAST, Ruling, rule_volume
from .eviction import is_evicted
from .fact import BlockerFact, EffectFact
from .hold import DAEMON, MANUAL, NOBODY, WORKLOAD, holder
from .outlook import Outlook, Share
from .recovery import can_move, cover_returns
from .standing import Standing

LAST_REPLICA: Final = "last_replica"
REPLICA_ON_MISSING_NODE: Final = "replica_on_missing_node"
INSTANCE_MANAGER_NOT_RUNNING: Final = "instance_manager_not_running"
EVICTION_WITHOUT_TARGET: Final = "eviction_without_target"
WOULD_DEADLOCK: Final = "would_deadlock"
WOULD_LOSE_LAST_USABLE_REPLICA: Final = "would_lose_last_usable_replica"

LOSES_LAST_USABLE_REPLICA: Final = "loses_last_usable_replica"
DEADLOCKS: Final = "deadlocks"
ARMS: Final = "arms"
DEGRADES: Final = "degrades"
INTERRUPTS_REBUILD: Final = "interrupts_rebuild"
EVICTS: Final = "evicts"


class Stake(NamedTuple):
    """A volume's part in one node.

    ``ruling`` is Longhorn's rule, asked of its replicas on the node; ``moving`` are those that Longhorn evicts.
    """

    standing: Standing
    node: str
    ruling: Ruling
    moving: frozenset[str]

    @property
    def name(self) -> str:
        """The volume's name."""
        return self.standing.name

    @property
    def volume(self) -> Volume | None:
        """The volume itself; None where only replicas name it."""
        return self.standing.volume


def volume_share(standing: Standing, node: str, outlook: Outlook) -> Share:
    """Return what the volume adds to the node's drain."""
    stake = _stake(standing, node, outlook)
    held = _held_up(stake, outlook)
    gone_for_good = _detach(stake, outlook)
    passes = all(blocker.clears_by_itself for blocker in held)
    effect = _loss(stake, outlook, covered_first=bool(held)) if passes else None
    if effect is not None and effect.effect == LOSES_LAST_USABLE_REPLICA:
        held.append(_unsafe(WOULD_LOSE_LAST_USABLE_REPLICA, effect))
    if gone_for_good is not None:
        held.append(_unsafe(WOULD_DEADLOCK, gone_for_good))
    return Share(tuple(held), tuple([part for part in (gone_for_good, effect) if part is not None]))


def _stake(standing: Standing, node: str, outlook: Outlook) -> Stake:
    state, volume = outlook.state, standing.volume
    labelled = [
        r for r in standing.replicas if r.metadata.labels is not None and r.metadata.labels.longhornnode == node
    ]
    asked = labelled and outlook.rule.policy and outlook.guarded(node) and not _will_stop(volume, node, outlook)
    ruling = rule_volume(standing.name, labelled, node, state, outlook.rule, cordoned=True) if asked else Ruling()
    evicted = frozenset(r.name for r in labelled if is_evicted(r.name, node, state, outlook.rule))
    moving = evicted if evicted and can_move(volume, node, outlook, standing.now) else frozenset()
    return Stake(standing, node, ruling, moving)


def _will_stop(volume: Volume | None, node: str, outlook: Outlook) -> bool:
    """Whether the policy asks only about replicas that run, and these stop because the workload leaves the node.

    The budget goes in that moment, though the volume is soon attached elsewhere and its replica runs again: Longhorn
    makes no new one while the node is cordoned. Its controllers at work: tests/recordings, k-rolling-in-place-update.
    """
    if outlook.rule.policy != ALLOW_IF_STOPPED or volume is None:
        return False
    attached_here = volume.status.current_node_id == node or _served_from(volume.name, node, outlook)
    return attached_here and holder(volume, node, outlook.state) in {WORKLOAD, NOBODY}


def _held_up(stake: Stake, outlook: Outlook) -> list[BlockerFact]:
    """Return why Longhorn's rule would keep the node's budget for this volume's sake; not for what moves off first."""
    blockers = [flaw_blocker(flaw) for flaw in stake.ruling.flaws]
    staying = [replica for replica in stake.ruling.uncovered if replica.name not in stake.moving]
    if not staying:
        return blockers
    must_leave = outlook.rule.policy == BLOCK_FOR_EVICTION
    returns = not must_leave and cover_returns(stake.volume, stake.node, outlook, stake.standing.now)
    if must_leave or (not returns and outlook.rule.policy == BLOCK_FOR_EVICTION_OF_LAST):
        return blockers + [_without_target(replica) for replica in staying]
    return blockers + [_last(replica, returns=returns) for replica in staying]


def flaw_blocker(flaw: Flaw) -> BlockerFact:
    """Return a failing check of Longhorn's as a blocker: no budget goes while it fails."""
    reason = REPLICA_ON_MISSING_NODE if flaw.missing_node else INSTANCE_MANAGER_NOT_RUNNING
    message = f"Longhorn cannot tell whether the node may go: {flaw.message}"
    return BlockerFact(reason, flaw.kind, flaw.name, message, clears_by_itself=flaw.passes)


def _without_target(replica: Replica) -> BlockerFact:
    message = f"replica {replica.name} of volume {replica.spec.volume_name} must leave first, and no node can take it"
    return BlockerFact(EVICTION_WITHOUT_TARGET, "Replica", replica.name, message, clears_by_itself=False)


def _last(replica: Replica, *, returns: bool) -> BlockerFact:
    what = "has failed, and" if replica.spec.failed_at else "cannot be spared:"
    hope = "; that will change by itself" if returns else ""
    message = (
        f"replica {replica.name} of volume {replica.spec.volume_name} {what} no other node has protected data{hope}"
    )
    return BlockerFact(LAST_REPLICA, "Replica", replica.name, message, clears_by_itself=returns)


def _unsafe(reason: str, effect: EffectFact) -> BlockerFact:
    return BlockerFact(reason, "Volume", effect.volume, effect.message, clears_by_itself=False)


def _detach(stake: Stake, outlook: Outlook) -> EffectFact | None:
    """Return what the drain does to an armed volume attached to the node: it detaches, for good."""
    volume = stake.volume
    if volume is None or not outlook.latches or not outlook.armed(volume):
        return None
    if not _served_from(stake.name, stake.node, outlook):
        return None
    held_by = holder(volume, stake.node, outlook.state)
    if held_by == DAEMON or (held_by == MANUAL and not outlook.lets_go):
        return None
    message = f"volume {stake.name} is armed: once detached from {stake.node} it could not be attached again"
    return EffectFact(stake.name, DEADLOCKS, message)


def _served_from(volume: str, node: str, outlook: Outlook) -> bool:
    engines = outlook.state.engines_of.of(volume).values()
    return any(engine.spec.active and engine.spec.node_id == node for engine in engines)


def _loss(stake: Stake, outlook: Outlook, *, covered_first: bool) -> EffectFact | None:
    """Return what the drain does to the volume's redundancy, None where it takes nothing that is wanted.

    ``covered_first``: the drain waits until there is protected data elsewhere.
    """
    volume = stake.volume
    if volume is None:
        return None
    good = stake.standing.good
    lost = [r for r in good if r.spec.node_id == stake.node and r.name not in stake.moving]
    left, wanted = len(good) - len(lost), volume.spec.number_of_replicas
    if lost and left == 0 and not covered_first:
        message = f"volume {stake.name} would have no usable replica left: {lost[0].name} is the last"
        return EffectFact(stake.name, LOSES_LAST_USABLE_REPLICA, message)
    if lost and left < wanted:
        return _degraded(stake, volume, outlook, kept=f"{max(left, int(covered_first))} of {wanted} replicas")
    return next(_lesser_effects(stake), None)


def loss_of_one(volume: Volume, standing: Standing, node: str, outlook: Outlook) -> str:
    """Return what it does to the volume to lose a wanted replica: on a release that latches, it may be armed by it."""
    attached = outlook.latches and volume.status.state == "attached"
    return DEGRADES if not attached or standing.replaceable(node) else ARMS


def _degraded(stake: Stake, volume: Volume, outlook: Outlook, *, kept: str) -> EffectFact:
    """Return that the volume loses a replica, and whether that leads to the deadlock."""
    message = f"volume {stake.name} would keep {kept}"
    if loss_of_one(volume, stake.standing, stake.node, outlook) == DEGRADES:
        return EffectFact(stake.name, DEGRADES, message)
    warning = f"{message}, and no node can take another: if {stake.node} stays away, the next detach is for good"
    return EffectFact(stake.name, ARMS, warning)


def _lesser_effects(stake: Stake) -> Iterator[EffectFact]:
    for replica in stake.standing.replicas:
        spec = replica.spec
        if spec.node_id != stake.node or not spec.active or spec.failed_at or replica.name in stake.moving:
            continue
        if not spec.healthy_at and replica.status.current_state == "running":
            message = f"volume {stake.name} would lose the rebuild of {replica.name}"
            yield EffectFact(stake.name, INTERRUPTS_REBUILD, message)
    if stake.moving:
        names = ", ".join(sorted(stake.moving))
        yield EffectFact(stake.name, EVICTS, f"volume {stake.name}: Longhorn moves {names} to another node first")
