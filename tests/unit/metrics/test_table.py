"""Tables: slots, and which chunks a change drops."""

from __future__ import annotations

from judged import NOW, volume
from longhorn_cr_exporter.diagnosis.fact import VolumeFacts
from longhorn_cr_exporter.metrics.chunk import Chunk
from longhorn_cr_exporter.metrics.family import Metric
from longhorn_cr_exporter.metrics.table import SLOTS, Table
from longhorn_cr_exporter.metrics.volume import VOLUMES

STATE = "longhorn_cr_volume_state"


def everything(_: Metric) -> bool:
    """Ask for every family."""
    return True


def filled(count: int) -> Table[VolumeFacts]:
    """Return a table of volumes v0, v1 and so on."""
    table = Table(VOLUMES)
    for number in range(count):
        table.put(f"v{number}", volume(name=f"v{number}"))
    return table


def chunks(table: Table[VolumeFacts]) -> dict[tuple[str, int], Chunk]:
    """Return every chunk by its family and bucket, built."""
    found = {
        (metric.name, bucket): chunk
        for metric, parts in table.chunks(NOW, everything)
        for bucket, chunk in enumerate(parts)
    }
    for chunk in found.values():
        chunk.plain()
    return found


def dropped(table: Table[VolumeFacts], before: dict[tuple[str, int], Chunk]) -> set[tuple[str, int]]:
    """Return the families and buckets whose chunk is a new one."""
    return {key for key, chunk in chunks(table).items() if chunk is not before.get(key)}


def states(table: Table[VolumeFacts]) -> list[str]:
    """Return the table's state rows, in order."""
    return [
        line
        for (name, _), chunk in chunks(table).items()
        if name == STATE
        for line in chunk.plain().decode().splitlines()
    ]


def test_equal_facts_drop_no_chunk() -> None:
    """Putting what is there already changes nothing."""
    table = filled(3)
    before = chunks(table)
    table.put("v1", volume(name="v1"))
    assert dropped(table, before) == set()


def test_a_change_drops_the_chunks_it_shows_in() -> None:
    """Only the changed families' chunks of the object's own bucket are made anew."""
    table = filled(2 * SLOTS)
    before = chunks(table)
    table.put(f"v{SLOTS}", volume(name=f"v{SLOTS}", state="detached", usable_replicas=2))
    assert dropped(table, before) == {(STATE, 1), ("longhorn_cr_volume_usable_replicas", 1)}


def test_a_new_object_touches_its_bucket_alone() -> None:
    """A new object's families are made anew in its bucket; families of which it has no row are not."""
    table = filled(SLOTS + 1)
    before = chunks(table)
    table.put("w", volume(name="w"))
    assert dropped(table, before) == {
        (name, 1)
        for name in (
            STATE,
            "longhorn_cr_volume_info",
            "longhorn_cr_volume_robustness",
            "longhorn_cr_volume_desired_replicas",
        )
    }


def test_a_slot_is_used_again() -> None:
    """What comes after a drop takes its place, and none of its rows stay."""
    table = filled(SLOTS)
    table.drop("v5")
    table.put("w", volume(name="w", state="detached"))
    assert len(next(parts for _, parts in table.chunks(NOW, everything))) == 1
    assert [row for row in states(table) if '"w"' in row or '"v5"' in row] == [
        f'{STATE}{{volume="w",pvc="data",pvc_namespace="shop",state="detached"}} 1'
    ]


def test_dropping_an_unknown_object_is_nothing() -> None:
    """Dropping twice, or what never was, drops no chunk."""
    table = filled(2)
    table.drop("v1")
    before = chunks(table)
    table.drop("v1")
    table.drop("other")
    assert dropped(table, before) == set()


def test_other_labels_reach_every_row() -> None:
    """A volume that gets a claim shows it in all its rows, and its rows stand only once."""
    table = filled(2)
    table.put("v1", volume(name="v1", pvc="late"))
    text = "".join(chunk.plain().decode() for chunk in chunks(table).values())
    assert text.count('volume="v1"') == text.count('pvc="late"') == 4


def test_a_chunk_keeps_what_it_was_taken_with() -> None:
    """Chunks taken before a change and built after it show the state at which they were taken."""
    table = filled(3)
    taken = [chunk for _, parts in table.chunks(NOW, everything) for chunk in parts]
    table.put("v0", volume(name="v0", state="detached"))
    table.put("v1", volume(name="v1", pvc="late"))
    table.drop("v2")
    table.put("w", volume(name="w"))
    text = b"".join(chunk.plain() for chunk in taken).decode()
    assert text == "".join(chunk.plain().decode() for chunk in chunks(filled(3)).values())
