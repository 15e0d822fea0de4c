"""etcd forgets what a watch or a page would go on from: the server says 410, and all is listed anew.

The API server runs without its watch cache here, so that every request goes to etcd itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from api.admin import NAMESPACE
from api.control_plane import ControlPlane
from api.following import Follow
from api.line import Line
from api.playback import DEADLOCK, RUN, Playback
from longhorn_cr_exporter.kube.connection import SILENCE_SECONDS, Answer, Connection
from longhorn_cr_exporter.kube.decode import ListDecoder
from longhorn_cr_exporter.kube.list import list_whole
from longhorn_cr_exporter.kube.loader import load_credential
from longhorn_cr_exporter.kube.options import ClusterOptions
from longhorn_cr_exporter.model.resource import REPLICAS, RESOURCES


@pytest.fixture(scope="module", autouse=True)
def _without_watch_cache(control_plane: ControlPlane) -> Iterator[None]:
    """Restart the API server without its watch cache, and once more afterwards."""
    control_plane.start_api_server(watch_cache=False)
    yield
    control_plane.start_api_server()


async def test_a_watch_is_expired_by_compaction(
    playback: Playback, follow: Follow, line: Line, control_plane: ControlPlane
) -> None:
    """While the line was cut, objects changed, came and went, and there is no way back to where the watch stopped."""
    await playback.set_up(RUN, DEADLOCK)
    async with follow() as follower:
        await follower.in_step_with(playback)
        await line.cut()
        await follower.until_up(but=RESOURCES)
        await playback.play_on(RUN, DEADLOCK)
        control_plane.compact()
        line.mend()
        await follower.in_step_with(playback)
        follower.assert_true_at_end(RUN)
        for resource in RESOURCES:
            assert follower.contact(resource).watches["expired"] == 1
            assert (
                await follower.metric("longhorn_cr_exporter_list_total", resource=resource.name, result="success") == 2
            )


class CompactedBetweenPages(Connection):
    """A connection that has etcd compacted, once, when a second page is about to be asked for."""

    control_plane: ControlPlane
    compacted = False

    @asynccontextmanager
    async def get(
        self, path: str, params: Mapping[str, str], *, silence_seconds: float = SILENCE_SECONDS
    ) -> AsyncIterator[Answer]:
        """As ``Connection.get``."""
        if "continue" in params and not self.compacted:
            self.compacted = True
            self.control_plane.write_unrelated()
            self.control_plane.compact()
        async with super().get(path, params, silence_seconds=silence_seconds) as answer:
            yield answer


async def test_a_list_expires_between_its_pages(
    playback: Playback, kubeconfig: Path, control_plane: ControlPlane
) -> None:
    """The continue token is of no use any more: the list is begun anew and is whole."""
    await playback.set_up(RUN, DEADLOCK)
    connection = CompactedBetweenPages(load_credential(ClusterOptions(kubeconfig), {}))
    connection.control_plane = control_plane
    async with connection:
        listing = await list_whole(connection, REPLICAS.path(NAMESPACE), ListDecoder(REPLICAS), limit=2)
    assert connection.compacted
    assert {obj.name for obj in listing.objects} == playback.versions[REPLICAS].keys()
