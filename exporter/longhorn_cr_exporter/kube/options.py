"""Which cluster is meant: the choice of a person, before anything is read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

SERVICE_ACCOUNT: Final = Path("/var/run/secrets/kubernetes.io/serviceaccount")
"""Where a pod finds its token and CA."""


@dataclass(frozen=True, slots=True)
class ClusterOptions:
    """A kubeconfig file and a context in it; without them what the environment points to, a pod's account included."""

    kubeconfig: Path | str | None = None
    context: str | None = None
    service_account: Path = SERVICE_ACCOUNT
