"""The table of ``drain-check``, word by word."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pytest

from longhorn_cr_exporter.cli.drain_table import write_drains
from longhorn_cr_exporter.cli.sheet import Sheet
from longhorn_cr_exporter.report.document import (
    BlockerDocument,
    DrainCheckDocument,
    DrainDocument,
    EffectDocument,
    GapDocument,
    ObjectDocument,
    PdbDocument,
    Verdict,
)

STAYS = PdbDocument(now="stays", if_cordoned="stays", if_cordoned_and_workloads_gone="may_go")


def node(
    name: str,
    verdict: Verdict,
    *,
    blockers: Iterable[BlockerDocument] = (),
    effects: Iterable[EffectDocument] = (),
) -> DrainDocument:
    """Return a node without instance managers."""
    return DrainDocument(
        node=name,
        verdict=verdict,
        pdb=STAYS,
        instance_managers={},
        blockers=tuple(blockers),
        effects=tuple(effects),
    )


def blocker(reason: str, name: str, *, clears: bool = False, action: str = "") -> BlockerDocument:
    """Return a blocker at a replica."""
    return BlockerDocument(
        reason=reason,
        object=ObjectDocument(kind="Replica", name=name),
        message=f"replica {name} is in the way",
        clears_by_itself=clears,
        action=action,
    )


def effects(kind: str, number: int) -> list[EffectDocument]:
    """Return that many effects of one kind."""
    return [EffectDocument(volume=f"v{n}", effect=kind, message=f"volume v{n} {kind}") for n in range(1, number + 1)]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Return a stream of 60 columns."""
    monkeypatch.setenv("COLUMNS", "60")
    return io.StringIO()


def table(out: io.StringIO, *nodes: DrainDocument, gaps: tuple[GapDocument, ...] = ()) -> list[str]:
    """Return the lines of a table."""
    document = DrainCheckDocument(at="2026-03-02T06:33:00Z", version="v1.7.2", nodes=nodes, unreadable=gaps)
    write_drains(Sheet(out), document)
    return out.getvalue().splitlines()


def test_nodes_without_trouble_are_a_line_each(written: io.StringIO) -> None:
    """Names and verdicts stand in columns; the sum counts the verdicts."""
    assert table(written, node("n1", "safe"), node("worker-2", "safe")) == [
        "n1        SAFE       may be drained",
        "worker-2  SAFE       may be drained",
        "2 nodes: 2 safe",
        "Longhorn v1.7.2, judged at 2026-03-02T06:33:00Z",
    ]


def test_what_blocks_comes_before_what_clears_by_itself(written: io.StringIO) -> None:
    """Each blocker has what to do about it; of one that clears by itself it is said that nothing need be done."""
    waits = blocker("last_replica", "r2", clears=True)
    blocks = blocker("replica_on_missing_node", "r1", action="Delete it: kubectl delete r1")
    assert table(written, node("n1", "blocked", blockers=[waits, blocks])) == [
        "n1  BLOCKED    a drain would hang on Longhorn's",
        "    PodDisruptionBudget",
        "  blocks  replica_on_missing_node",
        "          replica r1 is in the way",
        "  do      Delete it:",
        "          kubectl delete r1",
        "  waits   last_replica",
        "          replica r2 is in the way",
        "  do      Nothing: it clears by itself. Ask again in a",
        "          minute",
        "  budget  now: stays; once cordoned: stays; once its",
        "          workloads have left: may go",
        "",
        "Longhorn v1.7.2, judged at 2026-03-02T06:33:00Z",
    ]


def test_many_blockers_of_a_kind_are_told_in_part(written: io.StringIO) -> None:
    """Five are told in full, the others named; the same thing to do is said once, its commands one by one."""
    many = [blocker("last_replica", f"r{n}", action=f"Add one: kubectl get r{n}") for n in range(1, 8)]
    lines = table(written, node("n1", "blocked", blockers=many))
    assert lines[2:6] == [
        "  blocks  last_replica (7)",
        "          replica r1 is in the way",
        "          replica r2 is in the way",
        "          replica r3 is in the way",
    ]
    assert lines[8:11] == ["          and r6, r7", "  do      Add one:", "          kubectl get r1"]
    assert sum("Add one" in line for line in lines) == 1
    assert sum("kubectl" in line for line in lines) == 5


def test_effects_are_told_singly_or_counted(written: io.StringIO) -> None:
    """One or two effects of a kind are told as they are, more of them together, the gravest kind first."""
    held = effects("degrades", 7) + effects("arms", 1)
    assert table(written, node("n1", "degrading", effects=held)) == [
        "n1  DEGRADING  may be drained; 8 volumes would miss a",
        "    replica until it is back",
        "  effect  volume v1 arms",
        "  effect  7 volumes (v1, v2, v3, v4, v5 and 2 more) would",
        "          run with fewer replicas",
        "",
        "Longhorn v1.7.2, judged at 2026-03-02T06:33:00Z",
    ]


def test_what_was_not_read_is_told(written: io.StringIO) -> None:
    """Resources that could not be read for one reason stand together."""
    gaps = tuple(GapDocument(resource=name, problem="not in the dump") for name in ("settings.longhorn.io", "x"))
    assert table(written, node("n1", "safe"), gaps=gaps)[-2] == "unread  settings.longhorn.io, x: not in the dump"


def test_no_nodes_at_all(written: io.StringIO) -> None:
    """An empty cluster is said to be one."""
    assert table(written)[0] == "no nodes"
