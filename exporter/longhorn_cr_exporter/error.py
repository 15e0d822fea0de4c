"""Every error of this program.

LonghornExporterError
├── InputError          what was given cannot be used (exit status 2, one line)
├── ConfigError         credentials or configuration cannot be used (exit status 2, one line)
└── ApiError            the API server's answer, or the lack of one; see kube/error.py
"""

from __future__ import annotations

from typing import ClassVar


class LonghornExporterError(Exception):
    """Root of all. ``str()`` is one line for a person that says what and where."""


class InputError(LonghornExporterError):
    """A dump, recording or argument that cannot be used."""


class ConfigError(LonghornExporterError):
    """A kubeconfig, credential or configuration file that cannot be used."""


class ApiError(LonghornExporterError):
    """The API server refused, failed or could not be reached; ``outcome`` is its short name in counters."""

    outcome: ClassVar[str] = "error"
