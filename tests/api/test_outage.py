"""Servers that die and come back: what was known stays, the outage shows, nothing is lost."""

from __future__ import annotations

import asyncio

from api.control_plane import ControlPlane
from api.following import Follow
from api.line import Line
from api.playback import DEADLOCK, RUN, Playback
from longhorn_cr_exporter.model.resource import CSI_ATTACHMENTS, REPLICAS, RESOURCES, VOLUMES

OUTAGE_SECONDS = 600.0
NEEDS_LIST = ("expired", "forbidden", "not_found", "rejected")
"""Results of a watch that only a new list can help; a server that is still starting may give any of them."""


async def test_facts_outlive_the_api_server(playback: Playback, follow: Follow, control_plane: ControlPlane) -> None:
    """Killed: facts stay, ``resource_up`` and the time of the last contact tell. Back: nothing was missed."""
    await playback.set_up(RUN, DEADLOCK)
    async with follow() as follower:
        follower.clock.advance_to(DEADLOCK)
        await follower.in_step_with(playback)
        before = follower.facts()
        control_plane.api_server.kill()
        await follower.until_up(but=RESOURCES)
        follower.clock.advance_to(DEADLOCK + OUTAGE_SECONDS)
        assert set((await follower.up()).values()) == {0.0}
        assert follower.facts() == before
        for resource in RESOURCES:
            name = "longhorn_cr_exporter_last_event_timestamp_seconds"
            assert await follower.metric(name, resource=resource.name) == DEADLOCK
        await asyncio.to_thread(control_plane.start_api_server)
        await playback.play_on(RUN, DEADLOCK)
        await follower.in_step_with(playback)
        follower.assert_true_at_end(RUN)
        assert set((await follower.up()).values()) == {1.0}
        for contact in follower.exporter.contacts.values():
            # A watch that the new server's cache cannot continue is followed by one more list, and no other is.
            assert contact.lists["success"] == 1 + sum(contact.watches[result] for result in NEEDS_LIST)


async def test_a_new_api_server_cannot_continue_old_watches(
    playback: Playback, follow: Follow, line: Line, control_plane: ControlPlane
) -> None:
    """It remembers nothing from before its start: 410, and a list shows what changed, came and went meanwhile."""
    await playback.set_up(RUN, DEADLOCK)
    async with follow() as follower:
        await follower.in_step_with(playback)
        await line.cut()
        await follower.until_up(but=RESOURCES)
        await playback.play_on(RUN, DEADLOCK)
        control_plane.api_server.kill()
        await asyncio.to_thread(control_plane.start_api_server)
        line.mend()
        await follower.in_step_with(playback)
        follower.assert_true_at_end(RUN)
        for resource in (VOLUMES, REPLICAS, CSI_ATTACHMENTS):
            assert follower.contact(resource).watches["expired"] == 1
            assert (
                await follower.metric("longhorn_cr_exporter_list_total", resource=resource.name, result="success") == 2
            )


async def test_facts_outlive_etcd(playback: Playback, follow: Follow, control_plane: ControlPlane) -> None:
    """The API server lives and knows nothing new; when etcd is back, what is written arrives."""
    await playback.set_up(RUN, DEADLOCK)
    async with follow() as follower:
        await follower.in_step_with(playback)
        before = follower.facts()
        control_plane.etcd.kill()
        assert follower.facts() == before
        await asyncio.to_thread(control_plane.start_etcd)
        await playback.play_on(RUN, DEADLOCK)
        await follower.in_step_with(playback)
        follower.assert_true_at_end(RUN)
