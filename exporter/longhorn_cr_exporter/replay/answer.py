"""An HTTP answer before it meets the network, so that what is answered can be tested and spoiled without one."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus

import msgspec

from .status import RefusedError

Pieces = AsyncGenerator[bytes, None]


@dataclass(slots=True)
class Answer:
    """Status, type and the body in pieces, each sent as soon as it is there."""

    pieces: Pieces
    status: int = HTTPStatus.OK
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


async def pieces_of(pieces: Iterable[bytes]) -> Pieces:
    """Yield pieces that need no waiting for."""
    for piece in pieces:
        yield piece


def document(content: object) -> Answer:
    """Answer with a JSON document."""
    return Answer(pieces_of([msgspec.json.encode(content)]))


def text(content: str, *, status: int = HTTPStatus.OK, content_type: str = "text/plain") -> Answer:
    """Answer with text."""
    return Answer(pieces_of([content.encode()]), status, content_type)


def refusal(reason: RefusedError) -> Answer:
    """Answer with a Status."""
    headers = {} if reason.retry_after is None else {"Retry-After": str(reason.retry_after)}
    return Answer(pieces_of([reason.body()]), reason.code, headers=headers)
