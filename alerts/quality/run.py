"""Recordings replayed and judged, each in a process of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.replay.recording import read_recording

from .firing import Firing, evaluate, firings
from .replay import Replay
from .trial import apart
from .truth import Truth, read_truth


class Run(NamedTuple):
    """One recording, what its alerts did, what those that are tried beside them did, and what was true."""

    recording: str
    truth: Truth
    firings: Sequence[Firing]
    tried: Sequence[Firing]


def find_recordings(folder: Path) -> list[str]:
    """Return the recordings under a folder, as ``<release>/<run>``.

    Raises:
        InputError: there is none.
    """
    found = sorted(str(path.parent.relative_to(folder)) for path in folder.glob("*/*/events.jsonl*"))
    if not found:
        raise InputError(f"{folder}: no recordings there (wanted <release>/<run>/events.jsonl.gz)")
    return found


def run_all(folder: Path, *, engine: Path, rules: Sequence[Path]) -> list[Run]:
    """Replay every recording under a folder on all cores; in order of their names.

    Raises:
        InputError: a recording, or what lies beside it, cannot be read.
        RuleEngineError: the rules cannot be evaluated.
    """
    names = find_recordings(folder)
    longest_first = sorted(names, key=lambda name: -_size(folder / name))
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        runs = pool.map(partial(_run, folder, engine, rules), longest_first)
        return sorted(runs, key=lambda run: run.recording)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("events.jsonl*"))


def _run(folder: Path, engine: Path, rules: Sequence[Path], name: str) -> Run:
    recording = read_recording(folder / name, name)
    frames = Replay(recording, monotonic=time.monotonic).frames()
    own, tried = apart(firings(name, evaluate(frames, engine=engine, rules=rules)))
    return Run(name, read_truth(folder / name, recording), own, tried)
