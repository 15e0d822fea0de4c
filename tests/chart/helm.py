"""The chart as helm makes objects of it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from deploy.render.manifest import NAMESPACE, RELEASE
from deploy.render.place import CHART
from stack.binary import built

Json = dict[str, Any]
VALUES: Final = Path(__file__).parent / "values"
VALUE_SETS: Final = sorted(VALUES.glob("*.yaml"))
STACK: Final = CHART.parent / "kube-prometheus-stack.yaml"


class RefusedError(AssertionError):
    """Helm ended with an error; the message is what it wrote."""


def helm(*arguments: str | Path) -> str:
    """Run helm and return what it writes to its standard output."""
    command = [_binary(), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RefusedError(done.stderr)
    return done.stdout


def render(*files: Path, values: Iterable[str] = (), release: str = RELEASE, tests: bool = False) -> list[Json]:
    """Return the objects that the chart becomes with files of values and with ``key=value`` upon them."""
    text = helm("template", release, CHART, f"--namespace={NAMESPACE}", *options(*files, values=values))
    found = [obj for obj in yaml.load_all(text, yaml.CSafeLoader) if obj]
    return found if tests else [obj for obj in found if "helm.sh/hook" not in obj["metadata"].get("annotations", {})]


def options(*files: Path, values: Iterable[str] = ()) -> list[str]:
    """Return helm's options for these values."""
    return [*(f"--values={file}" for file in files), *(f"--set={value}" for value in values)]


def of_kind(objects: Iterable[Json], kind: str) -> list[Json]:
    """Return the objects of a kind."""
    return [obj for obj in objects if obj["kind"] == kind]


def the(objects: Iterable[Json], kind: str) -> Json:
    """Return the one object of a kind."""
    (found,) = of_kind(objects, kind)
    return found


@cache
def _binary() -> Path:
    return built("helm")["helm"]
