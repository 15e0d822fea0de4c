"""What Prometheus is told of a recording's times: as far from now as they were from the recorded moment."""

from __future__ import annotations

from typing import Final

import aiohttp
import pytest
from aiohttp import web
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics

from longhorn_cr_exporter.replay.clock import Clock
from stack.relay import Moment, relaying
from stack.server import answering

_STOPPED: Final = b"longhorn_cr_engine_stopped_timestamp_seconds"
_CONTACT: Final = b"longhorn_cr_exporter_last_event_timestamp_seconds"
_MOMENT: Final = Moment(recorded=1000, real=50_000, speed=60)
_OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_PAGE: Final = b"""# HELP longhorn_cr_node_cordoned_timestamp_seconds Since when.
# TYPE longhorn_cr_node_cordoned_timestamp_seconds gauge
longhorn_cr_node_cordoned_timestamp_seconds{node="n1"} 700
# TYPE longhorn_cr_node_cordoned gauge
longhorn_cr_node_cordoned{node="n1"} 1
# EOF
"""


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param(_STOPPED + b" 940", _STOPPED + b" 49940", id="age"),
        pytest.param(_STOPPED + b" 1000", _STOPPED + b" 50000", id="now"),
        pytest.param(_STOPPED + b" 1600.5", _STOPPED + b" 50600.5", id="to come"),
        pytest.param(_STOPPED + b" 0", _STOPPED + b" 49000", id="zero is a time like another"),
        pytest.param(_STOPPED + b" 1e+03", _STOPPED + b" 50000", id="exponent"),
        pytest.param(_STOPPED + b" NaN", _STOPPED + b" NaN", id="NaN"),
        pytest.param(_STOPPED + b" +Inf", _STOPPED + b" +Inf", id="never"),
        pytest.param(_STOPPED + b'{engine="e"} 940', _STOPPED + b'{engine="e"} 49940', id="label"),
        pytest.param(
            _STOPPED + b'{engine="} 7",pvc="\\"} 8\\\\"} 940',
            _STOPPED + b'{engine="} 7",pvc="\\"} 8\\\\"} 49940',
            id="label that looks like an end",
        ),
        pytest.param(_CONTACT + b'{resource="nodes"} 880', _CONTACT + b'{resource="nodes"} 49998', id="contact"),
    ],
)
def test_time_is_as_far_away(line: bytes, told: bytes) -> None:
    """Recorded seconds count as seconds; those of the exporter's own contact as the real ones that they are."""
    assert _MOMENT.told(line + b"\n") == told + b"\n"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b"longhorn_cr_engine_stopped_age_seconds 60", id="age"),
        pytest.param(b"process_start_time_seconds 1.77e+09", id="start of the process"),
        pytest.param(b"longhorn_cr_exporter_scrape_duration_seconds_created 1.77e+09", id="created"),
        pytest.param(b"# HELP " + _STOPPED + b" 5", id="help"),
        pytest.param(b"# TYPE " + _STOPPED + b" gauge", id="type"),
        pytest.param(b'x{volume="' + _STOPPED + b' 5"} 1', id="name within a label"),
        pytest.param(b'x{volume="\\n' + _STOPPED + b' 5"} 1', id="name after an escaped newline"),
        pytest.param(_STOPPED + b"_x 5", id="longer name"),
    ],
)
def test_all_else_stays(line: bytes) -> None:
    """What is no time of the recording is told to the letter."""
    assert _MOMENT.told(line + b"\n") == line + b"\n"


def test_page_without_times() -> None:
    """Absent stays absent."""
    assert _MOMENT.told(b"") == b""


async def test_scrape_goes_through_it() -> None:
    """As a proxy: in the format that was asked for, whatever the encoding, and unpacked."""

    async def metrics(request: web.Request) -> web.Response:
        response = web.Response(body=_PAGE, headers={"Content-Type": request.headers["Accept"]})
        response.enable_compression(web.ContentCoding.gzip)
        return response

    app = web.Application()
    app.router.add_get("/metrics", metrics)
    async with (
        answering(app) as exporter,
        relaying(exporter, Clock(1000, monotonic=lambda: 0.0, speed=60), real=lambda: 50_000.0) as proxy,
        aiohttp.ClientSession() as session,
    ):
        asked = {"Accept": _OPENMETRICS, "Accept-Encoding": "gzip"}
        async with session.get("http://exporter:9899/metrics", proxy=proxy, headers=asked) as answer:
            assert answer.headers["Content-Type"] == _OPENMETRICS
            assert "Content-Encoding" not in answer.headers
            page = await answer.text()
    samples = {sample.name: sample.value for family in parse_openmetrics(page) for sample in family.samples}  # type: ignore[no-untyped-call]
    assert samples == {
        "longhorn_cr_node_cordoned_timestamp_seconds": 49_700,
        "longhorn_cr_node_cordoned": 1,
    }


async def test_exporter_that_fails() -> None:
    """The scrape fails too."""
    clock = Clock(1000, monotonic=lambda: 0.0)
    async with (
        answering(web.Application()) as exporter,
        relaying(exporter, clock) as proxy,
        aiohttp.ClientSession() as session,
        session.get("http://exporter:9899/metrics", proxy=proxy) as answer,
    ):
        assert answer.status == 502
