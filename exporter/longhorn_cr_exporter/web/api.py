"""The HTTP API: the same facts as JSON, in the shapes that ``check`` and ``drain-check`` print."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Final, TypeVar, cast

import msgspec
from aiohttp import hdrs, web

from ..diagnosis.drain import NEEDED
from ..diagnosis.fact import Fact
from ..exporter import Exporter
from ..report.check import finding_document
from ..report.document import Document
from ..report.drain_check import drain_check_document
from ..report.gap import gaps
from ..report.shape import Placements, volume_document
from .document import VolumesDocument
from .key import LOOKOUT, current
from .refusal import NO_NODE, NO_VOLUME, Refusal
from .shape import head, nodes_document, status_document, volume_page_document
from .view.finding import about
from .view.node import node_rows
from .view.overview import overview
from .view.selection import CHOICES, Selection
from .view.volume import volume_page

F = TypeVar("F", bound=Fact)
D = TypeVar("D", bound=Document)

_SLICE: Final = 200  # documents between two turns for others: some 10 ms
_MOST_DIGITS: Final = 6
_PIECE_BYTES: Final = 1 << 18


async def status(request: web.Request) -> web.StreamResponse:
    """Answer ``/api/v1/status``, before the first sync too."""
    exporter = current(request)
    findings = await _encoded(await request.app[LOOKOUT].findings(), finding_document)
    return await _json(request, status_document(overview(exporter), findings, exporter))


async def volumes(request: web.Request) -> web.StreamResponse:
    """Answer ``/api/v1/volumes``: those that ``q`` and ``stage`` choose, ``limit`` of them after ``continue``."""
    exporter = _complete(request)
    selection, limit = _selection(request), _limit(request)
    after = request.query.get("continue", "")
    found = selection.of(facts for name, facts in sorted(exporter.assessment.volumes.facts.items()) if name > after)
    shown = found[:limit] if limit else found
    begun, placements = head(exporter), _placements(exporter)
    document = VolumesDocument(
        at=begun.at,
        version=begun.version,
        gate=begun.gate,
        degraded_availability_allowed=begun.degraded_availability_allowed,
        volumes=await _encoded(shown, lambda facts: volume_document(facts, placements)),
        continue_=shown[-1].name if len(shown) < len(found) else "",
        unreadable=gaps(exporter),
    )
    return await _json(request, document)


async def _encoded(facts: Iterable[F], document: Callable[[F], D]) -> tuple[D, ...]:
    """Return documents that are encoded already, and are taken as they are: in slices, so that others get a turn."""
    pieces: list[msgspec.Raw] = []
    for number, one in enumerate(facts, start=1):
        pieces.append(msgspec.Raw(msgspec.json.encode(document(one))))
        if number % _SLICE == 0:
            await asyncio.sleep(0)
    return cast("tuple[D, ...]", tuple(pieces))


def _selection(request: web.Request) -> Selection:
    stage = request.query.get("stage", "")
    if stage and stage not in CHOICES:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"stage: want one of {', '.join(CHOICES)}")
    return Selection(request.query.get("q", ""), stage)


def _limit(request: web.Request) -> int | None:
    """Return how many are wanted at most, None for all."""
    limit = request.query.get("limit")
    if limit is None:
        return None
    if not limit.isdecimal() or len(limit) > _MOST_DIGITS or int(limit) == 0:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"limit: want a number from 1 to {'9' * _MOST_DIGITS}")
    return int(limit)


async def volume(request: web.Request) -> web.StreamResponse:
    """Answer ``/api/v1/volumes/{name}``."""
    exporter, name = _complete(request), request.match_info["name"]
    view = volume_page(name, exporter)
    if view is None:
        raise NO_VOLUME
    shown = volume_document(view.facts, _placements(exporter))
    findings = about(view.subjects, await request.app[LOOKOUT].findings())
    return await _json(request, volume_page_document(view, shown, findings, exporter))


async def nodes(request: web.Request) -> web.StreamResponse:
    """Answer ``/api/v1/nodes``."""
    exporter = _complete(request)
    return await _json(request, nodes_document(node_rows(exporter), exporter))


async def drain(request: web.Request) -> web.StreamResponse:
    """Answer ``/api/v1/nodes/{name}/drain``."""
    exporter, name = _complete(request), request.match_info["name"]
    assessment = exporter.assessment
    if name not in assessment.nodes.facts and name not in assessment.drains.facts:
        raise NO_NODE
    if not exporter.shard.shows_nodes:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Cannot tell from a share of the volumes: ask shard 0.")
    missing = [resource.name for resource in NEEDED if not exporter.state.known(resource)]
    if missing:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, f"Cannot tell: {', '.join(missing)} cannot be read.")
    return await _json(request, drain_check_document(exporter, [name]))


def _placements(exporter: Exporter) -> Placements:
    cluster = exporter.assessment.cluster
    assert cluster is not None  # noqa: S101  # nothing is asked before it is judged
    return Placements(exporter.state, cluster, exporter.clock())


def _complete(request: web.Request) -> Exporter:
    """Return the exporter once it has read and judged all: before that, what is missing would look like well."""
    exporter = current(request)
    if not request.app[LOOKOUT].complete:
        raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Not everything is read and judged yet: see /readyz.")
    return exporter


async def _json(request: web.Request, document: Document) -> web.StreamResponse:
    """Answer with a document, of which a long one is written in pieces."""
    body = memoryview(msgspec.json.encode(document))
    response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "application/json"})
    response.content_length = len(body)
    await response.prepare(request)
    if request.method != hdrs.METH_HEAD:
        for start in range(0, len(body), _PIECE_BYTES):
            await response.write(body[start : start + _PIECE_BYTES])
    await response.write_eof()
    return response
