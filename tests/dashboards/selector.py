"""The parts of a PromQL expression that checks look at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import promql_parser as promql


def parts(expr: str) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield every node of an expression with those around it, the outermost first."""
    yield from _parts(promql.parse(expr), ())


def _parts(node: Any, around: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    yield node, around
    for inner in _inner(node):
        yield from _parts(inner, (*around, node))


def _inner(node: Any) -> list[Any]:
    match node:
        case promql.BinaryExpr():
            return [node.lhs, node.rhs]
        case promql.Call():
            return list(node.args)
        case promql.MatrixSelector():
            return [node.vector_selector]
        case promql.VectorSelector() | promql.NumberLiteral() | promql.StringLiteral():
            return []
    return [node.expr]


def selectors(expr: str) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield the expression's vector selectors, each with the nodes around it."""
    return ((node, around) for node, around in parts(expr) if isinstance(node, promql.VectorSelector))
