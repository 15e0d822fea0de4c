"""What is held for true of a recording."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from alerts.quality.catalogue import CRITICAL, DEADLOCK, INFO, WARNING, Tier
from alerts.quality.truth import SUMMARY, TRUTH, Subject, Truth, read_truth
from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.model.time import format_time
from longhorn_cr_exporter.replay.recording import read_recording

RECORDINGS = Path(__file__).resolve().parents[3] / "recordings"


def _truth(name: str) -> Truth:
    return read_truth(RECORDINGS / name, read_recording(RECORDINGS / name, name))


def test_a_deadlock_has_what_led_to_it() -> None:
    """The refusal is the summary's, and so is the armed time before it."""
    truth = _truth("v1.7.2/b-deadlock-9938")
    (deadlock,) = truth.deadlocks
    assert deadlock.armed is not None
    assert (deadlock.volume, truth.benign) == ("vol-rwo3", False)
    assert format_time(deadlock.armed.start) == "2026-03-02T06:11:24Z"
    assert format_time(deadlock.refused.start) == "2026-03-02T06:34:05Z"
    assert Subject(Tier(DEADLOCK, CRITICAL), "vol-rwo3") in truth.sure
    assert Subject(Tier("LonghornVersionAffected", INFO), "") in truth.sure


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("v1.7.2/a-healthy-rolling-update", id="nothing happens"),
        pytest.param("v1.8.1/b-deadlock-9938", id="the same on a fixed release"),
        pytest.param("v1.6.4/b-deadlock-9938", id="armed, on a release that does not latch"),
    ],
)
def test_a_benign_recording_names_no_deadlock(name: str) -> None:
    """Only a release that latches is armed."""
    truth = _truth(name)
    told = [subject for subject in truth.named if subject.tier.alert == DEADLOCK and subject.tier.severity != INFO]
    assert truth.benign
    assert [truth.named[subject] for subject in told if truth.named[subject]] == []


def test_what_is_not_the_deadlock_is_told_as_what_it_is() -> None:
    """A volume that could never be placed is stuck and unschedulable."""
    truth = _truth("v1.7.2/i-creation-unschedulable")
    stuck, homeless = Tier("LonghornVolumeAttachStuck", CRITICAL), Tier("LonghornVolumeUnschedulable", WARNING)
    assert {Subject(stuck, "vol-new3"), Subject(homeless, "vol-new3")} <= set(truth.sure)
    assert not truth.benign


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        pytest.param(SUMMARY, "{", "summary.json: ", id="a summary that is no JSON"),
        pytest.param(SUMMARY, None, "summary.json: ", id="no summary"),
        pytest.param(TRUTH, "{}\n", "truth.jsonl, line 1: ", id="a line that lacks its fields"),
        pytest.param(TRUTH, None, "truth.jsonl: ", id="no truth"),
    ],
)
def test_what_cannot_be_read_is_named(file: str, text: str | None, complaint: str, tmp_path: Path) -> None:
    """The file, and the line where there is one."""
    name = "v1.7.2/a-healthy-rolling-update"
    folder = shutil.copytree(RECORDINGS / name, tmp_path / "run")
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text)
    with pytest.raises(InputError, match=complaint):
        read_truth(folder, read_recording(folder, name))
