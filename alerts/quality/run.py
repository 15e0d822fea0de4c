"""Recordings replayed and judged, each in a process of its own."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from longhorn_cr_exporter.error import InputError
from longhorn_cr_exporter.replay.recording import read_recording

from .firing import Firing, evaluate, firings
from .replay import Replay
from .trial import apart
from .truth import SUMMARY, TRUTH, Truth, read_truth


class Run(NamedTuple):
    """One recording, what its alerts did, what those that are tried beside them did, and what was true.

    ``truth`` is None where nothing beside the events tells it.
    """

    recording: str
    truth: Truth | None
    firings: Sequence[Firing]
    tried: Sequence[Firing]


def find_recordings(folder: Path) -> list[Path]:
    """Return the recordings under a folder, which are ``<release>/<run>`` there, in order.

    Raises:
        InputError: there is none.
    """
    found = sorted(path.parent for path in folder.glob("*/*/events.jsonl*"))
    if not found:
        raise InputError(f"{folder}: no recordings there (wanted <release>/<run>/events.jsonl.gz)")
    return found


def run_all(recordings: Sequence[Path], *, engine: Path, rules: Sequence[Path]) -> Iterator[Run]:
    """Replay recordings on all cores, the longest first.

    Raises:
        InputError: a recording, or what lies beside it, cannot be read.
        RuleEngineError: the rules cannot be evaluated.
    """
    longest_first = sorted(recordings, key=_size, reverse=True)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        yield from pool.map(partial(_run, engine, rules), longest_first)


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.glob("events.jsonl*"))


def _run(engine: Path, rules: Sequence[Path], folder: Path) -> Run:
    name = f"{folder.parent.name}/{folder.name}"
    recording = read_recording(folder, name)
    frames = Replay(recording, monotonic=time.monotonic).frames()
    own, tried = apart(firings(name, evaluate(frames, engine=engine, rules=rules)))
    told = any((folder / file).is_file() for file in (SUMMARY, TRUTH))
    return Run(name, read_truth(folder, recording) if told else None, own, tried)
