"""Large dumps: what is kept is the objects' used fields, whatever the text's size."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dumped import volume_object
from longhorn_cr_exporter.model.resource import VOLUMES
from longhorn_cr_exporter.replay.dump import read_dump

_PADDING = "padding " * 2_000


def _objects(count: int) -> Iterator[str]:
    return (json.dumps(volume_object(f"v{index}", status={"x": _PADDING})) for index in range(count))


def _write_json(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write('{"kind":"List","apiVersion":"v1","items":[')
        file.writelines(f"{text}," for text in _objects(count))
        file.write("{}]}")


def _write_lines(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.writelines(f"{text}\n" for text in _objects(count))


def _write_yaml(path: Path, count: int) -> None:
    with path.open("w") as file:
        file.write("apiVersion: v1\nitems:\n")
        file.writelines(f"- {text}\n" for text in _objects(count))
        file.write("kind: List\n")


@pytest.mark.parametrize(
    ("write", "count", "limit"),
    [
        pytest.param(_write_json, 3_200, 8 << 20, id="json-list-50-MB"),
        pytest.param(_write_lines, 3_200, 8 << 20, id="json-lines-50-MB"),
        pytest.param(_write_yaml, 1_000, 4 << 20, id="yaml-list-16-MB"),
    ],
)
def test_memory_does_not_follow_the_text(
    write: Callable[[Path, int], None], count: int, limit: int, tmp_path: Path
) -> None:
    """The heap stays at a fraction of the text: it is mapped and read object by object."""
    path = tmp_path / "dump"
    write(path, count)
    tracemalloc.start()
    try:
        dump = read_dump(str(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(dump.objects[VOLUMES]) == count
    assert peak < limit < path.stat().st_size / 3
