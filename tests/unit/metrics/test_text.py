"""The text formats' small print."""

from __future__ import annotations

import math

import pytest

from longhorn_cr_exporter.metrics.family import Kind, Metric
from longhorn_cr_exporter.metrics.text import Format, encode, escape, fill, header, label_template, number


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("plain", "plain", id="nothing to escape"),
        pytest.param('say "no"', r"say \"no\"", id="quotes"),
        pytest.param("two\nlines", r"two\nlines", id="newline"),
        pytest.param("C:\\new", r"C:\\new", id="backslash"),
        pytest.param('\\"\n', r"\\\"\n", id="all of them"),
        pytest.param("Ω <script>", "Ω <script>", id="what only looks dangerous"),
    ],
)
def test_label_values_are_escaped(value: str, written: str) -> None:
    """A label value is escaped alone and in a template, where most need nothing."""
    assert escape(value) == written
    assert fill(label_template(("a", "b")), (value, "other")) == f'a="{written}",b="other"'


def test_a_percent_sign_is_no_placeholder() -> None:
    """Values are filled in as they are, whatever they hold."""
    assert fill(label_template(("a",)), ("100%s %d",)) == 'a="100%s %d"'


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param(True, "1", id="true"),
        pytest.param(False, "0", id="false"),
        pytest.param(42, "42", id="int"),
        pytest.param(10**20, "100000000000000000000", id="large int"),
        pytest.param(1772452800.0, "1772452800", id="whole float"),
        pytest.param(0.25, "0.25", id="fraction"),
        pytest.param(1e300, "1e+300", id="large float"),
        pytest.param(-3.0, "-3", id="negative"),
        pytest.param(math.inf, "+Inf", id="infinity"),
        pytest.param(-math.inf, "-Inf", id="negative infinity"),
        pytest.param(math.nan, "NaN", id="not a number"),
    ],
)
def test_numbers(value: float, written: str) -> None:
    """A number is written as both formats read it."""
    assert number(value) == written


def test_a_lone_surrogate_cannot_spoil_the_page() -> None:
    """What UTF-8 cannot hold becomes a question mark."""
    assert encode("a\ud800b") == b"a?b"


@pytest.mark.parametrize(
    ("metric", "format_", "lines"),
    [
        pytest.param(Metric("x", "Help."), Format.TEXT, ["# HELP x Help.", "# TYPE x gauge"], id="gauge"),
        pytest.param(
            Metric("x_info", "Help.", Kind.INFO),
            Format.TEXT,
            ["# HELP x_info Help.", "# TYPE x_info gauge"],
            id="info is a gauge in text",
        ),
        pytest.param(
            Metric("x_info", "Help.", Kind.INFO), Format.OPENMETRICS, ["# HELP x Help.", "# TYPE x info"], id="info"
        ),
        pytest.param(
            Metric("x_total", "Help.", Kind.COUNTER),
            Format.TEXT,
            ["# HELP x_total Help.", "# TYPE x_total counter"],
            id="counter in text",
        ),
        pytest.param(
            Metric("x_total", "Help.", Kind.COUNTER),
            Format.OPENMETRICS,
            ["# HELP x Help.", "# TYPE x counter"],
            id="counter",
        ),
        pytest.param(
            Metric("x_seconds", 'A "\\" or\nso.'),
            Format.OPENMETRICS,
            [r"# HELP x_seconds A \"\\\" or\nso.", "# TYPE x_seconds gauge", "# UNIT x_seconds seconds"],
            id="unit and escapes",
        ),
        pytest.param(
            Metric("x_seconds", 'A "\\" or\nso.'),
            Format.TEXT,
            [r'# HELP x_seconds A "\\" or\nso.', "# TYPE x_seconds gauge"],
            id="text escapes no quote",
        ),
    ],
)
def test_header(metric: Metric, format_: Format, lines: list[str]) -> None:
    """A family's head says its name, type and unit in the format's own way."""
    assert header(metric, format_).decode().splitlines() == lines
