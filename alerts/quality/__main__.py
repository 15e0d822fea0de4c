"""``make alert-quality``: every recording replayed, judged, written down, and held to the goals."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from longhorn_cr_exporter.error import LonghornExporterError
from stack.binary import built

from .firing import without_words
from .goal import Outcome, outcomes
from .judge import judge
from .page import render
from .run import Run, find_recordings, run_all
from .trial import Trials
from .truth import SUMMARY, TRUTH

ROOT: Final = Path(__file__).resolve().parents[2]
RECORDINGS: Final = (ROOT / "tests" / "recordings", ROOT / "tests" / "recordings" / "made")
RULES: Final = ROOT / "alerts" / "rendered" / "alerts.yaml"
PAGE: Final = ROOT / "docs" / "alert-quality.md"
OUT: Final = ROOT / "build" / "alert-quality"
MISSED: Final = 1
UNREADABLE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 0 where every goal is met and the page is up to date, 1 where not, 2 where it cannot be told."""
    options = _options(arguments)
    try:
        return _judge(options.recordings, options.out)
    except LonghornExporterError as error:
        sys.stderr.write(f"alert-quality: {error}\n")
        return UNREADABLE


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="alert-quality", description=__doc__)
    parser.add_argument("--recordings", type=Path, help="a folder of <release>/<run> in place of the repository's")
    parser.add_argument("--out", type=Path, default=OUT, help="for firings.json and the page")
    return parser.parse_args(arguments)


def _judge(recordings: Path | None, out: Path) -> int:
    trials = Trials(ROOT) if recordings is None else None
    folders = [folder for parent in ([recordings] if recordings else RECORDINGS) for folder in find_recordings(parent)]
    with tempfile.TemporaryDirectory() as scratch:
        rules = list(_rule_files(Path(scratch), trials))
        runs = [_told(run) for run in run_all(folders, engine=built("rule-replay")["rule-replay"], rules=rules)]
    runs.sort(key=lambda run: run.recording)
    judgements = [judge(run.recording, run.truth, run.firings) for run in runs if run.truth is not None]
    found = outcomes(judgements)
    tried = {run.recording: (run.truth, run.tried) for run in runs if run.truth is not None}
    page = render(judgements, found, [] if trials is None else trials.results(tried))
    _write(out, runs, page)
    changed = trials is not None and _published(page)
    _report(found if judgements else [], changed=changed)
    return MISSED if changed or any(outcome.misses for outcome in found) else 0


def _rule_files(scratch: Path, trials: Trials | None) -> Iterator[Path]:
    alerts = scratch / "alerts.yaml"
    alerts.write_text(without_words(RULES.read_text()))
    yield alerts
    if trials is not None:
        tried = scratch / "trials.yaml"
        tried.write_text(trials.rule_file())
        yield tried


def _told(run: Run) -> Run:
    """Say that a recording is done."""
    judged = "" if run.truth is not None else f", not judged: it has no {SUMMARY} and {TRUTH}"
    sys.stdout.write(f"{run.recording}: {len(run.firings)} firings{judged}\n")
    sys.stdout.flush()
    return run


def _write(out: Path, runs: Sequence[Run], page: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    documents = [firing.document() for run in runs for firing in run.firings]
    (out / "firings.json").write_bytes(msgspec.json.format(msgspec.json.encode(documents), indent=1) + b"\n")
    (out / "alert-quality.md").write_text(page)


def _published(page: str) -> bool:
    """Write the page where it belongs; return whether it was another."""
    before = PAGE.read_text() if PAGE.is_file() else ""
    if before != page:
        PAGE.write_text(page)
    return before != page


def _report(found: Sequence[Outcome], *, changed: bool) -> None:
    for outcome in found:
        sys.stdout.write(f"{'missed' if outcome.misses else 'met':6}  {outcome.goal.text}\n")
        sys.stdout.writelines(f"        {miss}\n" for miss in outcome.misses)
    if changed:
        sys.stdout.write(f"{PAGE.relative_to(ROOT)} was out of date and is written anew: commit it\n")


if __name__ == "__main__":
    raise SystemExit(main())
