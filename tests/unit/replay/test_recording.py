"""Reading recordings: what is accepted, and what each kind of damage says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.model.time import parse_time
from longhorn_cr_exporter.replay.recording import read_recording
from longhorn_cr_exporter.replay.shipped import DEFAULT, SHIPPED, Shipped, open_recording
from recorded import FOLDER, RUNS, recording


def line(clock: str = "2026-03-02T06:00:00Z", version: object = "7", name: str = "vol-a", **parts: object) -> str:
    """Return one recorded line."""
    metadata = {"name": name, "namespace": "longhorn-system", "resourceVersion": version, "labels": {"a": "b"}}
    obj = {"kind": "Volume", "apiVersion": "longhorn.io/v1beta2", "metadata": metadata}
    return json.dumps({"clock": clock, "type": "ADDED", "object": obj, **parts})


def test_keeps_the_bytes_and_the_keys(tmp_path: Path) -> None:
    """An event holds the object's JSON untouched beside what the server asks of it."""
    spaced = line().replace('"kind": ', '"kind"  :  ')
    (tmp_path / "events.jsonl").write_text(spaced + "\n")
    read = read_recording(tmp_path)
    (event,) = read.events
    assert event.body.startswith(b'{"kind"  :  "Volume"')
    assert (event.namespace, event.name, event.version, event.labels) == ("longhorn-system", "vol-a", 7, {"a": "b"})
    assert event.clock == read.start == read.end == read.settled == parse_time("2026-03-02T06:00:00Z")


@pytest.mark.parametrize("packed", [pytest.param(True, id="gzip"), pytest.param(False, id="plain")])
def test_takes_a_file_of_any_name(tmp_path: Path, packed: bool) -> None:
    """What it is shows in its first bytes, not in its name; blank lines are nothing."""
    content = f"{line()}\n\n{line(version='8')}\n".encode()
    file = tmp_path / "anything"
    file.write_bytes(gzip.compress(content) if packed else content)
    assert [event.version for event in read_recording(file).events] == [7, 8]


def test_leaves_out_other_kinds(tmp_path: Path) -> None:
    """An object that the exporter does not watch is no error."""
    other = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p", "resourceVersion": "3"}}
    (tmp_path / "events.jsonl").write_text(line(object=other) + "\n" + line())
    assert [event.name for event in read_recording(tmp_path).events] == ["vol-a"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(b"", "holds no events", id="empty"),
        pytest.param(gzip.compress(line().encode() * 50)[:60], "cut or damaged gzip", id="cut gzip"),
        pytest.param(b"\x1f\x8bnonsense", "cut or damaged gzip", id="no gzip"),
        pytest.param(line().encode()[:-5], "line 1: not a recorded event", id="cut line"),
        pytest.param(b"<html>", "line 1: not a recorded event", id="no JSON"),
        pytest.param(b"[]", "line 1: not a recorded event", id="no object"),
        pytest.param(b"\xff\xfe{", "line 1: not a recorded event", id="no UTF-8"),
        pytest.param(b'{"clock":"2026-03-02T06:00:00Z","type":"ADDED"}', "missing required field `object`", id="key"),
        pytest.param(line(clock="soon").encode(), "clock 'soon' is not a time", id="clock"),
        pytest.param(line(version="x").encode(), "resourceVersion 'x' is not a number", id="version"),
        pytest.param(line(version=7).encode(), "Expected `str`, got `int`", id="version type"),
        pytest.param(line(type="BOOKMARK").encode(), "Invalid enum value 'BOOKMARK'", id="type"),
        pytest.param(f"{line()}\n{line()}".encode(), "line 2: resourceVersion 7 comes after 7", id="versions"),
        pytest.param(
            f"{line()}\n{line(clock='2026-03-02T05:00:00Z', version='8')}".encode(), "line 2: the clock runs", id="back"
        ),
    ],
)
def test_damage_is_one_line_with_the_place(tmp_path: Path, content: bytes, says: str) -> None:
    """Whatever is wrong with a file, the message names it and the line."""
    file = tmp_path / "events.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_recording(tmp_path)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_folder_file_and_events(tmp_path: Path) -> None:
    """What is not there is an error that says what was wanted."""
    with pytest.raises(InputError, match="no recording there"):
        read_recording(tmp_path)
    with pytest.raises(InputError, match="No such file"):
        read_recording(tmp_path / "none")
    with pytest.raises(InputError, match=r"nowhere: no such recording; .* deadlock-9938"):
        open_recording("nowhere")


def test_summary_gives_the_steps(tmp_path: Path) -> None:
    """Steps in which something was done are kept; a summary that is none is an error."""
    (tmp_path / "events.jsonl").write_text(line())
    steps = [
        {"start": "2026-03-02T06:00:06Z", "label": "cordon-n3", "inputs": ["core Node n3"]},
        {"start": "2026-03-02T06:10:06Z", "label": "plus-10m", "inputs": None},
    ]
    (tmp_path / "summary.json").write_text(json.dumps({"steps": steps}))
    assert [step.label for step in read_recording(tmp_path).steps] == ["cordon-n3"]
    (tmp_path / "summary.json").write_text("{")
    with pytest.raises(InputError, match=r"summary.json: not a recording's summary"):
        read_recording(tmp_path)


@pytest.mark.parametrize("shipped", [pytest.param(shipped, id=shipped.name) for shipped in SHIPPED])
def test_shipped_recordings_open_by_name(shipped: Shipped) -> None:
    """Every name of the package opens and holds the release it says."""
    opened = open_recording(shipped.name)
    assert opened.name == shipped.name
    versions = [event.body for event in opened.events if event.name == "current-longhorn-version"]
    assert f'"value":"{shipped.release}"'.encode() in versions[0]


def test_any_other_recording_opens_by_its_path(tmp_path: Path) -> None:
    """A folder or file of the user's is named after itself."""
    (tmp_path / "events.jsonl").write_text(line())
    assert open_recording(str(tmp_path)).name == tmp_path.name


def test_default_is_the_deadlock() -> None:
    """Without a choice the demo shows the deadlock."""
    assert DEFAULT == "deadlock-9938"


@pytest.mark.parametrize("run", RUNS)
def test_every_recording_starts_when_its_volumes_are_there(run: str) -> None:
    """A minute in, at 06:01, at least one volume has been created."""
    read = recording(run)
    assert read.settled == parse_time("2026-03-02T06:01:00Z")
    assert any(event.resource.kind == "Volume" and event.clock <= read.settled for event in read.events)
    assert read.name == (FOLDER / run).name
