"""What the commands write agrees with the schemas in docs/schema, in every state that was recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from answered import answered_clusters
from unit.cli.conftest import Command
from unit.cli.moment import DEADLOCK, FIXED, REPLACEMENT, UNSCHEDULABLE, dump_at, write_dump

FOLDER = Path(__file__).parents[3] / "docs" / "schema"
MOMENTS = [
    pytest.param(DEADLOCK, "06:33:00", id="armed"),
    pytest.param(DEADLOCK, "06:40:00", id="deadlocked"),
    pytest.param(FIXED, "06:40:00", id="fixed"),
    pytest.param(UNSCHEDULABLE, "06:15:00", id="unschedulable"),
    pytest.param(REPLACEMENT, "06:45:00", id="replacement"),
    pytest.param(REPLACEMENT, "07:40:00", id="replaced"),
]


def validator(name: str) -> Draft202012Validator:
    """Return what checks documents against a schema, its date-time format and unknown keys included."""
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for part in schema["$defs"].values():
        part["additionalProperties"] = False
    return Draft202012Validator(schema, format_checker=FormatChecker())


@pytest.mark.parametrize(
    "arguments", [pytest.param(("check",), id="check"), pytest.param(("drain-check", "--all"), id="drain-check")]
)
@pytest.mark.parametrize(("run", "clock"), MOMENTS)
def test_recorded_states(command: Command, tmp_path: Path, arguments: tuple[str, ...], run: str, clock: str) -> None:
    """Every key that is written is described, and every value is one of those described."""
    ran = command(*arguments, "-o", "json", *dump_at(tmp_path, run, clock))
    validator(arguments[0]).validate(json.loads(ran.out))


def test_generated_clusters(command: Command, tmp_path: Path) -> None:
    """So it is for clusters in states that no recording shows."""
    for cluster in answered_clusters()[5::30]:
        path = write_dump(tmp_path / "dump.json", cluster.objects)
        for arguments in (("check",), ("drain-check", "--all")):
            ran = command(*arguments, "-o", "json", "--from", path)
            validator(arguments[0]).validate(json.loads(ran.out))
