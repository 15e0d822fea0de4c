"""Sharding: every volume is shown once, with all that is its own."""

from __future__ import annotations

from itertools import chain

import pytest

from longhorn_cr_exporter.cluster.shard import WHOLE, Shard, parse_shard
from longhorn_cr_exporter.error import InputError
from sample import engine, kubernetes_node, replica, volume

NAMES = [f"pvc-{number}" for number in range(1000)]


@pytest.mark.parametrize("total", [1, 2, 3, 7])
def test_each_volume_has_one_shard(total: int) -> None:
    """None is lost, none shown twice, and the parts are about even."""
    parts = [[name for name in NAMES if Shard(index, total).owns(name)] for index in range(total)]
    assert sorted(chain.from_iterable(parts)) == sorted(NAMES)
    assert all(len(part) > 1000 / total * 0.8 for part in parts)


def test_a_shard_holds_what_its_volumes_are_made_of() -> None:
    """Engines and replicas go with their volume; nodes are needed everywhere."""
    shard = Shard(1, 2)
    for name in NAMES[:50]:
        objects = [volume(name), engine(f"{name}-e-0", of=name), replica(f"{name}-r-0", of=name)]
        assert {shard.holds(obj) for obj in objects} == {shard.owns(name)}
    assert shard.holds(kubernetes_node())


def test_shard_0_holds_everything() -> None:
    """It judges nodes, and for that needs every volume."""
    assert all(Shard(0, 3).holds(volume(name)) for name in NAMES)
    assert WHOLE.shows_nodes
    assert not Shard(1, 3).shows_nodes


def test_parse() -> None:
    """``i/n``."""
    assert parse_shard("2/3") == Shard(2, 3)


@pytest.mark.parametrize("text", ["", "1", "3/3", "-1/3", "a/b", "1/0", "0/0", "1/3/4", " 1/3", "0/99999999999"])
def test_refusals(text: str) -> None:
    """One line that says what is wanted."""
    with pytest.raises(InputError, match="want i/n"):
        parse_shard(text)
