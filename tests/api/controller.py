"""Kubernetes' own controllers: those parts of the controller manager that a test asks for, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from api.process import Process


@contextmanager
def controllers(*names: str, binary: Path, kubeconfig: Path, folder: Path) -> Iterator[None]:
    """Run them while the context lasts; that they work shows in what they write. Their log lies in the folder."""
    command: list[str | Path] = [
        binary,
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        f"--controllers={','.join(names)}",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        "--secure-port=0",
        f"--cert-dir={folder}",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]
    process = Process(command, folder / "kube-controller-manager.log")
    process.start()
    try:
        yield
    except Exception as error:
        error.add_note(f"the controllers' last words:\n{process.tail()}")
        raise
    finally:
        process.kill()
