"""Watching on through ends and breaks, without a server."""

from __future__ import annotations

from collections.abc import AsyncGenerator

import pytest

from longhorn_cr_exporter.error import ConfigError, LonghornExporterError
from longhorn_cr_exporter.kube.decode import Bookmark, ErrorEvent, Item, Unreadable, WatchEvent
from longhorn_cr_exporter.kube.error import (
    BadAnswerError,
    ExpiredError,
    ForbiddenError,
    NotFoundError,
    ServerError,
    SilentError,
    StatusError,
    TooManyRequestsError,
    UnauthorizedError,
    UnreachableError,
)
from longhorn_cr_exporter.kube.resume import PATIENCE, Ended, needs_list, newest, resume
from longhorn_cr_exporter.model.meta import ObjectMeta
from longhorn_cr_exporter.model.volume import Volume

EXPIRED = ExpiredError("old", code=410)


Script = tuple[list[list[Item]], LonghornExporterError | None]


class Watches:
    """Watch requests that do as told: batches, then an end or an error."""

    def __init__(self, *scripts: Script) -> None:
        self.asked: list[str] = []
        self._scripts = list(scripts)

    async def __call__(self, resource_version: str) -> AsyncGenerator[list[Item], None]:
        """Watch from there on."""
        self.asked.append(resource_version)
        batches, error = self._scripts.pop(0)
        for batch in batches:
            yield batch
        if error:
            raise error


def change(version: str) -> Item:
    """Return an event of this version."""
    return WatchEvent("MODIFIED", Volume(metadata=ObjectMeta(name="a", resource_version=version)))


async def test_resume_point_follows_all_that_comes() -> None:
    """Events, bookmarks and unreadable objects move it; empty batches and errors do not."""
    watches = Watches(
        ([[], [change("2"), change("3")]], None),
        ([[]], UnreachableError("cut")),
        ([[], [change("4"), Bookmark("9")]], None),
        ([[Unreadable("x", "bad", "12")]], None),
        ([], EXPIRED),
    )
    steps = [step async for step in resume(watches, "1")]
    assert watches.asked == ["1", "3", "3", "9", "12"]
    ends = [step.error for step in steps if isinstance(step, Ended)]
    assert [type(error) for error in ends] == [type(None), UnreachableError, type(None), type(None), ExpiredError]


async def test_next_watch_begins_when_it_is_asked_for() -> None:
    """The receiver decides how long to wait after an end."""
    watches = Watches(([], UnreachableError("cut")), ([], EXPIRED))
    steps = resume(watches, "1")
    assert isinstance(await anext(steps), Ended)
    assert watches.asked == ["1"]
    await anext(steps)
    assert watches.asked == ["1", "1"]


async def test_refusals_without_end_lead_to_a_list() -> None:
    """A server that never accepts this version may accept another; one that cannot be reached would not list either."""
    refusals: list[Script] = [([], ServerError("x", code=500))] * (PATIENCE + 1)
    breaks: list[Script] = [([], UnreachableError("x"))] * PATIENCE
    watches = Watches(*breaks, *refusals)
    assert len([step async for step in resume(watches, "1")]) == len(watches.asked) == 2 * PATIENCE + 1


@pytest.mark.parametrize(
    ("error", "lists"),
    [
        pytest.param(EXPIRED, True, id="expired"),
        pytest.param(ForbiddenError("x", code=403), True, id="forbidden"),
        pytest.param(NotFoundError("x", code=404), True, id="not found"),
        pytest.param(StatusError("x", code=400), True, id="bad request"),
        pytest.param(UnauthorizedError("x", code=401), False, id="unauthorized"),
        pytest.param(TooManyRequestsError("x", code=429), False, id="too many requests"),
        pytest.param(ServerError("x", code=500), False, id="server error"),
        pytest.param(UnreachableError("x"), False, id="unreachable"),
        pytest.param(SilentError("x"), False, id="silent"),
        pytest.param(BadAnswerError("x"), False, id="bad answer"),
        pytest.param(ConfigError("x"), False, id="plugin fails"),
    ],
)
def test_needs_list(error: LonghornExporterError, *, lists: bool) -> None:
    """Only where watching from there is hopeless is the work of a list asked for."""
    assert needs_list(error) == lists


@pytest.mark.parametrize(
    ("batch", "version"),
    [
        pytest.param([], "", id="nothing"),
        pytest.param([change("2"), ErrorEvent(EXPIRED)], "2", id="an error says nothing"),
        pytest.param([change("2"), Unreadable("", "no JSON")], "2", id="no version"),
        pytest.param([Bookmark("3"), change("4")], "4", id="the last counts"),
    ],
)
def test_newest(batch: list[Item], version: str) -> None:
    """The last version in a batch."""
    assert newest(batch) == version
