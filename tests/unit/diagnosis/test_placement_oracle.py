"""Placement against Longhorn's own scheduler: every generated cluster, volume, cordon and release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from answered import RELEASES, Answered, answered_volumes, release
from longhorn_cr_exporter.diagnosis.fleet import Fleet
from longhorn_cr_exporter.diagnosis.placement import can_be_replaced, first_choice_nodes, replacement_nodes
from longhorn_cr_exporter.model.replica import Replica


class Question(NamedTuple):
    """Where would a replica of the volume go, with the node ``without`` cordoned ("" for none)?"""

    cluster: Answered
    fleet: Fleet
    volume: str
    without: str
    said: Mapping[str, Any]

    @property
    def replicas(self) -> list[Replica]:
        """All of the volume's replicas."""
        return list(self.cluster.state.replicas_of.of(self.volume).values())

    def __str__(self) -> str:
        return f"{self.cluster.name} {self.volume} without {self.without or 'none'}"


def questions(tag: str) -> Iterator[Question]:
    """Yield every question that Longhorn was asked at that release."""
    fleets: dict[str, Fleet] = {}
    for cluster, volume, said in answered_volumes(tag):
        if cluster.name not in fleets:
            fleets[cluster.name] = Fleet(cluster.state, release(tag))
        for without, answer in [("", said), *said["if_node_cordoned"].items()]:
            yield Question(cluster, fleets[cluster.name], volume, without, answer)


@pytest.mark.parametrize("tag", RELEASES)
def test_replacement_nodes_are_what_any_of_longhorns_tiers_allows(tag: str) -> None:
    """The legal nodes, and whether there are any, agree on every question."""
    wrong, asked = [], 0
    for question in questions(tag):
        volume = question.cluster.state.volumes[question.volume]
        args = (volume, question.replicas, question.fleet)
        names = replacement_nodes(*args, now=question.cluster.now, without=question.without)
        some = can_be_replaced(*args, now=question.cluster.now, without=question.without)
        asked += 1
        if list(names) != sorted(question.said["legal_nodes"]) or some != bool(names):
            wrong.append(f"{question}: {names}, {some}")
    assert wrong == []
    assert asked == 1179


@pytest.mark.parametrize("tag", RELEASES)
def test_the_first_choice_is_longhorns_own(tag: str) -> None:
    """The nodes of the tier that Longhorn would choose from agree on every question."""
    wrong = []
    for question in questions(tag):
        volume = question.cluster.state.volumes[question.volume]
        names = first_choice_nodes(
            volume, question.replicas, question.fleet, now=question.cluster.now, without=question.without
        )
        if list(names) != sorted(question.said["candidate_nodes"]):
            wrong.append(f"{question}: {names}")
    assert wrong == []
