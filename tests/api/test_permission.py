"""Rights and tokens of the service account, taken away and given: what cannot be read shows, the rest goes on."""

from __future__ import annotations

from pathlib import Path

from api.account import grant, request_token, write_token
from api.admin import Admin
from api.following import Follow
from api.line import Line
from api.playback import DEADLOCK, RUN, Playback
from api.waiting import until
from longhorn_cr_exporter.model.resource import CSI_ATTACHMENTS, ENGINES, RESOURCES


async def test_one_resource_is_forbidden_and_allowed_again(
    admin: Admin, playback: Playback, follow: Follow, line: Line
) -> None:
    """Only that resource goes down, and says why; its facts stay; it comes back by itself with what was missed.

    A watch that is established outlives its right, so the line blinks once.
    """
    await playback.set_up(RUN, DEADLOCK)
    async with follow() as follower:
        await follower.in_step_with(playback)
        before = follower.facts()
        await grant(admin, without=[ENGINES])
        await line.blink()
        await follower.until_up(but=[ENGINES])
        up = await follower.up()
        assert up == {resource.name: float(resource != ENGINES) for resource in RESOURCES}
        assert "403 Forbidden" in follower.contact(ENGINES).problem
        assert "engines.longhorn.io" in follower.contact(ENGINES).problem
        assert follower.facts() == before
        assert follower.exporter.ready
        await playback.play_on(RUN, DEADLOCK)
        await grant(admin)
        await follower.in_step_with(playback)
        assert follower.contact(ENGINES).problem == ""
        follower.assert_true_at_end(RUN)


async def test_a_waiting_workload_is_seen_without_the_right_to_attachments(
    admin: Admin, playback: Playback, follow: Follow
) -> None:
    """Where VolumeAttachments of storage.k8s.io cannot be read, Longhorn's own word about the pods counts."""
    await playback.set_up(RUN, DEADLOCK)
    await grant(admin, without=[CSI_ATTACHMENTS])
    async with follow() as follower:
        follower.clock.advance_to(DEADLOCK)
        await follower.until_up(but=[CSI_ATTACHMENTS])
        await follower.until_ready()
        waiting = {name for name, facts in follower.exporter.assessment.volumes.facts.items() if facts.attach}
        assert waiting == {"vol-rwo3"}


async def test_a_token_that_is_refused_is_replaced(
    admin: Admin, playback: Playback, follow: Follow, token_file: Path
) -> None:
    """Nothing can be read, and every resource says so; a new token in the file is taken without a restart."""
    await playback.set_up(RUN, DEADLOCK)
    write_token(token_file, "not-a-token")
    async with follow() as follower:

        async def refused() -> bool:
            return all(contact.lists["unauthorized"] for contact in follower.exporter.contacts.values())

        await until(refused, "every list to be refused")
        assert not follower.exporter.ready
        assert {contact.problem for contact in follower.exporter.contacts.values()} == {
            "401 Unauthorized: Unauthorized"
        }
        write_token(token_file, await request_token(admin))
        await follower.in_step_with(playback)
