"""What the server's refusals become."""

from __future__ import annotations

import msgspec
import pytest

from longhorn_cr_exporter.error import ApiError
from longhorn_cr_exporter.kube import error as kube_error
from longhorn_cr_exporter.kube.error import StatusError, error_of_answer


def status(code: int, reason: str, message: str = "", **details: object) -> bytes:
    """Return a Status as the API server writes it."""
    return msgspec.json.encode(
        {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
        | {"reason": reason, "code": code, "details": details}
    )


@pytest.mark.parametrize(
    ("code", "body", "kind", "text"),
    [
        pytest.param(
            403,
            status(403, "Forbidden", 'volumes.longhorn.io is forbidden: User "x" cannot list resource "volumes"'),
            kube_error.ForbiddenError,
            '403 Forbidden: volumes.longhorn.io is forbidden: User "x" cannot list resource "volumes"',
            id="forbidden",
        ),
        pytest.param(
            404,
            b"404 page not found\n",
            kube_error.NotFoundError,
            "404 Not Found: the API server does not",
            id="404 in plain text",
        ),
        pytest.param(401, status(401, "Unauthorized", "Unauthorized"), kube_error.UnauthorizedError, "401 U", id="401"),
        pytest.param(410, status(410, "Expired", "too old"), kube_error.ExpiredError, "410 Expired: too old", id="410"),
        pytest.param(429, b"", kube_error.TooManyRequestsError, "429 Too Many Requests (", id="429"),
        pytest.param(502, b"<html><b>s3cret</b></html>", kube_error.ServerError, "502 Bad Gateway (", id="HTML"),
        pytest.param(418, b"{}", kube_error.StatusError, "418 ", id="another 4xx"),
        pytest.param(599, b"null", kube_error.ServerError, "599 Unknown (", id="unknown code"),
        pytest.param(302, b"", kube_error.BadAnswerError, "302 Found, as the", id="redirect to a login"),
        pytest.param(204, b"", kube_error.BadAnswerError, "204 No Content, as the", id="no content"),
        pytest.param(
            504,
            status(504, "Timeout", "Too large", causes=[{"reason": "ResourceVersionTooLarge"}]),
            kube_error.ExpiredError,
            "504 Timeout: Too large",
            id="version of the future",
        ),
    ],
)
def test_error_of_answer(code: int, body: bytes, kind: type[ApiError], text: str) -> None:
    """Each status has its type; the text is one line, and a foreign page is never quoted."""
    error = error_of_answer(code, body)
    assert type(error) is kind
    assert str(error).startswith(text)
    assert "s3cret" not in str(error)


def test_long_message_is_trimmed_to_one_line() -> None:
    """A message of many lines becomes one of bounded length."""
    error = error_of_answer(500, status(500, "InternalError", "a\nb\t" * 1000))
    assert str(error).startswith("500 InternalError: a b a b")
    assert str(error).endswith("…")
    assert len(str(error)) < 350


def test_retry_after_in_the_details() -> None:
    """What the header does not say the Status may."""
    error = error_of_answer(429, status(429, "TooManyRequests", retryAfterSeconds=9))
    assert isinstance(error, StatusError)
    assert error.retry_after == "9"


def test_every_type_has_an_outcome_of_its_own() -> None:
    """Counters tell the types apart."""
    kinds = [kind for kind in vars(kube_error).values() if isinstance(kind, type) and issubclass(kind, ApiError)]
    outcomes = [kind.outcome for kind in kinds]
    assert len(outcomes) == len(set(outcomes)) == 11
