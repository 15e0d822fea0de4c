"""One Chromium, and the page that draws, for all tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from browser.chrome import chromium
from dashboards.drawn.picture import Easel
from stack.drawing import view


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def easel() -> AsyncIterator[Easel]:
    """Return what pictures are made with."""
    page = view()
    async with chromium() as browser:
        yield Easel(browser, page)
