"""How long to wait after a failure."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.error import ConfigError, LonghornExporterError
from longhorn_cr_exporter.kube.error import (
    ForbiddenError,
    NotFoundError,
    ServerError,
    TooManyRequestsError,
    UnauthorizedError,
    UnreachableError,
)
from longhorn_cr_exporter.kube.retry import RetryPolicy, parse_retry_after

NOW = 1_700_000_000.0
DATE = "Tue, 14 Nov 2023 22:13:50 GMT"  # NOW + 30


@pytest.mark.parametrize(
    ("error", "failures", "random", "delay"),
    [
        pytest.param(UnreachableError("x"), 0, 0.0, 0.0, id="jitter may take all of it away"),
        pytest.param(UnreachableError("x"), 0, 0.5, 0.25, id="first"),
        pytest.param(UnreachableError("x"), 3, 0.5, 2.0, id="doubled three times"),
        pytest.param(UnreachableError("x"), 50, 0.5, 15.0, id="capped"),
        pytest.param(UnreachableError("x"), 10**9, 0.5, 15.0, id="capped however many"),
        pytest.param(ServerError("x", code=500), 1, 0.5, 0.5, id="server without a wish"),
        pytest.param(UnauthorizedError("x", code=401), 2, 0.5, 1.0, id="unauthorized backs off"),
        pytest.param(TooManyRequestsError("x", code=429, retry_after="7"), 0, 0.5, 7.25, id="seconds asked for"),
        pytest.param(TooManyRequestsError("x", code=429, retry_after=DATE), 0, 0.0, 30.0, id="date asked for"),
        pytest.param(ServerError("x", code=503, retry_after="99999"), 0, 0.0, 120.0, id="bounded"),
        pytest.param(ServerError("x", code=503, retry_after="soon"), 0, 0.5, 0.25, id="nonsense asked for"),
        pytest.param(ForbiddenError("x", code=403), 0, 0.5, 0.5, id="forbidden, perhaps by a server that is starting"),
        pytest.param(ForbiddenError("x", code=403), 2, 1.0, 2.2, id="forbidden again, with jitter"),
        pytest.param(ForbiddenError("x", code=403), 6, 0.5, 30.0, id="forbidden for good"),
        pytest.param(NotFoundError("x", code=404), 40, 0.0, 27.0, id="not found, with jitter"),
        pytest.param(ConfigError("x"), 0, 0.0, 0.5, id="a failing plugin is never run at once"),
    ],
)
def test_delay(error: LonghornExporterError, failures: int, random: float, delay: float) -> None:
    """Each kind of failure waits in its own way."""
    assert RetryPolicy().delay(error, failures=failures, random=random, now=NOW) == pytest.approx(delay)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("5", 5.0, id="seconds"),
        pytest.param(" 5 ", 5.0, id="blanks"),
        pytest.param("9" * 400, float("inf"), id="too many digits"),
        pytest.param("-5", None, id="negative"),
        pytest.param("²", None, id="a digit that is none"),
        pytest.param("", None, id="absent"),
        pytest.param(DATE, 30.0, id="date"),
        pytest.param("Tue, 14 Nov 2023 22:13:00 GMT", 0.0, id="date gone by"),
        pytest.param("Tue, 99 Nov 2023 22:13:00 GMT", None, id="no date"),
    ],
)
def test_parse_retry_after(text: str, seconds: float | None) -> None:
    """Seconds and HTTP dates are understood, the rest is nothing."""
    assert parse_retry_after(text, NOW) == seconds
