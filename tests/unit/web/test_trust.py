"""How far the page can be trusted is said before anything else on it."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.model.resource import (
    INSTANCE_MANAGERS,
    KUBERNETES_NODES,
    REPLICAS,
    SETTINGS,
    VOLUMES,
    Resource,
)
from sample import NOW, kubernetes_node, longhorn_node, replica, setting, volume
from shown import Moving, exporter_of, read, site, unread_exporter


async def test_before_the_first_sync_nothing_is_claimed() -> None:
    """The page says what it waits for, and no table is empty without a word."""
    async with site(unread_exporter()) as served:
        page = await served.page("/")
        assert page.words(".//h1") == "Not known yet"
        assert "Still reading volumes.longhorn.io" in page.words(".//aside")
        assert "None that is known of." in page.words()
        status = await served.json("/api/v1/status")
        assert status["complete"] is False
        assert status["headline"] == "Not known yet"


@pytest.mark.parametrize("path", ["/api/v1/volumes", "/api/v1/volumes/v", "/api/v1/nodes", "/api/v1/nodes/n1/drain"])
async def test_before_the_first_sync_scripts_are_refused(path: str) -> None:
    """An empty list would look like a cluster without trouble."""
    exporter = unread_exporter()
    async with site(exporter) as served:
        assert "yet" in (await served.json(path, status=503))["error"]
        read(exporter, volume(), replica(), kubernetes_node(), longhorn_node())
        await served.json(path)


async def test_what_is_received_is_told_at_once() -> None:
    """An answer does not wait for the exporter's own task to judge the last events."""
    exporter = exporter_of(volume("a"))
    async with site(exporter) as served:
        exporter.put(VOLUMES, volume("b"), NOW)
        names = [one["volume"] for one in (await served.json("/api/v1/volumes"))["volumes"]]
    assert names == ["a", "b"]


async def test_a_long_backlog_is_told() -> None:
    """While much is still to be judged the page says so, and what was known stays."""
    exporter = exporter_of(setting("current-longhorn-version", "v1.7.2"), *(volume(f"v{n}") for n in range(700)))
    async with site(exporter) as served:
        await served.page("/")
        exporter.put(SETTINGS, setting("current-longhorn-version", "v1.9.0"), NOW)
        page = await served.page("/")
        assert "objects still to be judged" in page.words(".//aside")
        assert len((await served.json("/api/v1/volumes"))["volumes"]) == 700


@pytest.mark.parametrize("resource", [VOLUMES, REPLICAS, KUBERNETES_NODES, INSTANCE_MANAGERS, SETTINGS])
async def test_what_is_forbidden_is_said_first(resource: Resource) -> None:
    """Each resource that cannot be read is named with the reason, and every page can still be drawn."""
    objects = [setting("current-longhorn-version", "v1.7.2"), volume(), replica(), kubernetes_node(), longhorn_node()]
    async with site(exporter_of(*objects, unreadable=[resource])) as served:
        for path in ("/", "/volumes", "/nodes"):
            page = await served.page(path)
            assert f"{resource.name}: 403 Forbidden: no right to list" in page.words(".//aside")
        assert resource.name in {gap["resource"] for gap in (await served.json("/api/v1/nodes"))["unreadable"]}


@pytest.mark.parametrize("resource", [VOLUMES, REPLICAS, KUBERNETES_NODES, INSTANCE_MANAGERS])
async def test_no_verdict_without_what_it_hangs_on(resource: Resource) -> None:
    """Where a drain cannot be judged that is said, at the top and to scripts."""
    async with site(exporter_of(kubernetes_node(), longhorn_node(), unreadable=[resource])) as served:
        assert (await served.page("/")).words(".//h1") == "Cannot tell"
        if resource is not KUBERNETES_NODES:
            assert "cannot be read" in (await served.json("/api/v1/nodes/n1/drain", status=503))["error"]
            assert "cannot be read" in (await served.page("/nodes/n1")).words()


async def test_old_data_is_called_old() -> None:
    """When contact is lost the last known state is shown, with its age."""
    exporter = exporter_of(volume())
    contact = exporter.contacts[VOLUMES.name]
    contact.up, contact.problem = False, "no answer within 30 s"
    assert isinstance(exporter.clock, Moving)
    exporter.clock.now += 180
    async with site(exporter) as served:
        page = await served.page("/volumes")
    assert "Contact is lost." in page.words(".//aside")
    assert "volumes.longhorn.io is 3 min old (12:00:00 UTC). No answer within 30 s" in page.words(".//aside")
    assert "v" in page.words(".//tbody")


async def test_objects_left_out_are_counted() -> None:
    """An object that could not be read is missing from the tables, so the page says how many are."""
    exporter = exporter_of()
    exporter.contacts[VOLUMES.name].decode_errors = 3
    async with site(exporter) as served:
        assert "3 of volumes.longhorn.io" in (await served.page("/")).words(".//aside")


async def test_nothing_is_said_where_all_is_well() -> None:
    """A page without a problem has no such part."""
    async with site(exporter_of(volume())) as served:
        assert (await served.page("/")).all(".//aside") == []
