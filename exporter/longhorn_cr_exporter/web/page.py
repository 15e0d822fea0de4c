"""The pages for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from ..diagnosis.pattern import INFO, Finding, Pattern
from ..exporter import Exporter
from .key import EXPORTER, LOOKOUT, current
from .refresh import refresh_seconds
from .refusal import NO_NODE, NO_VOLUME
from .render import render
from .view.contact import contact_view
from .view.finding import Subject, about, grouped, parted
from .view.node import REASONS, VERDICTS, node_rows
from .view.node_page import node_page
from .view.overview import overall, overview
from .view.selection import CHOICES, Selection
from .view.step import MEANINGS
from .view.volume import volume_page
from .view.volumes import volumes_page

_MOST_DIGITS: Final = 6
_TOLD_FIRST: Final = 3  # more would push nodes and volumes off the first screens
_WORDS: Final = {"verdicts": VERDICTS, "reasons": REASONS}


async def show_overview(request: web.Request) -> web.Response:
    """Answer ``/``."""
    exporter = current(request)
    found = await request.app[LOOKOUT].findings()
    first, urgent = parted([finding for finding in found if finding.severity != INFO], _TOLD_FIRST)
    known = grouped(finding for finding in found if finding.severity == INFO)
    view = overview(exporter)
    return _page(request, "overview.html", "Overview", view=view, first=first, urgent=urgent, known=known)


async def show_volumes(request: web.Request) -> web.Response:
    """Answer ``/volumes``: ``q``, ``stage`` and ``page`` choose; what makes no sense is passed over."""
    stage = request.query.get("stage", "")
    selection = Selection(request.query.get("q", "").strip(), stage if stage in CHOICES else "")
    volumes = current(request).assessment.volumes.facts.values()
    view = volumes_page(volumes, selection, _number(request.query.get("page", "")))
    return _page(request, "volumes.html", "Volumes", view=view, choices=CHOICES)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else 1


async def show_volume(request: web.Request) -> web.Response:
    """Answer ``/volumes/{name}``."""
    name = request.match_info["name"]
    view = volume_page(name, current(request))
    if view is None:
        raise NO_VOLUME
    groups = grouped(await _findings_about(request, view.subjects))
    return _page(request, "volume.html", "Volumes", title=name, view=view, groups=groups, meanings=MEANINGS)


async def show_nodes(request: web.Request) -> web.Response:
    """Answer ``/nodes``."""
    exporter = current(request)
    rows = node_rows(exporter)
    return _page(request, "nodes.html", "Nodes", rows=rows, answer=overall(exporter, rows))


async def show_node(request: web.Request) -> web.Response:
    """Answer ``/nodes/{name}``."""
    exporter, name = current(request), request.match_info["name"]
    view = node_page(name, exporter)
    if view is None:
        raise NO_NODE
    found = [one for one in await _findings_about(request, view.subjects) if one.id != Pattern.DRAIN_BLOCKED.id]
    return _page(request, "node.html", "Nodes", title=name, view=view, groups=grouped(found), **_WORDS)


async def _findings_about(request: web.Request, subjects: frozenset[Subject]) -> Sequence[Finding]:
    return about(subjects, await request.app[LOOKOUT].findings())


def _page(request: web.Request, template: str, place: str, *, title: str = "", **values: Any) -> web.Response:  # noqa: ANN401
    """Return a page; ``place`` is where in the navigation it belongs."""
    exporter: Exporter = request.app[EXPORTER]
    text = render(
        request,
        template,
        title=title or place,
        place=place,
        now=exporter.clock(),
        contact=contact_view(exporter),
        **values,
    )
    response = web.Response(text=text, content_type="text/html")
    if refresh := refresh_seconds(request.query.get("refresh")):
        response.headers["Refresh"] = str(refresh)
    return response
