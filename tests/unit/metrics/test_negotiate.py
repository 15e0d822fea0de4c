"""What clients ask for, and what they get."""

from __future__ import annotations

import pytest

from longhorn_cr_exporter.metrics.negotiate import accepts_gzip, negotiate_format
from longhorn_cr_exporter.metrics.text import Format

PROMETHEUS_2 = (
    "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
PROMETHEUS_3_PROTOBUF = (
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7," + PROMETHEUS_3
)
PROMETHEUS_3_TEXT = "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        pytest.param("", Format.TEXT, id="nothing asked"),
        pytest.param("*/*", Format.TEXT, id="curl"),
        pytest.param(BROWSER, Format.TEXT, id="browser"),
        pytest.param(PROMETHEUS_2, Format.OPENMETRICS, id="Prometheus 2"),
        pytest.param(PROMETHEUS_3, Format.OPENMETRICS, id="Prometheus 3"),
        pytest.param(PROMETHEUS_3_PROTOBUF, Format.OPENMETRICS, id="Prometheus 3 with native histograms"),
        pytest.param(PROMETHEUS_3_TEXT, Format.TEXT, id="Prometheus 3, scrape_protocols text only"),
        pytest.param("text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Format.TEXT, id="old Prometheus"),
        pytest.param("application/openmetrics-text", Format.OPENMETRICS, id="no version"),
        pytest.param('application/openmetrics-text; version="1.0.0"; charset=utf-8', Format.OPENMETRICS, id="quoted"),
        pytest.param("application/openmetrics-text;version=0.0.1", Format.TEXT, id="a version not spoken"),
        pytest.param("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", Format.TEXT, id="a later version"),
        pytest.param("Application/OpenMetrics-Text;Version=1.0.0", Format.OPENMETRICS, id="case is no matter"),
        pytest.param("application/openmetrics-text;q=0.1,text/plain;q=0.2", Format.TEXT, id="text preferred"),
        pytest.param("text/plain;q=0.1,*/*;q=0.9", Format.OPENMETRICS, id="a wildcard over named text"),
        pytest.param("application/*", Format.OPENMETRICS, id="half a wildcard"),
        pytest.param("text/plain;q=0", Format.TEXT, id="nothing acceptable"),
        pytest.param("application/openmetrics-text;q=high", Format.TEXT, id="unreadable weight"),
        pytest.param(",;q=1,;;,text", Format.TEXT, id="rubbish"),
    ],
)
def test_format(accept: str, format_: Format) -> None:
    """The best format of those spoken is chosen."""
    assert negotiate_format(accept) is format_


@pytest.mark.parametrize(
    ("accept_encoding", "gzip"),
    [
        pytest.param("", False, id="nothing asked"),
        pytest.param("gzip", True, id="Prometheus"),
        pytest.param("gzip, deflate, br, zstd", True, id="browser"),
        pytest.param("GZIP;q=1.0", True, id="case is no matter"),
        pytest.param("x-gzip", True, id="the old name"),
        pytest.param("*", True, id="anything"),
        pytest.param("*;q=0", False, id="nothing encoded"),
        pytest.param("gzip;q=0", False, id="refused"),
        pytest.param("gzip;q=0, *", False, id="refused by name"),
        pytest.param("identity;q=1, gzip;q=0.5", False, id="identity preferred"),
        pytest.param("identity;q=0.5, gzip;q=1", True, id="gzip preferred"),
        pytest.param("deflate", False, id="another"),
        pytest.param("gzip;q=much", False, id="unreadable weight"),
    ],
)
def test_gzip(accept_encoding: str, *, gzip: bool) -> None:
    """Gzip is used where it is wanted at least as much as plain."""
    assert accepts_gzip(accept_encoding) is gzip


def test_content_types() -> None:
    """The content types are those that Prometheus knows, to the letter."""
    assert Format.TEXT.value == "text/plain; version=0.0.4; charset=utf-8"
    assert Format.OPENMETRICS.value == "application/openmetrics-text; version=1.0.0; charset=utf-8"
