"""A dashboard held against Grafana's own schema: its published types, turned into a JSON Schema (schema/build)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

BUILD: Final = Path(__file__).parent / "schema" / "build"
_TELLING: Final = (["type"], ["id"])
"""What tells the kinds of a thing apart: a branch that fails there is another kind."""


@cache
def _validator() -> Draft7Validator:
    built = subprocess.run([BUILD], stdout=subprocess.PIPE, text=True, check=True)
    return Draft7Validator(json.loads(Path(built.stdout.strip()).read_text()))


def faults(dashboard: Mapping[str, Any]) -> list[str]:
    """Return where a dashboard is not what Grafana's types say, as ``path: what``."""
    return [fault for error in _validator().iter_errors(dashboard) for fault in _leaves(error)]


def _leaves(error: ValidationError) -> Iterator[str]:
    """Of several kinds that a thing could be, tell only of the one that it comes nearest to."""
    if not error.context:
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        return
    branches: dict[Any, list[ValidationError]] = {}
    for each in error.context:
        branches.setdefault(each.schema_path[0], []).append(each)
    for each in min(branches.values(), key=_distance):
        yield from _leaves(each)


def _distance(branch: list[ValidationError]) -> tuple[bool, int]:
    return any(list(error.relative_path) in _TELLING for error in branch), len(branch)
