"""What a recording fills a Prometheus with is kept for the next time, of the version that it is filled by alone."""

from __future__ import annotations

from pathlib import Path

from dashboards.filled import copy_filled

RUN = "v1.7.2/b-deadlock-9938"


def _names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_it_is_filled_once(tmp_path: Path) -> None:
    """The second time it is what was kept; what other versions have left is gone by then, and nothing half-done is."""
    cache, first, second = (tmp_path / name for name in ("cache", "first", "second"))
    (cache / "an-older-version" / "a-recording").mkdir(parents=True)
    first.mkdir()
    copy_filled(first, RUN, kept_in=cache)
    [version] = [each for each in cache.iterdir() if each.is_dir()]
    [kept] = version.iterdir()
    assert version.name != "an-older-version"
    assert _names(kept) == _names(first) != set()
    (kept / "mark").touch()
    copy_filled(second, RUN, kept_in=cache)
    assert _names(second) == _names(first) | {"mark"}
