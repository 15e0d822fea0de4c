"""The refusals of an API server, as the ``Status`` objects that Kubernetes answers with."""

from __future__ import annotations

from http import HTTPStatus

import msgspec

from ..error import LonghornExporterError
from ..model.resource import Resource

EXPIRED_LIST = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
    "the continue parameter."
)


class RefusedError(LonghornExporterError):
    """A request is answered with a Status of this HTTP code and reason; ``retry_after`` in seconds, if any."""

    def __init__(
        self,
        code: int,
        reason: str,
        message: str,
        *,
        details: dict[str, object] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after
        self._details = details or {}

    def body(self) -> bytes:
        """Return the Status as JSON."""
        retry = {} if self.retry_after is None else {"retryAfterSeconds": self.retry_after}
        status = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": str(self),
            "reason": self.reason,
            "details": self._details | retry,
            "code": self.code,
        }
        return msgspec.json.encode(status)


def no_such_path() -> RefusedError:
    """Return the answer for what is no resource of this server."""
    return RefusedError(HTTPStatus.NOT_FOUND, "NotFound", "the server could not find the requested resource")


def no_such_object(resource: Resource, name: str) -> RefusedError:
    """Return the answer for an object that does not exist."""
    details: dict[str, object] = {"name": name, "group": resource.group, "kind": resource.plural}
    return RefusedError(HTTPStatus.NOT_FOUND, "NotFound", f'{resource.name} "{name}" not found', details=details)


def bad_request(message: str) -> RefusedError:
    """Return the answer for a parameter that cannot be understood."""
    return RefusedError(HTTPStatus.BAD_REQUEST, "BadRequest", message)


def read_only(method: str) -> RefusedError:
    """Return the answer for anything but reading."""
    message = f"the server does not allow this method on the requested resource: {method}"
    return RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", message)


def expired(message: str) -> RefusedError:
    """Return the answer for a version that is no longer kept."""
    return RefusedError(HTTPStatus.GONE, "Expired", message)


def too_new(asked: int, current: int) -> RefusedError:
    """Return the answer for a list at a version that has not been yet."""
    details: dict[str, object] = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}]
    }
    message = f"Too large resource version: {asked}, current: {current}"
    return RefusedError(HTTPStatus.GATEWAY_TIMEOUT, "Timeout", message, details=details, retry_after=1)


def forbidden(resource: Resource, verb: str, namespace: str) -> RefusedError:
    """Return the answer for a caller without the right."""
    scope = f'in the namespace "{namespace}"' if namespace else "at the cluster scope"
    message = (
        f'{resource.name} is forbidden: User "system:serviceaccount:monitoring:longhorn-cr-exporter" cannot {verb} '
        f'resource "{resource.plural}" in API group "{resource.group}" {scope}'
    )
    return RefusedError(
        HTTPStatus.FORBIDDEN, "Forbidden", message, details={"group": resource.group, "kind": resource.plural}
    )


def unauthorized() -> RefusedError:
    """Return the answer for a caller whose credentials are not accepted."""
    return RefusedError(HTTPStatus.UNAUTHORIZED, "Unauthorized", "Unauthorized")


def too_many_requests(retry_after: int) -> RefusedError:
    """Return the answer of an overloaded server: come back in so many seconds."""
    message = "the server has received too many requests and has asked us to try again later"
    return RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequests", message, retry_after=retry_after)
