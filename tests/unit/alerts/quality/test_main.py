"""``python -m alerts.quality``, with a rule engine that answers as told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from alerts.quality import __main__ as main_module
from alerts.quality.__main__ import MISSED, UNREADABLE, main

RECORDINGS = Path(__file__).resolve().parents[3] / "recordings"
NAME = "v1.7.2/a-healthy-rolling-update"


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """A folder with one recording."""
    shutil.copytree(RECORDINGS / NAME, tmp_path / "recordings" / NAME)
    return tmp_path / "recordings"


def _engine(folder: Path, monkeypatch: pytest.MonkeyPatch, *lines: dict[str, object]) -> None:
    """Put an engine in place that reads its frames and prints lines."""
    engine = folder / "engine"
    printed = "".join(json.dumps(line) + "\n" for line in lines)
    engine.write_text(f"#!/bin/sh\ncat > /dev/null\ncat <<'END'\n{printed}END\n")
    engine.chmod(0o755)
    monkeypatch.setattr(main_module, "built", lambda name: {name: engine})


def _page() -> dict[str, object]:
    labels = {"alertname": "LonghornVolumeDeadlock", "severity": "critical", "volume": "vol-rwo3"}
    return {"at": 1_772_433_000_000, "alert": "LonghornVolumeDeadlock", "state": "firing", "labels": labels}


def test_quiet_alerts_pass(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A healthy update with no firing meets every goal; both files are written."""
    _engine(tmp_path, monkeypatch, {"end": {}})
    assert main(["--recordings", str(recordings), "--out", str(tmp_path / "out")]) == 0
    assert json.loads((tmp_path / "out" / "firings.json").read_bytes()) == []
    assert f"### {NAME} (benign)" in (tmp_path / "out" / "alert-quality.md").read_text()
    assert "missed" not in capsys.readouterr().out


def test_a_false_page_fails(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is written down as it fired, and the goals say where."""
    _engine(tmp_path, monkeypatch, _page(), {"end": {}})
    assert main(["--recordings", str(recordings), "--out", str(tmp_path / "out")]) == MISSED
    (firing,) = json.loads((tmp_path / "out" / "firings.json").read_bytes())
    assert (firing["recording"], firing["alert"], firing["resolved_at"]) == (NAME, "LonghornVolumeDeadlock", None)
    assert f"{NAME}: LonghornVolumeDeadlock critical vol-rwo3 fired at" in capsys.readouterr().out


def test_a_recording_without_its_truth_is_replayed_and_not_judged(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its firings are written; nothing is said to be met."""
    for name in ("summary.json", "truth.jsonl"):
        (recordings / NAME / name).unlink()
    _engine(tmp_path, monkeypatch, _page(), {"end": {}})
    assert main(["--recordings", str(recordings), "--out", str(tmp_path / "out")]) == 0
    assert len(json.loads((tmp_path / "out" / "firings.json").read_bytes())) == 1
    said = capsys.readouterr().out
    assert said == f"{NAME}: 1 firings, not judged: it has no summary.json and truth.jsonl\n"


def test_a_folder_without_recordings_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Status 2: nothing could be told."""
    assert main(["--recordings", str(tmp_path)]) == UNREADABLE
    assert capsys.readouterr().err == (
        f"alert-quality: {tmp_path}: no recordings there (wanted <release>/<run>/events.jsonl.gz)\n"
    )


def test_a_page_that_is_out_of_date_fails_once(
    recordings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is written anew, and up to date the next time."""
    _engine(tmp_path, monkeypatch, {"end": {}})
    monkeypatch.setattr(main_module, "RECORDINGS", (recordings,))
    monkeypatch.setattr(main_module, "ROOT", tmp_path)
    monkeypatch.setattr(main_module, "PAGE", tmp_path / "alert-quality.md")
    monkeypatch.setattr(main_module, "Trials", lambda _: _NoTrials())
    assert main(["--out", str(tmp_path / "out")]) == MISSED
    assert "alert-quality.md was out of date" in capsys.readouterr().out
    assert main(["--out", str(tmp_path / "out")]) == 0


class _NoTrials:
    def rule_file(self) -> str:
        return "groups: []\n"

    def results(self, _: object) -> list[object]:
        return []
