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
    if isinstance(value, int):
        return str(int(value))
    if math.isfinite(value):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 # exact
    if math.isnan(value):
        return "NaN"
    return "+Inf" if value > 0 else "-Inf"


def label_pairs(names: Iterable[str], values: Iterable[str]) -> str:
    """Write label pairs without braces: ``node="a",disk="b"``."""
    return ",".join([f'{name}="{escape(value)}"' for name, value in zip(names, values, strict=True)])


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
