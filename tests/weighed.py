"""Drains judged for tests, and clusters of a few hosts to judge them on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hosted import DEFAULT_IMAGE, GI, attachment, budget, core_node, host, manager, records, storage_node
from longhorn_cr_exporter.diagnosis.drain import drain_facts
from longhorn_cr_exporter.diagnosis.fact import DrainFacts
from longhorn_cr_exporter.diagnosis.fleet import Fleet
from longhorn_cr_exporter.diagnosis.outlook import outlook
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import Resource
from longhorn_cr_exporter.model.volume import Volume
from sample import NOW, cluster, engine, replica, setting, volume

RELEASE = Version(1, 9, 2)
LATCHING = Version(1, 7, 2)


def judge(
    *objects: Object,
    node: str = "n1",
    version: Version = RELEASE,
    armed: Callable[[Volume], bool] = lambda _: False,
    unknown: Iterable[Resource] = (),
) -> DrainFacts | None:
    """Return the facts of the node's drain."""
    state = cluster(DEFAULT_IMAGE, *objects, unknown=unknown)
    return drain_facts(node, outlook(state, version, Fleet(state, version), armed), NOW)


def reasons(facts: DrainFacts | None) -> list[tuple[str, str, bool]]:
    """Return (reason, object's name, whether it clears by itself) of the blockers."""
    assert facts is not None
    return [(blocker.reason, blocker.name, blocker.clears_by_itself) for blocker in facts.blockers]


def effects(facts: DrainFacts | None) -> list[str]:
    """Return the effects."""
    assert facts is not None
    return [effect.effect for effect in facts.effects]


def verdict(facts: DrainFacts | None) -> str:
    """Return the verdict."""
    assert facts is not None
    return facts.verdict


def wanting(count: int, *, state: str = "attached", **spec: str) -> Volume:
    """Return a volume of 10 GiB that wants so many replicas."""
    return volume(
        spec={"numberOfReplicas": count, "size": str(10 * GI), **spec}, status={"state": state, "robustness": "healthy"}
    )


def served(node: str = "n1") -> list[Object]:
    """Return the volume's engine, running on the node, its record in the instance manager, its core Node and budget."""
    return [
        engine(nodeID=node, status={"instanceManagerName": f"im-{node}"}),
        core_node(node),
        storage_node(node),
        manager(node, instanceEngines=records("v-e-0")),
        budget(f"im-{node}"),
    ]


def policy(name: str) -> Object:
    """Return the drain policy."""
    return setting("node-drain-policy", name)


def latching(*objects: Object, armed: bool, version: Version = LATCHING) -> DrainFacts | None:
    """Judge n1 with degraded availability forbidden, the volume being armed or not."""
    forbidden = setting("allow-volume-creation-with-degraded-availability", "false")
    return judge(*objects, forbidden, version=version, armed=lambda _: armed)


MINE = replica("mine", node="n1", diskID="n1-d")
PEER = replica("peer", node="n2", diskID="n2-d")
THIRD = replica("third", node="n3", diskID="n3-d")
TWO = [*host("n1"), *host("n2")]
FOUR = [part for name in ("n1", "n2", "n3", "n4") for part in host(name)]
LAST = "block-for-eviction-if-contains-last-replica"
COVERED = [*host("n2"), wanting(1), PEER]
WORKLOAD = attachment("v", csi_attacher="n1")
HAND = attachment("v", longhorn_api="n1")
LETS_GO = setting("detach-manually-attached-volumes-when-cordoned", "true")
