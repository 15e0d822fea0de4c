"""A store, and a server of it with a client, for every test that wants them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from longhorn_cr_exporter.replay.server import Server
from longhorn_cr_exporter.replay.store import Store
from served import Client


@pytest.fixture
def store() -> Store:
    """Return an empty store."""
    return Store()


@pytest.fixture
async def client(store: Store) -> AsyncIterator[Client]:
    """Serve the store and return a client of it."""
    async with Server(store) as server, aiohttp.ClientSession() as session:
        yield Client(server, session)
