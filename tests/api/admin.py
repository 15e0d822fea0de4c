"""The cluster's administrator: writes objects through the API, as controllers and people do."""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self

import aiohttp

from api.control_plane import ControlPlane
from longhorn_cr_exporter.model.resource import Resource

Json = dict[str, Any]
NAMESPACE = "longhorn-system"


class RefusedError(AssertionError):
    """The API server refused a request; ``status`` is its code."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Admin:
    """Requests with the rights of system:masters. Paths begin with a slash; bodies and answers are JSON objects."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @classmethod
    @asynccontextmanager
    async def of(cls, control_plane: ControlPlane) -> AsyncIterator[Self]:
        """Open a session."""
        connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=control_plane.ca))
        async with aiohttp.ClientSession(
            f"https://127.0.0.1:{control_plane.port}",
            headers={"Authorization": f"Bearer {control_plane.admin_token}"},
            connector=connector,
        ) as session:
            yield cls(session)

    async def get(self, path: str) -> Json:
        """Return what lies at a path."""
        return await self._request("GET", path)

    async def create(self, collection: str, body: Mapping[str, Any]) -> Json:
        """Create an object and return it as it was stored."""
        return await self._request("POST", collection, body)

    async def replace(self, path: str, body: Mapping[str, Any]) -> Json:
        """Replace an object (or its ``…/status``) and return it as it was stored."""
        return await self._request("PUT", path, body)

    async def merge(self, path: str, body: Mapping[str, Any]) -> Json:
        """Change a part of an object and return the whole."""
        return await self._request("PATCH", path, body, content_type="application/merge-patch+json")

    async def delete(self, path: str) -> Json:
        """Delete an object and return it as it then is, or a Status."""
        return await self._request("DELETE", path)

    async def put_in_place(self, collection: str, body: Mapping[str, Any]) -> None:
        """Create an object, or replace the one that has its name."""
        try:
            await self.create(collection, body)
        except RefusedError as error:
            if error.status != 409:
                raise
            await self.replace(f"{collection}/{body['metadata']['name']}", body)

    async def discard(self, path: str) -> None:
        """Delete an object, its finalizers taken away; none is fine too."""
        try:
            await self.merge(path, {"metadata": {"finalizers": None}})
            await self.delete(path)
        except RefusedError as error:
            if error.status != 404:
                raise

    async def _request(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, content_type: str = "application/json"
    ) -> Json:
        headers = {"Content-Type": content_type}
        async with self._session.request(method, path, json=body, headers=headers) as response:
            text = await response.text()
            if response.status >= 400:
                raise RefusedError(response.status, f"{method} {path}: {response.status} {text}")
            answer: Json = json.loads(text)
            return answer


def object_path(resource: Resource, name: str) -> str:
    """Return the path of one object of the eleven resources."""
    return f"{resource.path(NAMESPACE)}/{name}"
