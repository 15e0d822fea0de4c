"""A CustomResourceDefinition that goes and comes back while it is followed."""

from __future__ import annotations

from api import definition
from api.admin import Admin
from api.definition import COLLECTION
from api.following import Follow
from api.playback import DEADLOCK, RUN, Playback
from longhorn_cr_exporter.model.resource import SETTINGS


async def test_objects_go_and_come_back_with_their_definition(
    admin: Admin, playback: Playback, follow: Follow, definitions: str
) -> None:
    """Its objects go, the resource is down because it is not found, the others are up; then all is as it was."""
    await playback.set_up(RUN, DEADLOCK)
    async with follow() as follower:
        follower.clock.advance_to(DEADLOCK)
        await follower.in_step_with(playback)
        before = follower.facts()
        playback.forget(SETTINGS)
        await admin.delete(f"{COLLECTION}/{SETTINGS.name}")
        await follower.until_up(but=[SETTINGS])
        assert await follower.metric("longhorn_cr_exporter_objects", resource=SETTINGS.name) == 0
        assert "404 Not Found" in follower.contact(SETTINGS).problem
        assert follower.exporter.assessment.cluster is not None
        assert follower.exporter.assessment.cluster.version == "unknown"
        await definition.install(admin, definitions)
        await playback.set_up(RUN, DEADLOCK)
        await follower.in_step_with(playback)
        assert follower.facts() == before
