"""Dumps that no Longhorn ever wrote: a whole answer or one line, and nothing that a terminal obeys."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import pytest

from mutated import mutate
from unit.cli.conftest import Command
from unit.cli.moment import DEADLOCK, REPLACEMENT, at, objects, write_dump
from unit.cli.test_schema import validator

COMMANDS = (("check",), ("drain-check", "--all"))


@pytest.mark.parametrize(("run", "clock"), [(DEADLOCK, "06:40:00"), (REPLACEMENT, "06:45:00")])
def test_mutated_objects(command: Command, tmp_path: Path, run: str, clock: str) -> None:
    """Every third object of a cluster is odd: what is written keeps to the schema, in lines that can be shown."""
    chance = random.Random(3)
    for _ in range(15):
        given = copy.deepcopy(list(objects(run, clock)))
        for obj in given:
            if chance.random() < 0.3:
                mutate(chance, obj)
        path = write_dump(tmp_path / "dump.json", given)
        for arguments in COMMANDS:
            told = command(*arguments, "--from", path, "--at", at(clock))
            assert told.status in (0, 1) or told.err.startswith("longhorn-cr-exporter: cannot tell: ")
            assert all(line.isprintable() for line in told.out.splitlines())
            document = command(*arguments, "--from", path, "--at", at(clock), "-o", "json")
            assert document.status == told.status
            if document.out:
                validator(arguments[0]).validate(json.loads(document.out))


NAME = "vol-rwo3\x1b[2J\x9b31m[red]\u202e\n<script>"


def test_a_hostile_name_is_shown_and_does_nothing(command: Command, tmp_path: Path) -> None:
    """A volume's name full of tricks goes through the table, the JSON and the commands to type."""
    text = json.dumps(objects(DEADLOCK, "06:40:00")).replace('"vol-rwo3"', json.dumps(NAME))
    path = write_dump(tmp_path / "dump.json", json.loads(text))
    for arguments in (("check",), ("drain-check", "--all")):
        shown = command(*arguments, "--from", path, "--at", at("06:40:00"))
        assert shown.status == 1
        assert all(line.isprintable() for line in shown.out.splitlines())
        written = command(*arguments, "--from", path, "--at", at("06:40:00"), "-o", "json")
        assert "\x1b" not in written.out
        assert "\x9b" not in written.out
        json.loads(written.out)
    volumes = json.loads(command("check", "--from", path, "--at", at("06:40:00"), "-o", "json").out)["volumes"]
    assert NAME in {volume["volume"] for volume in volumes}
