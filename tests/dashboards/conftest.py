"""Prometheus servers, each filled with one recording and one twist, started when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from functools import cache

import pytest

from dashboards.filled import Prometheus, serving
from dashboards.twist import Twist

Prometheuses = Callable[[str, Twist], Prometheus]


@pytest.fixture(scope="session")
def prometheus_of(tmp_path_factory: pytest.TempPathFactory) -> Generator[Prometheuses]:
    """Return the server that holds a recording with a twist."""
    with ExitStack() as servers:

        @cache
        def serve(run: str, twist: Twist) -> Prometheus:
            return servers.enter_context(serving(run, tmp_path_factory.mktemp("prometheus"), twist))

        yield serve
