"""What can go wrong between the API server and us: one type for each thing that is treated in its own way.

ApiError
├── UnreachableError         no answer: name, connection, TLS, or a stream cut in the middle; a watch resumes
│   └── SilentError          connected, and nothing came for the silence limit: the peer is taken for dead
├── BadAnswerError           an answer that is not Kubernetes' (an HTML page, no JSON): a proxy or a login in between
└── StatusError              the server said no; any status that has no type of its own
    ├── UnauthorizedError    401: the credential is renewed once before this is raised
    ├── ForbiddenError       403: RBAC lacks a right; asked again now and then, since somebody may grant it
    ├── NotFoundError        404: the resource is not installed; asked again likewise
    ├── ExpiredError         410: the resourceVersion or continue token is too old (or unknown): list anew
    ├── TooManyRequestsError 429: wait for as long as ``retry_after`` says
    └── ServerError          5xx: the server, or a proxy before it, is in trouble

``outcome`` is the type's short name in counters. An aiohttp error never leaves kube/.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

import msgspec

from ..error import ApiError

MAX_MESSAGE: Final = 300
"""Characters of a server's message that are passed on."""


class UnreachableError(ApiError):
    """No answer, or one that broke off."""

    outcome = "unreachable"


class SilentError(UnreachableError):
    """Nothing was received for the silence limit."""

    outcome = "silent"


class BadAnswerError(ApiError):
    """An answer that does not come from the Kubernetes API."""

    outcome = "bad_answer"


class StatusError(ApiError):
    """The server refused. ``code`` is the HTTP status, ``retry_after`` its header of that name, or ""."""

    outcome = "rejected"

    def __init__(self, text: str, *, code: int, retry_after: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.retry_after = retry_after


class UnauthorizedError(StatusError):
    """The credential is not accepted."""

    outcome = "unauthorized"


class ForbiddenError(StatusError):
    """The credential lacks the right."""

    outcome = "forbidden"


class NotFoundError(StatusError):
    """There is no such resource."""

    outcome = "not_found"


class ExpiredError(StatusError):
    """The resourceVersion or continue token cannot be used any more."""

    outcome = "expired"


class TooManyRequestsError(StatusError):
    """The server asks for patience."""

    outcome = "too_many_requests"


class ServerError(StatusError):
    """The server failed."""

    outcome = "server_error"


class Cause(msgspec.Struct):
    """One of the causes in a Status' details."""

    reason: str | None = None


class Details(msgspec.Struct, rename="camel"):
    """Details of a Status."""

    retry_after_seconds: int | None = None
    causes: list[Cause] | None = None


class Status(msgspec.Struct):
    """A ``v1.Status``: how Kubernetes says no, as the body of an answer or the object of an ERROR event."""

    kind: str | None = None
    message: str | None = None
    reason: str | None = None
    code: int | None = None
    details: Details | None = None

    @property
    def version_unknown(self) -> bool:
        """Whether the server has not reached the resourceVersion asked for (it was restored, or lags): list anew."""
        causes = (self.details and self.details.causes) or ()
        return any(cause.reason == "ResourceVersionTooLarge" for cause in causes)


_BY_CODE: Final[dict[int, type[StatusError]]] = {
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    410: ExpiredError,
    429: TooManyRequestsError,
}
_status_decoder: Final = msgspec.json.Decoder(Status)


def one_line(text: str, limit: int = MAX_MESSAGE) -> str:
    """Return the text with its white space folded, cut at ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def read_status(body: bytes | msgspec.Raw) -> Status | None:
    """Return the Status in a body, None when it is something else."""
    try:
        status = _status_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return status if status.kind == "Status" else None


def error_of_status(status: Status, *, code: int | None = None, retry_after: str = "") -> StatusError:
    """Return the error for a Status; ``code`` is the HTTP status where there was one, else the Status' own counts."""
    code = code or status.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status.details and status.details.retry_after_seconds and not retry_after:
        retry_after = str(status.details.retry_after_seconds)
    kind = ExpiredError if status.version_unknown or status.reason == "Expired" else _type_of(code)
    text = f"{code} {status.reason or _phrase(code)}"
    return kind(f"{text}: {one_line(status.message)}" if status.message else text, code=code, retry_after=retry_after)


def error_of_answer(code: int, body: bytes, *, retry_after: str = "") -> ApiError:
    """Return the error for an HTTP answer other than 200, whatever its body is; a foreign body is never quoted."""
    status = read_status(body)
    if status is not None:
        return error_of_status(status, code=code, retry_after=retry_after)
    if code < HTTPStatus.BAD_REQUEST:
        return BadAnswerError(f"{code} {_phrase(code)}, as the Kubernetes API never answers (a proxy or a login page?)")
    if code == HTTPStatus.NOT_FOUND:  # the API server itself answers so, in plain text, for a group it does not know
        return NotFoundError("404 Not Found: the API server does not know this resource", code=code)
    text = f"{code} {_phrase(code)} (not in the words of the Kubernetes API)"
    return _type_of(code)(text, code=code, retry_after=retry_after)


def _type_of(code: int) -> type[StatusError]:
    return _BY_CODE.get(code) or (ServerError if code >= HTTPStatus.INTERNAL_SERVER_ERROR else StatusError)


def _phrase(code: int) -> str:
    try:
        return HTTPStatus(code).phrase
    except ValueError:
        return "Unknown"
