"""The two text formats, to the letter: text 0.0.4 and OpenMetrics 1.0.

Sources: prometheus.io/docs/instrumenting/exposition_formats and the OpenMetrics 1.0 specification. A row is the same in
both; what differs is the head of a family and the end of the page.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum, unique

from .family import Kind, Metric

_UNITS = ("seconds", "bytes")
_EXACT = 2**53  # beyond it not every whole number is a float


@unique
class Format(Enum):
    """An exposition format; the value is its content type."""

    TEXT = "text/plain; version=0.0.4; charset=utf-8"
    OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    @property
    def end(self) -> bytes:
        """What the page ends with."""
        return b"# EOF\n" if self is Format.OPENMETRICS else b""


def escape(value: str) -> str:
    r"""Escape a label value: backslash, double quote and newline become ``\\``, ``\"`` and ``\n``."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def encode(text: str) -> bytes:
    """Encode as UTF-8; what has no encoding (a lone surrogate) becomes ``?``."""
    return text.encode("utf-8", "replace")


def number(value: float) -> str:
    """Write a sample's value: whole numbers without a fraction, infinities and NaN as both formats want them."""
    if -_EXACT < value < _EXACT and value == (whole := int(value)):
        return str(whole)
    if math.isfinite(value):
        return repr(value)
    if math.isnan(value):
        return "NaN"
    return "+Inf" if value > 0 else "-Inf"


def label_template(names: Iterable[str]) -> str:
    """Return label pairs without braces, to be filled in by ``fill``: ``node="%s",disk="%s"``."""
    return ",".join([f'{name}="%s"' for name in names])


def fill(template: str, values: tuple[str, ...]) -> str:
    """Fill label values into a template of as many; they are escaped only where one shows that it must be."""
    text = template % values
    if text.count('"') == template.count('"') and "\\" not in text and "\n" not in text:
        return text
    return template % tuple([escape(value) for value in values])


def header(metric: Metric, format_: Format) -> bytes:
    """Write the HELP, TYPE and (OpenMetrics) UNIT lines of a family."""
    text = metric.help.replace("\\", "\\\\").replace("\n", "\\n")
    if format_ is Format.TEXT:
        kind = Kind.GAUGE if metric.kind is Kind.INFO else metric.kind
        return encode(f"# HELP {metric.name} {text}\n# TYPE {metric.name} {kind.value}\n")
    text = text.replace('"', '\\"')
    return encode(f"# HELP {metric.base} {text}\n# TYPE {metric.base} {metric.kind.value}\n{_unit(metric.base)}")


def _unit(base: str) -> str:
    unit = base.rpartition("_")[2]
    return f"# UNIT {base} {unit}\n" if unit in _UNITS else ""
