"""Options: how they get their environment variable, and those that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import click

from ..model.time import parse_time

ENVIRONMENT: Final = "LONGHORN_CR_EXPORTER_"
DEFAULT_NAMESPACE: Final = "longhorn-system"
Command = Callable[..., Any]


def option(flag: str, *names: str, **settings: Any) -> Callable[[Command], Command]:  # noqa: ANN401  # click's own
    """Declare an option as click does, with the environment variable that goes by its flag."""
    variable = ENVIRONMENT + flag.removeprefix("--").upper().replace("-", "_")
    return click.option(flag, *names, envvar=variable, **settings)


namespace: Final = option("--namespace", default=DEFAULT_NAMESPACE, help="Longhorn's namespace.")
longhorn_version: Final = option(
    "--longhorn-version", metavar="vX.Y.Z", help="Judge by this release's rules, whatever the setting says."
)


class Moment(click.ParamType[float]):
    """A point in time, RFC 3339; converts to Unix seconds."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401
        """Read the time; a number is one that click hands back."""
        moment = value if isinstance(value, float) else parse_time(value)
        if moment is None:
            self.fail(f"{value!r} is no time; want one like 2026-03-02T06:30:00Z", param, ctx)
        return moment
