"""Where a replica could go: each condition on node and disk by itself, and the tiers."""

from __future__ import annotations

import pytest

from hosted import DEFAULT_IMAGE, GI, core_node, disk, engine_image, host, manager, storage_node
from longhorn_cr_exporter.diagnosis.version import Version
from longhorn_cr_exporter.model.meta import Object
from longhorn_cr_exporter.model.node import LonghornNode
from longhorn_cr_exporter.model.time import format_time
from placed import READY, first_choice, places, wanting
from sample import FAILED_AT, NOW, cluster, condition, replica, setting, volume


@pytest.mark.parametrize(
    ("node", "fits"),
    [
        pytest.param(storage_node("n1"), True, id="all in order"),
        pytest.param(storage_node("n1", spec={"allowScheduling": False}), False, id="scheduling not allowed"),
        pytest.param(storage_node("n1", conditions=[condition("Ready", "False"), READY[1]]), False, id="not ready"),
        pytest.param(
            storage_node("n1", conditions=[READY[0], condition("Schedulable", "False")]), False, id="cordoned"
        ),
        pytest.param(storage_node("n1", conditions=[READY[0]]), False, id="no word on Schedulable"),
        pytest.param(storage_node("n1", meta={"deletionTimestamp": FAILED_AT}), False, id="being deleted"),
        pytest.param(storage_node("n1", disk("u", spec={"allowScheduling": False})), False, id="disk not allowed"),
        pytest.param(storage_node("n1", disk("u", spec={"evictionRequested": True})), False, id="disk being emptied"),
        pytest.param(storage_node("n1", disk("u", schedulable=False)), False, id="disk not schedulable"),
        pytest.param(storage_node("n1", disk("u", spec={"diskType": "block"})), False, id="disk for the other engine"),
        pytest.param(storage_node("n1", disk("u", available=26 * GI)), False, id="its data would reach the reserve"),
        pytest.param(storage_node("n1", disk("u", available=26 * GI + 1)), True, id="its data just fits"),
        pytest.param(storage_node("n1", disk("u", available=0)), False, id="nothing available"),
        pytest.param(storage_node("n1", disk("u", scheduled=90 * GI)), True, id="its size just fits"),
        pytest.param(storage_node("n1", disk("u", scheduled=90 * GI + 1)), False, id="its size is promised away"),
        pytest.param(
            storage_node("n1", disk("u", scheduled=70 * GI, spec={"storageReserved": 21 * GI})), False, id="reserved"
        ),
        pytest.param(storage_node("n1", disk("a", available=1), disk("b")), True, id="one disk of two is enough"),
        pytest.param(storage_node("n1", spec={"disks": {}}), False, id="disk found but not configured"),
    ],
)
def test_a_node_and_its_disks(node: LonghornNode, fits: bool) -> None:
    """Each condition on the node and on the disk counts, at its exact bound."""
    state = cluster(wanting(), DEFAULT_IMAGE, core_node("n1"), node, manager("n1"))
    assert places(state) == (("n1",) if fits else ())


@pytest.mark.parametrize(
    ("data_engine", "objects", "fits"),
    [
        pytest.param("v1", [manager("n1")], True, id="v1 of the default image"),
        pytest.param("v1", [manager("n1", image="older:1")], False, id="v1 of another image"),
        pytest.param("v1", [manager("n1", state="error")], False, id="v1 in error"),
        pytest.param("v1", [manager("n1", type_="replica")], False, id="legacy replica manager"),
        pytest.param("v1", [manager("n1", data_engine="v2")], False, id="v1 volume, v2 manager"),
        pytest.param("v1", [manager("n1"), engine_image("engine:1", n1=True)], True, id="engine image deployed"),
        pytest.param("v1", [manager("n1"), engine_image("engine:1", n1=False)], False, id="engine image not deployed"),
        pytest.param("v1", [manager("n1"), engine_image("engine:2", n1=True)], False, id="another engine image"),
        pytest.param("v1", [manager("n1"), engine_image("engine:1", "error", n1=True)], False, id="broken image"),
        pytest.param("v2", [manager("n1", data_engine="v2", image="older:1")], True, id="v2 of any image"),
        pytest.param("v2", [manager("n1")], False, id="v2 volume, v1 manager"),
        pytest.param(
            "v2", [manager("n1", data_engine="v2"), engine_image("engine:1", n1=False)], True, id="v2 needs no image"
        ),
    ],
)
def test_what_must_run_on_the_node(data_engine: str, objects: list[Object], fits: bool) -> None:
    """The node needs a running instance manager; for v1 one of the default image, and the engine's image."""
    kind = "block" if data_engine == "v2" else "filesystem"
    node = storage_node("n1", disk("u", spec={"diskType": kind}))
    state = cluster(wanting(dataEngine=data_engine), DEFAULT_IMAGE, core_node("n1"), node, *objects)
    assert places(state) == (("n1",) if fits else ())


def test_v2_can_be_disabled_on_a_node() -> None:
    """The label on the core Node takes it out of the v2 candidates; one without a core Node is none either."""
    label = {"node.longhorn.io/disable-v2-data-engine": "true"}
    node = storage_node("n1", disk("u", spec={"diskType": "block"}))
    parts: list[Object] = [wanting(dataEngine="v2"), node, manager("n1", data_engine="v2")]
    assert places(cluster(*parts, core_node("n1"))) == ("n1",)
    assert places(cluster(*parts, core_node("n1", labels=label))) == ()
    assert places(cluster(*parts)) == ()


def test_the_default_image_missing_or_empty_offers_nothing_to_v1() -> None:
    """Longhorn writes all settings at its start: where the engine's is there, the missing one is truly unset."""
    others = [wanting(), *host("n1")]
    assert places(cluster(*others, setting("default-engine-image", "engine:1"))) == ()
    assert places(cluster(*others, setting("default-instance-manager-image", ""))) == ()


def test_a_gap_in_the_settings_is_filled_with_the_newest_image() -> None:
    """A dump without either image setting: the newest instance manager's image stands in."""
    old = manager("n1", image="im:1", created="2026-01-01T00:00:00Z")
    new = manager("n2", image="im:2", created="2026-02-01T00:00:00Z")
    state = cluster(wanting(), *(core_node(n) for n in ("n1", "n2")), storage_node("n1"), storage_node("n2"), old, new)
    assert places(state) == ("n2",)


THREE = [*host("n1", zone="a"), *host("n2", zone="a"), *host("n3", zone="b")]
LEAVING = replica(node="n1", diskID="n1-d", evictionRequested=True)


@pytest.mark.parametrize(
    ("softness", "objects", "names"),
    [
        pytest.param({}, [], ("n1", "n2", "n3"), id="a new volume goes anywhere"),
        pytest.param({}, [replica(node="n1")], ("n2", "n3"), id="node hard, zone soft: every other node"),
        pytest.param({"zone": "disabled"}, [replica(node="n1")], ("n3",), id="zone hard: other zones"),
        pytest.param({"zone": "disabled"}, [replica("a", node="n1"), replica("b", node="n3")], (), id="no zone left"),
        pytest.param({"node": "enabled"}, [replica(node="n1")], ("n1", "n2", "n3"), id="node soft: its own too"),
        pytest.param(
            {"node": "enabled", "zone": "disabled"}, [replica(node="n1")], ("n3",), id="zone hard is stricter"
        ),
        pytest.param({}, [replica(node="n9")], ("n1", "n2", "n3"), id="a replica elsewhere occupies nothing"),
        pytest.param({}, [LEAVING], ("n1", "n2", "n3"), id="a node whose replica leaves: another disk of it"),
        pytest.param({"disk": "disabled"}, [LEAVING], ("n2", "n3"), id="but not the same disk where disks are hard"),
        pytest.param({"zone": "disabled"}, [LEAVING], ("n1", "n3"), id="zone hard: in a zone all of which leaves"),
        pytest.param(
            {"zone": "disabled"}, [LEAVING, replica("b", node="n2")], ("n3",), id="not in a zone where one stays"
        ),
        pytest.param(
            {}, [replica(node="n1", meta={"deletionTimestamp": FAILED_AT})], ("n1", "n2", "n3"), id="terminating"
        ),
        pytest.param({}, [replica(node="n1", failedAt=FAILED_AT, diskID="n1-d")], ("n2", "n3"), id="failed, reusable"),
        pytest.param(
            {}, [replica(node="n1", failedAt=FAILED_AT, diskID="")], ("n1", "n2", "n3"), id="failed, without a disk"
        ),
        pytest.param(
            {},
            [replica(node="n1", failedAt=FAILED_AT, diskID="n1-d", rebuildRetryCount=5)],
            ("n1", "n2", "n3"),
            id="failed, given up",
        ),
    ],
)
def test_affinity_and_occupation(softness: dict[str, str], objects: list[Object], names: tuple[str, ...]) -> None:
    """What the volume's own replicas leave, by what they may share. n1 and n2 are in zone a, n3 in b."""
    keys = {
        "node": "replicaSoftAntiAffinity",
        "zone": "replicaZoneSoftAntiAffinity",
        "disk": "replicaDiskSoftAntiAffinity",
    }
    spec = {keys[name]: word for name, word in softness.items()}
    assert places(cluster(wanting(**spec), DEFAULT_IMAGE, *THREE, *objects)) == names


def test_settings_hold_where_the_volume_has_no_word() -> None:
    """The words "ignored" and "" take the setting; without its CR the default: node hard, zone and disk soft."""
    objects = [DEFAULT_IMAGE, *THREE, replica(node="n1")]
    soft, hard = setting("replica-soft-anti-affinity", "true"), setting("replica-zone-soft-anti-affinity", "false")
    assert places(cluster(wanting(), *objects)) == ("n2", "n3")
    assert places(cluster(wanting(replicaSoftAntiAffinity="ignored"), *objects, soft)) == ("n1", "n2", "n3")
    assert places(cluster(wanting(), *objects, hard)) == ("n3",)
    assert places(cluster(wanting(replicaSoftAntiAffinity="disabled"), *objects, soft)) == ("n2", "n3")


@pytest.mark.parametrize(
    "name",
    [
        "replica-soft-anti-affinity",
        "replica-zone-soft-anti-affinity",
        "replica-disk-soft-anti-affinity",
        "allow-empty-node-selector-volume",
        "allow-empty-disk-selector-volume",
        "storage-over-provisioning-percentage",
        "storage-minimal-available-percentage",
    ],
)
def test_a_setting_that_cannot_be_read_places_nothing(name: str) -> None:
    """Longhorn's scheduler gives up with an error."""
    assert places(cluster(wanting(), DEFAULT_IMAGE, *host("n1"), setting(name, "much"))) == ()


@pytest.mark.parametrize(
    ("version", "names"),
    [
        pytest.param(Version(1, 6, 4), ("n2", "n3"), id="1.6.4: not yet"),
        pytest.param(Version(1, 7, 0), ("n1", "n2", "n3"), id="1.7.0"),
        pytest.param(Version(1, 10, 1), ("n1", "n2", "n3"), id="1.10.1"),
        pytest.param(Version(1, 10, 2), ("n2", "n3"), id="1.10.2: mended"),
        pytest.param(Version(1, 11, 0), ("n2", "n3"), id="1.11.0: mended"),
    ],
)
def test_best_effort_balance_ignored_the_node(version: Version, names: tuple[str, ...]) -> None:
    """longhorn/longhorn #11189, by the setting or the volume's own word."""
    balance = setting("replica-auto-balance", "best-effort")
    objects = [DEFAULT_IMAGE, *THREE, replica(node="n1", diskID="n1-d")]
    assert places(cluster(wanting(replicaAutoBalance="ignored"), *objects, balance), version=version) == names
    assert places(cluster(wanting(replicaAutoBalance="best-effort"), *objects), version=version) == names
    assert places(cluster(wanting(replicaAutoBalance="disabled"), *objects, balance), version=version) == ("n2", "n3")


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        pytest.param(Version(1, 7, 2), False, id="1.7.2: still occupies its disk"),
        pytest.param(Version(1, 7, 3), True, id="1.7.3: only one that may be taken up again"),
        pytest.param(Version(1, 8, 0), False, id="1.8.0 is older than 1.7.3"),
        pytest.param(Version(1, 8, 1), True, id="1.8.1"),
    ],
)
def test_the_disk_of_a_useless_failed_replica(version: Version, fits: bool) -> None:
    """Where replicas may not share a disk, a failed one that is given up frees it, from 1.7.3 on."""
    given_up = replica(node="n1", failedAt=FAILED_AT, diskID="n1-d", rebuildRetryCount=5)
    state = cluster(wanting(replicaDiskSoftAntiAffinity="disabled"), DEFAULT_IMAGE, *host("n1"), given_up)
    assert places(state, version=version) == (("n1",) if fits else ())


@pytest.mark.parametrize(
    ("version", "on_disk", "listed", "fits"),
    [
        pytest.param(Version(1, 11, 2), "b", False, False, id="1.11.2: a replica of any disk of the node"),
        pytest.param(Version(1, 11, 3), "b", False, True, id="1.11.3: only one on this disk"),
        pytest.param(Version(1, 11, 3), "a", False, False, id="1.11.3: on this disk"),
        pytest.param(Version(1, 11, 2), "a", True, True, id="already accounted for"),
    ],
)
def test_space_that_the_disk_does_not_account_for_yet(
    version: Version,
    on_disk: str,
    listed: bool,
    fits: bool,
) -> None:
    """The volume's own replicas on the node count, until the disk lists them."""
    own = replica(node="n1", diskID=on_disk, volumeSize=str(10 * GI))
    only = disk("a", scheduled=85 * GI, listed={own.name: 10 * GI} if listed else {})
    state = cluster(
        wanting(replicaSoftAntiAffinity="enabled"),
        DEFAULT_IMAGE,
        own,
        core_node("n1"),
        storage_node("n1", only),
        manager("n1"),
    )
    assert places(state, version=version) == (("n1",) if fits else ())


@pytest.mark.parametrize(
    ("spec", "empty_allowed", "names"),
    [
        pytest.param({}, "true", ("n1", "n2"), id="no selector takes any"),
        pytest.param({}, "false", ("n2",), id="no selector takes only what has no tag"),
        pytest.param({"nodeSelector": ["fast"]}, "true", ("n1",), id="node tag"),
        pytest.param({"diskSelector": ["ssd"]}, "true", ("n1",), id="disk tag"),
        pytest.param({"nodeSelector": ["fast", "near"]}, "true", (), id="all tags are needed"),
    ],
)
def test_tags(spec: dict[str, list[str]], empty_allowed: str, names: tuple[str, ...]) -> None:
    """Selectors of the volume against tags of node and disk, and what an empty one means."""
    tagged = storage_node("n1", disk("u", spec={"tags": ["ssd"]}), spec={"tags": ["fast"]})
    state = cluster(
        wanting(**spec),
        DEFAULT_IMAGE,
        *(core_node(name) for name in ("n1", "n2")),
        *(manager(name) for name in ("n1", "n2")),
        tagged,
        storage_node("n2"),
        setting("allow-empty-node-selector-volume", empty_allowed),
        setting("allow-empty-disk-selector-volume", empty_allowed),
    )
    assert places(state) == names


@pytest.mark.parametrize(
    ("degraded_for", "wait", "names"),
    [
        pytest.param(600, None, ("n2", "n3"), id="at the end of the wait"),
        pytest.param(601, None, ("n1", "n2", "n3"), id="past the wait"),
        pytest.param(601, "3600", ("n2", "n3"), id="a longer wait"),
        pytest.param(601, "soon", (), id="a wait that cannot be read"),
        pytest.param(None, None, (), id="degraded, and no word since when"),
    ],
)
def test_a_failed_replica_holds_its_node_for_a_while(
    degraded_for: float | None, wait: str | None, names: tuple[str, ...]
) -> None:
    """While the volume waits for the failed replica to come back, its node is taken."""
    since = "" if degraded_for is None else format_time(NOW - degraded_for)
    degraded = volume(
        spec={"size": str(10 * GI)},
        status={"state": "attached", "robustness": "degraded", "lastDegradedAt": since},
    )
    waits = [] if wait is None else [setting("replica-replenishment-wait-interval", wait)]
    failed = replica(node="n1", failedAt=FAILED_AT, diskID="n1-d")
    assert places(cluster(degraded, DEFAULT_IMAGE, *THREE, failed, *waits)) == names


def test_the_first_choice_is_narrower_than_what_is_legal() -> None:
    """A fresh zone first, then a fresh node, and a disk without a replica before one with."""
    state = cluster(
        wanting(replicaSoftAntiAffinity="enabled"), DEFAULT_IMAGE, *THREE, replica(node="n1", diskID="n1-d")
    )
    assert first_choice(state) == ("n3",)
    assert places(state) == ("n1", "n2", "n3")
    leaving = cluster(wanting(), DEFAULT_IMAGE, *host("n1"), LEAVING)
    assert first_choice(leaving) == places(leaving) == ("n1",)


def test_nonsense_places_nothing_and_does_no_harm() -> None:
    """A size that is no number, sizes beyond 64 bits, of either sign."""
    assert places(cluster(wanting(size="huge"), DEFAULT_IMAGE, *host("n1"))) == ()
    for reserved in (10**400, -(10**400)):
        odd = storage_node("n1", disk("u", spec={"storageReserved": reserved}, available=26 * GI))
        assert places(cluster(wanting(), DEFAULT_IMAGE, core_node("n1"), odd, manager("n1"))) == ()
