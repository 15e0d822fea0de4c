"""Kubeconfig files and plugins for tests."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

VERSION = "client.authentication.k8s.io/v1"


def kubeconfig(
    path: Path, *, user: object = None, cluster: object = None, context: object = None, **top: object
) -> Path:
    """Write a kubeconfig of one context ``main`` and return its path; the parts given replace the usual ones."""
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "main",
        "contexts": [{"name": "main", "context": context or {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"} if cluster is None else cluster}],
        "users": [{"name": "u", "user": {"token": "t0ken"} if user is None else user}],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content | top))
    return path


def script(path: Path, body: str) -> Path:
    """Write a Python script that can be run, and return its path."""
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(0o755)
    return path


def plugin(path: Path, *statuses: object, api_version: str = VERSION) -> dict[str, Any]:
    """Write a plugin that prints one status after another, the last again and again; return its ``exec`` entry.

    The runs are counted in the file ``runs`` beside it, what it was told is in ``info``.
    """
    answers = [
        json.dumps({"apiVersion": api_version, "kind": "ExecCredential", "status": status}) for status in statuses
    ]
    script(
        path,
        "import os, pathlib, sys\n"
        "runs = pathlib.Path(__file__).with_name('runs')\n"
        "count = int(runs.read_text()) if runs.exists() else 0\n"
        "runs.write_text(str(count + 1))\n"
        "pathlib.Path(__file__).with_name('info').write_text(os.environ['KUBERNETES_EXEC_INFO'])\n"
        f"print({answers!r}[min(count, {len(answers) - 1})])",
    )
    return {"command": str(path), "apiVersion": api_version}


def runs(path: Path) -> int:
    """Return how often the plugin at ``path`` has run."""
    counter = path.with_name("runs")
    return int(counter.read_text()) if counter.exists() else 0
