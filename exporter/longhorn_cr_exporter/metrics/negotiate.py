"""What a client asks for, from its Accept and Accept-Encoding headers (RFC 9110, sections 12.4 and 12.5).

Prometheus 2 and 3 list several versions of both formats with descending weights; the answer is the best of those
spoken here, OpenMetrics 1.0.0 and text 0.0.4. A client that wants neither gets text 0.0.4, as Prometheus' own libraries
do, rather than 406. ``escaping`` is of no matter: every name here is valid in every scheme.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .text import Format

_TYPES: Final = {Format.TEXT: ("text/plain", "0.0.4"), Format.OPENMETRICS: ("application/openmetrics-text", "1.0.0")}


def negotiate_format(accept: str) -> Format:
    """Choose the format for an Accept header ("" where there is none); text wins a tie."""
    ranges = list(_weighted(accept))
    text, openmetrics = (_weight(format_, ranges) for format_ in (Format.TEXT, Format.OPENMETRICS))
    return Format.OPENMETRICS if openmetrics > text else Format.TEXT


def accepts_gzip(accept_encoding: str) -> bool:
    """Tell whether the answer may, and should, be gzip; an Accept-Encoding header of "" says no."""
    weights = {name: weight for name, _, weight in _weighted(accept_encoding)}
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


_Weighted = tuple[str, dict[str, str], float]


def _weighted(header: str) -> Iterator[_Weighted]:
    """Yield each readable item of a header: its name and parameters in lower case, and its weight."""
    for item in header.lower().split(","):
        name, *pairs = [part.strip() for part in item.split(";")]
        parameters = {
            key.strip(): value.strip().strip('"') for key, _, value in (pair.partition("=") for pair in pairs)
        }
        try:
            weight = float(parameters.pop("q", "1"))
        except ValueError:
            continue
        if name and 0 <= weight <= 1:
            yield name, parameters, weight


def _weight(format_: Format, ranges: list[_Weighted]) -> float:
    """Return the weight that the most specific range matching a format gives it; 0 when none does."""
    found = [(_specificity(format_, name, parameters), weight) for name, parameters, weight in ranges]
    return max((match for match in found if match[0] >= 0), default=(0, 0.0))[1]


def _specificity(format_: Format, name: str, parameters: dict[str, str]) -> int:
    """Tell how closely a media range names a format: 3 with its version … 0 by ``*/*``; -1 not at all."""
    type_, version = _TYPES[format_]
    if name == type_:
        return {version: 3, "": 2}.get(parameters.get("version", ""), -1)
    return {f"{type_.partition('/')[0]}/*": 1, "*/*": 0}.get(name, -1)
