"""The PodDisruptionBudget rule against Longhorn's own functions: every cluster, node, question and release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from answered import RELEASES, answered_nodes, release
from longhorn_cr_exporter.cluster.state import ClusterState
from longhorn_cr_exporter.diagnosis.drain_rule import (
    ERROR,
    MAY_GO,
    STAYS,
    DrainRule,
    NodeRule,
    Ruling,
    drain_rule,
    node_answer,
    pdb_answers,
)
from longhorn_cr_exporter.diagnosis.eviction import evicted_when_cordoned
from longhorn_cr_exporter.diagnosis.fact import PdbFact

MANAGERS = 944
QUESTIONS = {
    "uncordoned": {"cordoned": False, "without_engines": False},
    "cordoned": {"cordoned": True, "without_engines": False},
    "cordoned_no_engines": {"cordoned": True, "without_engines": True},
}
KEYS = {"uncordoned": "now", "cordoned": "if_cordoned", "cordoned_no_engines": "if_cordoned_and_workloads_gone"}


def ask(question: str, node: str, state: ClusterState, rule: DrainRule) -> NodeRule:
    """Return the rule asked for the node as the oracle asked it."""
    return NodeRule(node, state, rule, **QUESTIONS[question])


def possible(ruling: Ruling) -> set[bool | None]:
    """Return what Longhorn may answer: where a replica is uncovered and another fails the check, map order decides."""
    either = ruling.uncovered and ruling.flaws and not ruling.engines
    return {False, None} if either else {ruling.allowed}


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("tag", RELEASES)
def test_the_rule_is_longhorns(tag: str, question: str) -> None:
    """true, false and error agree for every instance manager; false and error up to the order of Longhorn's map."""
    wrong, asked, either = [], 0, 0
    for one, node, said in answered_nodes(tag):
        rule = ask(question, node, one.state, drain_rule(one.state.settings, release(tag)))
        for name, answers in said["ims"].items():
            ruling = rule.may_go(one.state.instance_managers[name])
            asked += 1
            either += len(possible(ruling)) > 1
            if answers[question]["can_delete_pdb"] not in possible(ruling):
                wrong.append(f"{one.name} {name}: {ruling}, not {answers[question]}")
            if "outcomes" in answers[question] and len(possible(ruling)) == 1:
                wrong.append(f"{one.name} {name}: {ruling}, but Longhorn gave {answers[question]['outcomes']}")
    assert wrong == []
    assert (asked, either < 30) == (MANAGERS, True)


def expected(answer: Mapping[str, Any], *, has_budget: bool) -> str:
    """Return the answer that follows from what Longhorn's controller then did."""
    if not has_budget:
        return MAY_GO
    done: str = answer["sync"]
    return {"delete": MAY_GO, "error": ERROR}.get(done, STAYS)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("tag", RELEASES)
def test_pdb_answers_are_what_the_controller_did(tag: str, question: str) -> None:
    """may_go, stays and error follow from the controller's deed; "now" is asked of nodes that are not cordoned."""
    wrong, asked = [], 0
    for one, node, said in answered_nodes(tag):
        kubernetes = one.state.kubernetes_nodes.get(node)
        if question == "uncordoned" and kubernetes is not None and kubernetes.spec.unschedulable:
            continue
        rule = drain_rule(one.state.settings, release(tag))
        found = pdb_answers(node, one.state, rule)
        assert found.keys() == said["ims"].keys()
        for name, answers in said["ims"].items():
            manager = one.state.instance_managers[name]
            wanted = expected(answers[question], has_budget=name in one.state.disruption_budgets)
            by_map_order = len(possible(ask(question, node, one.state, rule).may_go(manager))) > 1
            answer = getattr(found[name], KEYS[question])
            asked += 1
            if answer != wanted and not (by_map_order and {answer, wanted} == {STAYS, ERROR}):
                wrong.append(f"{one.name} {name}: {answer}, not {wanted}")
    assert wrong == []
    assert asked == (MANAGERS if question != "uncordoned" else 883)


@pytest.mark.parametrize("tag", RELEASES)
def test_evictions_are_longhorns(tag: str) -> None:
    """The replicas whose eviction a cordon brings about agree for every node."""
    wrong = []
    for one, node, said in answered_nodes(tag):
        rule = drain_rule(one.state.settings, release(tag))
        found = evicted_when_cordoned(node, one.state, rule)
        if sorted(found) != sorted(said["would_evict_when_cordoned"] or ()):
            wrong.append(f"{one.name} {node}: {sorted(found)}")
    assert wrong == []


def test_a_nodes_answer_is_its_worst() -> None:
    """An error of one instance manager is the node's; else one that stays holds it; a node without any may go."""
    assert node_answer([]) == PdbFact(MAY_GO, MAY_GO, MAY_GO)
    assert node_answer([PdbFact(MAY_GO, STAYS, STAYS), PdbFact(STAYS, ERROR, MAY_GO)]) == PdbFact(STAYS, ERROR, STAYS)
