"""The schemas in docs/schema stand for the documents, and the documents for the schemas."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from jsonschema import Draft202012Validator

from longhorn_cr_exporter.report.schema import schemas

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "docs" / "schema"


def test_the_files_are_the_generated_ones() -> None:
    """docs/schema holds what the generator writes, and nothing else."""
    assert {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()} == schemas()


def test_the_command_writes_the_files(tmp_path: Path) -> None:
    """The module is the generator."""
    command = [sys.executable, "-m", "longhorn_cr_exporter.report.schema", str(tmp_path)]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(ROOT / "exporter")})
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == schemas()


def test_the_schemas_are_schemas() -> None:
    """Each passes the check of its dialect."""
    for text in schemas().values():
        Draft202012Validator.check_schema(json.loads(text))
