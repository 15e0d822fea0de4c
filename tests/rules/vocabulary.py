"""Which labels a PromQL expression has, and where it asks for a metric or a label that the exporter does not export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import promql_parser as promql

from longhorn_cr_exporter.diagnosis.setting import DEFAULTS
from longhorn_cr_exporter.metrics.catalogue import HISTOGRAMS, SECTIONS
from longhorn_cr_exporter.metrics.exporter import EXPORTER
from longhorn_cr_exporter.metrics.own import Library
from longhorn_cr_exporter.model.resource import RESOURCES
from rules.rulebook import Rule

Labels = frozenset[str]

TARGET: Final[Labels] = frozenset({"cluster", "job", "instance"})
"""What Prometheus adds to every series of a target."""
STALE: Final = "longhorn_cr:exporter_resource_stale"
_ANY_ALERT: Final[Labels] = frozenset({"alertname", "alertstate", "severity", "namespace", "reason"})
_HELP_NAMES_VALUES: Final = frozenset({"stage", "state", "cause", "verdict", "robustness", "deadlock_gate"})
_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "resource": frozenset(resource.name for resource in RESOURCES),
    "setting": frozenset(DEFAULTS),
}
_EXPORTED: Final = {
    metric.name: (frozenset((*section.labels, *metric.labels)), metric.help)
    for section in SECTIONS
    for metric in section.metrics
} | {f"{metric.name}{end}": (frozenset({"le"}), "") for metric in HISTOGRAMS for end in ("_bucket", "_sum", "_count")}
_PROCESS: Final = {sample.name: frozenset(sample.labels) for family in Library().collect() for sample in family.samples}
"""What prometheus_client adds."""
FLEET: Final = frozenset(m.name for section in SECTIONS if section is not EXPORTER for m in section.metrics)
"""What is said of the cluster: it may be stale."""


class Vocabulary:
    """What expressions may speak of: the exporter's metrics, the recording rules among ``rules``, and ``ALERTS``."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._records = {rule.name: rule for rule in rules if not rule.alert}
        self._recorded: dict[str, Labels] = {}

    def problems(self, expr: str) -> list[str]:
        """Return what is wrong with an expression, nothing where all is well."""
        reading = _Reading(self)
        reading.labels(promql.parse(expr), guarded=False)
        return reading.problems

    def labels(self, expr: str) -> Labels:
        """Return the labels that the expression's result may have."""
        return _Reading(self).labels(promql.parse(expr), guarded=True) or frozenset()

    def of(self, metric: str) -> Labels | None:
        """Return a metric's labels, None where nobody exports or records it."""
        if metric in {"ALERTS", "ALERTS_FOR_STATE"}:
            exported = (labels for labels, _ in _EXPORTED.values())
            return _ANY_ALERT.union(TARGET, *exported)
        if metric in _EXPORTED:
            return _EXPORTED[metric][0] | TARGET
        if metric in _PROCESS:
            return _PROCESS[metric] | TARGET
        if metric not in self._records:
            return None
        if metric not in self._recorded:
            self._recorded[metric] = self.labels(self._records[metric].expr)
        return self._recorded[metric]


class _Reading:
    """One walk through one expression; ``guarded`` is whether stale data is taken away from what is being read."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.problems: list[str] = []

    def labels(self, node: Any, *, guarded: bool) -> Labels | None:
        """Return the labels of the node's result, None for a scalar."""
        match node:
            case promql.VectorSelector():
                return self._selected(node, guarded=guarded)
            case promql.AggregateExpr():
                return self._aggregated(node, guarded=guarded)
            case promql.BinaryExpr():
                return self._combined(node, guarded=guarded)
            case promql.Call():
                return self._called(node, guarded=guarded)
            case _:
                inner = getattr(node, "expr", None) or getattr(node, "vector_selector", None)
                return None if inner is None else self.labels(inner, guarded=guarded)

    def _selected(self, node: Any, *, guarded: bool) -> Labels:
        labels = self._vocabulary.of(node.name)
        if labels is None:
            self.problems.append(f"nobody exports {node.name}")
            return frozenset()
        if node.name in FLEET and not guarded:
            self.problems.append(f"{node.name} is taken as it is, however stale")
        for matcher in node.matchers.matchers:
            self._demand({matcher.name}, labels, node.name)
            self._check_values(node.name, matcher.name, matcher.value)
        return labels

    def _check_values(self, metric: str, label: str, value: str) -> None:
        known = set(_VALUES.get(label, ()))
        if metric in _EXPORTED and label in _HELP_NAMES_VALUES:
            known = set(re.findall(r"\w+", _EXPORTED[metric][1]))
        for word in value.split("|") if known else ():
            if word not in known:
                self.problems.append(f"{metric} never has {label}={word}")

    def _aggregated(self, node: Any, *, guarded: bool) -> Labels:
        inner = self.labels(node.expr, guarded=guarded) or frozenset()
        names = frozenset(node.modifier.labels if node.modifier else ())
        self._demand(names, inner, node.prettify())
        if str(node.op) in {"topk", "bottomk"}:
            return inner
        if node.modifier and node.modifier.type == promql.AggModifierType.Without:
            return inner - names
        return inner & names

    def _called(self, node: Any, *, guarded: bool) -> Labels | None:
        results = [self.labels(argument, guarded=guarded) for argument in node.args]
        if node.func.name in {"absent", "vector"}:
            return frozenset()
        vector = next((labels for labels in results if labels is not None), None)
        if node.func.name in {"label_replace", "label_join"} and vector is not None:
            return vector | {node.args[1].val}
        return vector

    def _combined(self, node: Any, *, guarded: bool) -> Labels | None:
        op = str(node.op)
        right = self.labels(node.rhs, guarded=guarded)
        stale = op == "unless" and isinstance(node.rhs, promql.VectorSelector) and node.rhs.name == STALE
        left = self.labels(node.lhs, guarded=guarded or stale)
        if left is None or right is None:
            return right if left is None else left
        matching = node.modifier.matching if node.modifier else None
        if matching is not None:
            self._demand(matching.labels, left, node.lhs.prettify())
            self._demand(matching.labels, right, node.rhs.prettify())
        if op == "or":
            return left | right
        brought = frozenset(node.modifier.group_labels or ()) if node.modifier else frozenset()
        self._demand(brought, right, node.rhs.prettify())
        return left | brought

    def _demand(self, names: Iterable[str], labels: Labels, where: str) -> None:
        self.problems += [f"there is no label {name} in {where}" for name in names if name not in labels]
