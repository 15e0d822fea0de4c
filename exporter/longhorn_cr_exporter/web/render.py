"""From a template and facts to HTML.

Everything is escaped; text from the cluster is also made visible: no character can turn the direction of what follows,
hide, or break off a page, and no text is longer than a person reads.
"""

from __future__ import annotations

from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..diagnosis.wording import duration, listed, sentence
from ..model.time import format_time
from ..version import __version__
from .link import Link, Links
from .phrase import clock_date, clock_time, command, gate_words, kubernetes_words, longhorn_words, relative, words
from .view.finding import findings_count

_LONGEST: Final = 2000  # characters of one text


def visible(value: Any) -> Any:  # noqa: ANN401  # whatever a template shows
    """Return text with each character that cannot be seen as its code point, cut where it is endless."""
    if not isinstance(value, str) or isinstance(value, (Link, Markup)):
        return value
    text = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    if text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character.isprintable() or character == "\n":
        return character
    return " " if character.isspace() else f"[U+{ord(character):04X}]"


_FILTERS: Final = {
    filter_.__name__: filter_
    for filter_ in (
        *(clock_date, clock_time, command, gate_words, kubernetes_words, longhorn_words, relative, words),
        *(duration, findings_count, format_time, listed, sentence),
    )
}


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        auto_reload=False,
        finalize=visible,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    made.filters.update(_FILTERS)
    made.globals.update(program_version=__version__)
    return made


_ENVIRONMENT: Final = _environment()


def load_templates() -> None:
    """Compile every template, so that no reader waits for that."""
    for name in _ENVIRONMENT.list_templates():
        _ENVIRONMENT.get_template(name)


def render(request: web.Request, template: str, **values: Any) -> str:  # noqa: ANN401  # whatever a template shows
    """Return a page; ``link`` is there in every template."""
    return _ENVIRONMENT.get_template(template).render(link=Links(request), **values)
