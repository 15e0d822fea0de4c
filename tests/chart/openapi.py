"""Kubernetes' own schemas, as the API server publishes them, made strict: a field that they do not know is an error."""

from __future__ import annotations

from typing import Any, Final

import jsonschema

from api.admin import Admin
from chart.helm import Json

_COMPONENTS: Final = "#/components/schemas/"
_KIND: Final = "x-kubernetes-group-version-kind"
_OPEN: Final = "x-kubernetes-preserve-unknown-fields"


class Schemas:
    """The schemas of a server, fetched as they are asked for."""

    def __init__(self, admin: Admin) -> None:
        self._admin = admin
        self._documents: dict[str, Json] = {}

    async def complaints(self, obj: Json) -> list[str]:
        """Return what is wrong with an object by its kind's schema, each with the path to it."""
        validator = jsonschema.Draft202012Validator(await self._schema(obj["apiVersion"], obj["kind"]))
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(obj)]

    async def _schema(self, api_version: str, kind: str) -> Json:
        document = await self._document(api_version)
        group, _, version = api_version.rpartition("/")
        wanted = {"group": group, "version": version, "kind": kind}
        schemas = document["components"]["schemas"]
        (name,) = (name for name, schema in schemas.items() if wanted in schema.get(_KIND, ()))
        return {"$ref": _COMPONENTS + name, **document}

    async def _document(self, api_version: str) -> Json:
        if api_version not in self._documents:
            prefix = "apis" if "/" in api_version else "api"
            document = await self._admin.get(f"/openapi/v3/{prefix}/{api_version}")
            self._documents[api_version] = {"components": _strict(document["components"])}
        return self._documents[api_version]


def _strict(schema: Any) -> Any:
    """Return a schema that lets nothing through that it does not name."""
    if isinstance(schema, list):
        return [_strict(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    strict = {key: _strict(inner) for key, inner in schema.items()}
    if _is_closed(schema):
        strict["additionalProperties"] = False
    return strict


def _is_closed(schema: Json) -> bool:
    """Whether it describes an object by its fields alone (and is no list of fields that has one called properties)."""
    described = schema.get("type") == "object" and isinstance(schema.get("properties"), dict)
    return described and "additionalProperties" not in schema and not schema.get(_OPEN)
