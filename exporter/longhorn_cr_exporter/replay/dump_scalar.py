"""Untyped YAML scalars, as Kubernetes' own YAML reader takes them.

In ``value: 600`` YAML sees a number and Go's field is a string: sigs.k8s.io/yaml then writes the number as text. Here
every scalar stays text until the field it is for decides, and only its spelling is settled: ``yes`` is "true", ``0x10``
is "16", ``1.073741824e+11`` is "107374182400" (so a support bundle writes its sizes).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE: Final = frozenset(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"))
_FALSE: Final = frozenset(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"))
_INTEGER: Final = re.compile(
    r"(?P<sign>[-+]?)(?:0x(?P<hex>[0-9a-f_]+)|0b(?P<binary>[01_]+)|0o?(?P<octal>[0-7_]+)|(?P<decimal>[0-9][0-9_]*))",
    re.IGNORECASE | re.ASCII,
)
_BASES: Final = {"hex": 16, "binary": 2, "octal": 8, "decimal": 10}
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_MAX_DIGITS: Final = 40
_EXACT: Final = 2.0**63


@lru_cache(maxsize=4096)
def plain(text: str) -> str | None:
    """Return what a scalar without quotes and tag stands for, as text; None for null."""
    if text in _NULLS:
        return None
    if text in _TRUE:
        return "true"
    if text in _FALSE:
        return "false"
    if len(text) > _MAX_DIGITS or text[0] not in "0123456789+-.":
        return text
    return _number(text)


def quoted(text: str) -> str | None:
    """Return what a scalar in quotes stands for. Support bundles have "null" wherever the cluster had "" or null."""
    return None if text == "null" else text


def _number(text: str) -> str:
    integer = _INTEGER.fullmatch(text)
    if integer is not None:
        return _integer(integer, text)
    if _FLOAT.fullmatch(text) is None:
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


def _integer(match: re.Match[str], text: str) -> str:
    base = _BASES[match.lastgroup or "decimal"]
    digits = match[match.lastgroup or "decimal"].replace("_", "")
    return str(int(match["sign"] + digits, base)) if digits else text
