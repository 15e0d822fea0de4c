"""Refusing an answer that would hang on what could not be read."""

from __future__ import annotations

from collections.abc import Iterable

from ..error import InputError
from ..exporter import Exporter
from ..model.resource import Resource


def check_readable(exporter: Exporter, needed: Iterable[Resource]) -> None:
    """Make sure that these resources were read.

    Raises:
        InputError: one was not; all that were not are named, and why the first was not.
    """
    missing = [resource.name for resource in needed if not exporter.state.known(resource)]
    if missing:
        why = exporter.contacts[missing[0]].problem
        raise InputError(f"cannot tell: {', '.join(missing)} cannot be read ({why})")
