"""Rebuilds that stand still, failed replicas about to go, and what merely resembles them."""

from __future__ import annotations

from typing import Any

import pytest

from found import ago, attached, brief, copies, detached, failed, found, gone, hosts, running
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.resource import ENGINES, REPLICAS
from sample import Json, setting

WELL = hosts("n1", "n2", "n3")
SINCE: Json = {"robustness": "degraded", "lastDegradedAt": ago(20)}
TWO = copies("n1", "n2")
LACKING = [detached(), *TWO]


def ids(*objects: Object, **how: Any) -> set[str]:
    """Return which patterns are found, above info."""
    return {id_ for id_, _, _ in brief(found(*WELL, *objects, **how))}


@pytest.mark.parametrize(
    "objects",
    [
        pytest.param([attached(state="detaching", **SINCE), *TWO], id="on its way off"),
        pytest.param([attached(**{**SINCE, "robustness": "healthy"}), *running(), *TWO], id="healthy again"),
        pytest.param([attached(spec={"migrationNodeID": "n2"}, **SINCE), *running(), *TWO], id="being migrated"),
        pytest.param(
            [attached(spec={"dataLayout": {"type": "sharded"}}, **SINCE), *running()], id="without replica CRs"
        ),
        pytest.param(
            [attached(**SINCE), *running(replicaModeMap={"v-r-n3": "WO"}), *TWO, *copies("n3")], id="rebuilding one"
        ),
    ],
)
def test_nothing_is_stalled(objects: list[Object]) -> None:
    """Degraded for 20 minutes, by a time that Longhorn wrote, and for a reason."""
    assert "rebuild-stalled" not in ids(*objects)


@pytest.mark.parametrize(
    ("engine", "state", "told"),
    [
        pytest.param(running(), "attached", True, id="nowhere"),
        pytest.param(running(currentReplicaAddressMap={"v-r-n3": "10.0.0.3:1"}), "attached", False, id="in its map"),
        pytest.param(running(), "detaching", False, id="nowhere, and on its way off"),
        pytest.param([], "attached", False, id="there is no engine"),
    ],
)
def test_a_replica_is_adopted_by_an_engine(engine: list[Object], state: str, *, told: bool) -> None:
    """Or is told, where the engine runs and does not know it."""
    objects = [attached(state=state, **SINCE), *engine, *TWO, *copies("n3", made=20, healthyAt="")]
    assert ("replica-unadopted" in ids(*objects)) is told


def test_without_engines_no_replica_is_called_unadopted() -> None:
    """Whether one is known to its engine cannot be known then."""
    objects = [attached(**SINCE), *running(), *TWO, *copies("n3", made=20, healthyAt="")]
    assert "replica-unadopted" not in ids(*objects, unknown=[ENGINES])
    assert "replica-unadopted" not in ids(*objects, unknown=[REPLICAS])


@pytest.mark.parametrize(
    ("objects", "told"),
    [
        pytest.param([*LACKING, failed("n3", 25)], True, id="in five minutes"),
        pytest.param(
            [*LACKING, failed("n3", 25), setting("current-longhorn-version", "v1.8.1")], False, id="fixed release"
        ),
        pytest.param(
            [detached(), *copies("n1", "n2", "n3"), *hosts("n4"), failed("n4", 25)], False, id="none is lacking"
        ),
        pytest.param([*LACKING, failed("n9", 25)], False, id="its node is gone"),
        pytest.param(
            [*LACKING, failed("n9", 25), gone("n9", since=25)], False, id="its node is gone, and Longhorn says so"
        ),
        pytest.param([*LACKING, failed("n3", 25, healthyAt="")], False, id="it was never healthy"),
        pytest.param([*TWO, failed("n3", 25)], False, id="its volume is gone"),
        pytest.param([*LACKING, failed("n3", 2, rebuildRetryCount=5)], True, id="retried too often: at the next sync"),
    ],
)
def test_a_failed_replica_goes_soon(objects: list[Object], *, told: bool) -> None:
    """Told where its node may still bring it back, and the volume needs it."""
    assert ("replica-deletion-imminent" in ids(*objects)) is told


def test_a_replica_that_is_being_deleted_is_no_news() -> None:
    """Nobody can keep it."""
    leaving = failed("n3", 25)
    leaving.metadata.deletion_timestamp = ago(1)
    assert "replica-deletion-imminent" not in ids(*LACKING, leaving)


@pytest.mark.parametrize(
    ("replica", "when"),
    [
        pytest.param(failed("n3", 25), "at 2026-03-02T12:05:00Z", id="stale in five minutes"),
        pytest.param(failed("n3", 2, rebuildRetryCount=5), "at the next sync", id="retried too often"),
    ],
)
def test_when_it_goes(replica: Object, when: str) -> None:
    """At its time, or as soon as Longhorn looks."""
    [told] = [f for f in found(*WELL, *LACKING, replica) if f.id == "replica-deletion-imminent"]
    assert f"Longhorn deletes it {when}, while" in told.message
