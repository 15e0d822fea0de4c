"""The OpenAPI document, made of the endpoints and of the very types that are encoded."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any, Final

import msgspec
from aiohttp import web

from ..version import __version__
from .document import RefusalDocument
from .endpoint import ENDPOINTS, Endpoint, Parameter

PATH: Final = "/api/v1/openapi.json"
_REFERENCE: Final = "#/components/schemas/{name}"


async def show_openapi(_request: web.Request) -> web.Response:
    """Answer with the document."""
    return web.Response(body=_encoded(), content_type="application/json")


@cache
def _encoded() -> bytes:
    return msgspec.json.encode(openapi())


def openapi() -> dict[str, Any]:
    """Return the document."""
    types = [*(endpoint.document for endpoint in ENDPOINTS), RefusalDocument]
    _, components = msgspec.json.schema_components(types, ref_template=_REFERENCE)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "longhorn-cr-exporter",
            "summary": "Which Longhorn volumes a rolling update has stuck, or will, and which node may be drained.",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            **{endpoint.path: {"get": _operation(endpoint)} for endpoint in ENDPOINTS},
            PATH: {"get": _own_operation()},
        },
        "components": {"schemas": components},
    }


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    answers = {"200": _answer("The answer.", endpoint.document.__name__)}
    refusals = {
        str(status): _answer(HTTPStatus(status).phrase, RefusalDocument.__name__) for status in endpoint.refusals
    }
    return {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.about,
        "parameters": [_parameter(parameter) for parameter in endpoint.parameters],
        "responses": answers | refusals,
    }


def _own_operation() -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "operationId": "openapi",
        "summary": "This document.",
        "responses": {"200": {"description": "The answer.", "content": content}},
    }


def _answer(description: str, schema: str) -> dict[str, Any]:
    reference = {"$ref": _REFERENCE.format(name=schema)}
    return {"description": description, "content": {"application/json": {"schema": reference}}}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "path" if parameter.in_path else "query",
        "required": parameter.in_path,
        "description": parameter.about,
        "schema": parameter.schema,
    }
